import { Readable } from 'node:stream';
import type { CostsConfig, RiskConfig } from '../../src/lib/core/model/configs.js';
import type { PairSettings } from '../../src/lib/core/pairs/settings.js';
import type { Processor } from '../../src/lib/runtime/processor.js';
import type { SourceStage, TransformSpec } from '../../src/lib/runtime/stage.js';
import type { TaskProcessor } from '../../src/lib/runtime/task-processor.js';
import { pairsExec } from '../../src/lib/stages/pairs-exec.js';
import { pairsWatch } from '../../src/lib/stages/pairs-watch.js';
import { paperMatch } from '../../src/lib/stages/paper-match.js';
import { paperPnl } from '../../src/lib/stages/paper-pnl.js';
import { riskGuard } from '../../src/lib/stages/risk-guard.js';
import { riskSize } from '../../src/lib/stages/risk-size.js';
import { contextWith } from './context.js';
import { createProcessor, createTask, type Result, runSource } from './stages.js';

/** The configurations of the flow. */
export interface PaperConfigs {
  readonly pairs: readonly PairSettings[];
  readonly risk: RiskConfig;
  readonly costs: CostsConfig;
}

/** How orders are filled on bars. */
export interface NextBarSettings {
  readonly participation: number;
  readonly ttl_s: number;
}

const NS_PER_S = 1e9;

/** The stages of the flow in their order, by the words that tests have for them. */
export const PAPER_STAGES = ['watch', 'exec', 'size', 'guard', 'match'] as const;
export type PaperStage = (typeof PAPER_STAGES)[number];

const REFERENCE = { fill: 'ref', bars: undefined, participation: 0.1, ttl: 900 * NS_PER_S };

function specOf(
  stage: PaperStage,
  { pairs, risk, costs }: PaperConfigs,
): { spec: TransformSpec; options: object; topic: string } {
  switch (stage) {
    case 'watch':
      return { spec: pairsWatch, options: { config: pairs }, topic: 'bars' };
    case 'exec':
      return { spec: pairsExec, options: { config: pairs, risk }, topic: 'pairs.signals' };
    case 'size':
      return { spec: riskSize, options: { config: risk }, topic: 'orders' };
    case 'guard':
      return { spec: riskGuard, options: { config: risk }, topic: 'orders.sized' };
    case 'match':
      return { spec: paperMatch, options: { config: costs, ...REFERENCE }, topic: 'orders.allowed' };
  }
}

/** A stage in a pipe. */
export function makePaperStage(stage: PaperStage, configs: PaperConfigs): Processor<Buffer> {
  const { spec, options } = specOf(stage, configs);
  return createProcessor(spec, { ...options }, false);
}

/** The same on the topic that it reads. */
export function makePaperTask(stage: PaperStage, configs: PaperConfigs): TaskProcessor {
  const { spec, options, topic } = specOf(stage, configs);
  return createTask(spec, topic, { ...options }, false);
}

export function makePnl(): Processor<Buffer> {
  return createProcessor(paperPnl, { as: 'ndjson' }, false);
}

/** Orders, filled on bars: both are NDJSON. */
export async function matchOnBars(
  costs: CostsConfig,
  { participation, ttl_s }: NextBarSettings,
  orders: string,
  bars: string,
  stop?: AbortSignal,
): Promise<Result> {
  const options = { config: costs, fill: 'next-bar', bars: 'bars', participation, ttl: ttl_s * NS_PER_S } as const;
  const files = { ...contextWith().files, open: () => bytesOf(bars) };
  const joined = paperMatch.join?.(options, contextWith({ files }), { batches: () => bytesOf(orders) });
  return runSource(joined as SourceStage<unknown>, stop);
}

function bytesOf(text: string): AsyncIterable<Buffer> {
  return Readable.from([Buffer.from(text)]);
}
