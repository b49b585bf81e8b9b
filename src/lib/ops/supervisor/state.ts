import { join } from 'node:path';
import { isAlive, isProcessRecord, type ProcessRecord, readRecord } from '../process/record.js';
import type { Stack } from '../stack.js';

/** What a supervised stage does: `gave_up` means that it is not started again. */
export const STAGE_STATES = ['running', 'waiting', 'ended', 'gave_up', 'stopped'] as const;

export interface StageState {
  readonly name: string;
  readonly state: (typeof STAGE_STATES)[number];
  /** The process, where one was started. */
  readonly process?: ProcessRecord | undefined;
  readonly restarts: number;
  /** How it ended last. */
  readonly reason?: string | undefined;
}

export function supervisorPath(stack: Stack): string {
  return join(stack.run, 'supervisor.json');
}

export function stagesPath(stack: Stack): string {
  return join(stack.run, 'stages.json');
}

/** What the supervisor last wrote; a process that has ended since does not count as running. */
export function readStages(stack: Stack): StageState[] {
  const states = readRecord(stagesPath(stack), areStageStates) ?? [];
  return states.map((state) =>
    state.state === 'running' && !(state.process && isAlive(state.process))
      ? { ...state, state: 'stopped', reason: 'the process has gone' }
      : state,
  );
}

function areStageStates(value: unknown): value is StageState[] {
  return Array.isArray(value) && value.every(isStageState);
}

function isStageState(value: unknown): value is StageState {
  if (typeof value !== 'object' || value === null) return false;
  const { name, state, process, restarts } = value as Partial<Record<keyof StageState, unknown>>;
  return (
    typeof name === 'string' &&
    STAGE_STATES.some((known) => known === state) &&
    (process === undefined || isProcessRecord(process)) &&
    typeof restarts === 'number'
  );
}
