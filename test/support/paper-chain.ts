import fc from 'fast-check';
import { Random } from '../../src/lib/core/sim/random.js';
import { type Faults, orderFaults, signalFaults, sizedFaults } from './paper-faults.js';
import { lineOf, marketOf, type MarketShape, type MarketStream, minutesOf, textOf } from './paper-market.js';
import { fillingFor, settingsFor } from './paper-settings.js';
import { makePaperStage, matchOnBars, type NextBarSettings, type PaperConfigs, type PaperStage } from './paper-stages.js';
import { type Result, run } from './stages.js';

/** A random market and how it is traded; the same one gives the same flow. */
export interface FlowShape extends MarketShape {
  /** Whether something goes wrong between the stages. */
  readonly isFaulty: boolean;
}

/** A stage with all that it was given and has made. */
export interface Passed extends Result {
  readonly input: string;
}

export interface Flow {
  readonly stream: MarketStream;
  readonly configs: PaperConfigs;
  readonly filling: NextBarSettings;
  readonly stages: Readonly<Record<PaperStage, Passed>>;
}

/** Shapes of flows; the smaller the market, the simpler. */
export const flowShapes: fc.Arbitrary<FlowShape> = fc.record({
  seed: fc.nat({ max: 2 ** 31 }),
  minutes: fc.integer({ min: 40, max: 260 }),
  symbols: fc.integer({ min: 2, max: 5 }),
  isFaulty: fc.boolean(),
});

/** All stages one behind the other, in pipes. `stream`: other bars than those of the shape. */
export function flowOf(shape: FlowShape, stream = marketOf(shape)): Flow {
  const configs = settingsFor(shape);
  const disturbed = (text: string, faults: Faults): string => (shape.isFaulty ? faults(text, new Random(shape.seed, 4)) : text);
  const pass = (stage: PaperStage, input: string): Passed => ({ input, ...run(makePaperStage(stage, configs), [input]) });
  const watch = pass('watch', textOf(stream));
  const exec = pass('exec', disturbed(watch.output, signalFaults));
  const size = pass('size', disturbed(exec.output, orderFaults));
  const guard = pass('guard', disturbed(size.output, sizedFaults));
  const match = pass('match', guard.output);
  return { stream, configs, filling: fillingFor(shape), stages: { watch, exec, size, guard, match } };
}

/** Any flow, always the same one. */
export function someFlow(): Flow {
  return fc.sample(flowShapes.map(flowOf), { numRuns: 1, seed: 1 })[0] as Flow;
}

/** The orders that a flow allows, filled on its bars. */
export async function filledOnBars({ stream, configs, filling, stages }: Flow, input = stages.guard.output): Promise<Passed> {
  const bars = minutesOf(stream).map(lineOf).join('');
  return { input, ...(await matchOnBars(configs.costs, filling, input, bars)) };
}
