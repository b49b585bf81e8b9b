import type { Bar, Mark, Outcome } from '../core/model/model.js';
import { timeframeName } from '../core/model/time.js';
import { PairWatcher } from '../core/pairs/watch.js';
import type { PairSettings } from '../core/pairs/settings.js';
import { BarDecoder } from '../engines/reference/bar-codec.js';
import type { RecordOut } from '../engines/reference/output.js';
import { RecordProcessor, type RecordStage, type SavedStep } from '../engines/reference/record-processor.js';
import { RecordTask } from '../engines/reference/record-task.js';
import { encodeSignal } from '../engines/reference/signal-codec.js';
import { localMinutes, paperConfig } from '../formats/paper-config.js';
import { defineTransform, type RecordTime, type StageContext } from '../runtime/stage.js';

const SIGNALS = 'pairs.signals';

const options = {
  config: paperConfig('pairs.yaml', 'The pairs and how they are traded'),
};

class WatchStep implements SavedStep<Bar | Mark> {
  private readonly watcher: PairWatcher;

  constructor(out: RecordOut, pairs: readonly PairSettings[]) {
    this.watcher = new PairWatcher(pairs, localMinutes(), {
      signal: (signal) => out.add(encodeSignal(signal), SIGNALS, signal.pair_id),
      skip: () => out.skip(),
    });
  }

  take(record: Bar | Mark): Outcome {
    if (!('mark_s' in record)) return this.watcher.add(record);
    this.watcher.passThrough(record.mark_s);
    return 'ignored';
  }

  passThrough(through_s: number): void {
    this.watcher.passThrough(through_s);
  }

  end(): void {
    this.watcher.passAll();
  }

  restore(parts: ReadonlyMap<string, string>): void {
    this.watcher.restore(parts);
  }

  changes(): Map<string, string | undefined> {
    return this.watcher.changes();
  }
}

const decoder = new BarDecoder();

/** By what bars and marks of several partitions are merged. */
function timeOf(value: Buffer): RecordTime | undefined {
  if (decoder.decode(value, 0, value.length) !== undefined) return undefined;
  const { record } = decoder;
  return 'mark_s' in record ? { at_s: record.mark_s, isMark: true } : { at_s: record.ts + record.tf_s, isMark: false };
}

function stageOf(pairs: readonly PairSettings[], { isStrict }: StageContext): RecordStage<Bar | Mark, SavedStep<Bar | Mark>> {
  return {
    stage: 'pairs-watch',
    decoder: new BarDecoder(),
    step: (out) => new WatchStep(out, pairs),
    streams: [SIGNALS],
    isStrict,
    onCapacity: 'a partition of the bars lags too far behind the others',
  };
}

export const pairsWatch = defineTransform({
  kind: 'transform',
  name: 'pairs watch',
  summary: 'Bars into signals of pairs that come back to their mean',
  description:
    'For each pair of the configuration: the spread ln a − beta · ln b of bars that both symbols have, its z-score over a ' +
    'lookback, an entry when z comes back over ±entry_z, an exit when it has reverted, gone too far, taken too long, or the ' +
    'session ends. beta is fixed or the least-squares slope of ln a on ln b. Nothing is decided before all bars of a time ' +
    'have come: a later bar, or a mark, says so. docs/paper.md has the formulas.',
  examples: [
    {
      what: 'signals of a simulated day',
      command:
        'qf ingest sim --symbols 20 --rate 1 --hot-pct 0 --duration 6h --pace max | qf bars1s | qf agg --tf 3m,5m | qf pairs watch',
    },
    { what: 'your own pairs, on stored bars', command: 'qf pairs watch --config pairs.yaml --from file:bars.ndjson' },
  ],
  consumes: ['bar', 'mark'],
  produces: ['signal'],
  options,
  guarantees: [
    'A signal depends on the bars that ended by then and on the configuration, on nothing else: not on partitions, their interleaving, or the clock.',
    'At most one signal for each pair and bar, in order of (decision time, timeframe, pair_id).',
    'A bar that comes after its time was decided is late, and changes nothing.',
    'in = used + late + duplicate + rejected + ignored, always; bars that no pair asks for and marks are ignored.',
  ],
  why:
    'The strategy is one pure function of bars, so a replay, a pipe and Kafka trade the same, and a backtest is the same code as ' +
    'what runs live.',
  symptoms:
    'No signal for a long time with bars coming in: too few bars for the lookback after a start, or a symbol of the pair has ' +
    "no bars. records_late_total: one leg's bars come after the other's decision.",
  alternatives: [
    { name: 'A stage for each pair', whyNot: 'Hundreds of pairs share their bars; each would read all of them.' },
    { name: 'Running sums', whyNot: 'They lose digits on logarithms of prices; a sum over a lookback costs little.' },
  ],
  create: ({ config }, context) => new RecordProcessor(stageOf(config, context)),
  onLog: {
    input: 'bars',
    joined: {
      topics: ({ config }) =>
        [...new Set(config.map(({ tf_s }) => tf_s))].sort((a, b) => a - b).map((tf_s) => `bars.${timeframeName(tf_s)}`),
      timeOf,
    },
    outputs: () => [SIGNALS],
    fixed: ['config'],
    create: ({ config }, context, input) => new RecordTask(stageOf(config, context), input),
  },
});
