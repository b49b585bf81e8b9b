import type { Outcome } from '../core/model/model.js';
import type { Order } from '../core/model/paper.js';
import { ReferenceMatcher } from '../core/paper/match-reference.js';
import { type Control, OrderDecoder } from '../engines/reference/order-codec.js';
import type { RecordOut } from '../engines/reference/output.js';
import { RecordProcessor, type RecordStage, type SavedStep } from '../engines/reference/record-processor.js';
import { RecordTask } from '../engines/reference/record-task.js';
import { paperConfig } from '../formats/paper-config.js';
import { QfError } from '../runtime/errors.js';
import type { GaugeValues } from '../runtime/metrics.js';
import { choice, decimal, duration, type OptionValues, path } from '../runtime/options.js';
import { defineTransform, type StageContext } from '../runtime/stage.js';
import { FILL_GAUGES, FillOut, FILLS } from './fill-out.js';
import { REFUSED_ORDERS, REFUSED_PARTITIONS } from './order-out.js';
import { matchOnBars } from './paper-match-bars.js';

/** The options; `qf run paper` has some of them. */
export const matchOptions = {
  config: paperConfig('costs.yaml', 'Slippage, tick size and fees'),
  fill: choice({
    summary:
      'ref: each order at once, at its reference price; next-bar: on the bars that come after it, as far as their volume allows',
    choices: ['ref', 'next-bar'],
    default: 'ref',
  }),
  bars: path({ summary: 'With next-bar: the bars of all symbols, of one timeframe, in order of time', file: 'read' }),
  participation: decimal({
    summary: "With next-bar: part of a bar's volume that an order may have",
    min: 0,
    max: 1,
    default: '0.1',
  }),
  ttl: duration({ summary: 'With next-bar: how long an order waits before what is left of it expires', default: '15m' }),
};

type MatchOptions = OptionValues<typeof matchOptions>;

class ReferenceStep implements SavedStep<Order | Control> {
  private readonly out: FillOut;
  private readonly matcher: ReferenceMatcher;

  constructor(out: RecordOut, { config }: MatchOptions) {
    this.out = new FillOut(out);
    this.matcher = new ReferenceMatcher(config, this.out);
  }

  take(record: Order | Control): Outcome | 'held' {
    if ('control' in record) return 'ignored';
    this.matcher.take(record);
    return 'held';
  }

  end(): void {
    // Nothing waits.
  }

  gauges(): GaugeValues {
    return this.out.gauges();
  }

  restore(parts: ReadonlyMap<string, string>): void {
    this.out.positions.restore(parts);
  }

  changes(): Map<string, string | undefined> {
    return this.out.positions.changes();
  }
}

function stageOf(given: MatchOptions, { isStrict }: StageContext): RecordStage<Order | Control, SavedStep<Order | Control>> {
  return {
    stage: 'paper-match',
    decoder: new OrderDecoder(),
    step: (out) => new ReferenceStep(out, given),
    streams: [FILLS],
    isStrict,
    onCapacity: 'far too many symbols, or fills of one that nothing closes',
  };
}

export const paperMatch = defineTransform({
  kind: 'transform',
  name: 'paper match',
  summary: 'Orders into paper fills, with slippage and fees',
  description:
    'ref fills each order at once: at the market at px_ref made worse by slippage_bps and then rounded to the tick away from ' +
    'the trader; with a limit at px_ref where that is within it, else it expires. next-bar fills on the bars that come after ' +
    "the decision: at the open with slippage, or within the limit, as far as a part of each bar's volume allows; the rest " +
    'waits, and expires. No order leaves this machine.',
  examples: [
    { what: 'fills of orders', command: 'qf risk guard < sized.ndjson | qf paper match | qf paper pnl' },
    {
      what: 'as far as the volume allows',
      command: 'qf paper match --fill next-bar --bars bars.1m.ndjson --participation 0.05 --ttl 5m < allowed.ndjson',
    },
  ],
  consumes: ['order'],
  produces: ['fill'],
  options: matchOptions,
  gauges: FILL_GAUGES,
  guarantees: [
    'The same orders, bars and costs give the same fills.',
    'Slippage and rounding are always against the trader; a limit is never broken.',
    'No fill on a bar that starts before the order was decided.',
    'Prices and money are decimal: fees are rounded to 0.01 each, half away from zero, and their total is their sum.',
    'What its fills come to is exported and kept over restarts; no fill depends on it.',
    'What is not filled is written with its status, EXPIRED or CANCELLED, and the reason.',
    'An order counts once it is done: used where any of it was filled, else rejected.',
  ],
  why: 'A strategy that does not survive costs in a replay need not be tried with money.',
  symptoms:
    'Orders that end as EXPIRED or CANCELLED with a reason; no fills at all: with --fill next-bar the bars are missing or ' +
    'late. lag_records that grows means that bars or orders wait.',
  alternatives: [
    { name: 'Fills at the close without costs', whyNot: 'Most strategies on minutes look profitable that way.' },
    { name: 'A simulated order book', whyNot: 'Bars do not say what stood in the book; a model of it would be invented.' },
  ],
  create(given, context) {
    checkBars(given);
    return new RecordProcessor(stageOf(given, context));
  },
  join: (given, context, input) => (given.fill === 'ref' ? undefined : matchOnBars(given, checkBars(given), context, input)),
  onLog: {
    input: 'orders.allowed',
    joined: { topics: () => ['orders.allowed'], partitions: REFUSED_PARTITIONS },
    outputs: () => [FILLS, REFUSED_ORDERS],
    fixed: ['config'],
    create(given, context, input) {
      if (given.fill !== 'ref')
        throw new QfError('usage', '--fill next-bar is for pipes: on Kafka the bars of the future have not come');
      return new RecordTask(stageOf(given, context), input);
    },
  },
});

/** The path of the bars; '' where none are needed. */
function checkBars({ fill, bars }: MatchOptions): string {
  if ((fill === 'next-bar') !== (bars !== undefined))
    throw new QfError('usage', '--fill next-bar and --bars PATH belong together');
  return bars ?? '';
}
