import { tableOf } from '../formats/layout.js';
import type { Environment } from './addresses.js';
import { runningProcess } from './process/record.js';
import { currentRuntime } from './runtime/choose.js';
import type { Row } from './runtime/runtime.js';
import type { Stack } from './stack.js';
import { readStages, supervisorPath } from './supervisor/state.js';

const COLUMNS = ['name', 'state', 'pid', 'port', 'since', 'restarts', 'detail'] as const;
const TEXT_COLUMNS = ['name', 'state', 'since', 'detail'];

/** What of the stack runs, as a table. */
export async function ps(stack: Stack, env: Environment): Promise<string> {
  const runtime = await currentRuntime(stack, env);
  const services = await runtime.services();
  const rows = [...services.map((row) => ({ ...row, detail: runtime.name })), ...stageRows(stack)];
  return tableOf(
    COLUMNS,
    rows.map((row: Row) => [
      row.name,
      row.state,
      String(row.pid ?? ''),
      String(row.port ?? ''),
      row.started_ms === undefined ? '' : new Date(row.started_ms).toISOString().slice(0, 19),
      String(row.restarts ?? ''),
      row.detail ?? '',
    ]),
    TEXT_COLUMNS,
  );
}

function stageRows(stack: Stack): Row[] {
  const { stages } = stack.config;
  if (stages.length === 0) return [];
  const supervisor = runningProcess(supervisorPath(stack));
  const states = new Map(readStages(stack).map((state) => [state.name, state]));
  return [
    {
      name: 'supervisor',
      state: supervisor === undefined ? 'stopped' : 'running',
      pid: supervisor?.pid,
      started_ms: supervisor?.started_ms,
    },
    ...stages.map(({ name }): Row => {
      const state = states.get(name);
      const process = state?.state === 'running' ? state.process : undefined;
      return {
        name,
        state: state?.state ?? 'stopped',
        pid: process?.pid,
        started_ms: process?.started_ms,
        restarts: state?.restarts,
        detail: state?.reason,
      };
    }),
  ];
}
