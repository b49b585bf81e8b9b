import type { Outcome } from '../core/model/model.js';
import { ZERO } from '../core/money.js';
import { type Position, Positions } from '../core/paper/positions.js';
import { type Timeline, Timelines } from '../core/timelines.js';
import { type DatedTrade, FillDecoder } from '../engines/reference/fill-codec.js';
import type { RecordOut } from '../engines/reference/output.js';
import { RecordProcessor, type RecordStep } from '../engines/reference/record-processor.js';
import type { Chart } from '../formats/chart-page.js';
import { defineTransform } from '../runtime/stage.js';
import { chartOptions, MAX_POINTS, writePage } from './chart-options.js';

const ALL = 'all symbols';

/** What an account has come to at a time; doubles are exact enough to look at. */
interface Standing {
  ts: number;
  net: number;
  fees: number;
  open: number;
}

class FillsStep implements RecordStep<DatedTrade> {
  private readonly out: RecordOut;
  private readonly zone: string;
  private readonly positions = new Positions();
  private realised = ZERO;
  private fees = ZERO;
  private open = ZERO;
  /** Of the second that is not over yet. */
  private standing: Standing | undefined;
  private readonly lines = new Timelines<Standing>({
    maxPoints: MAX_POINTS,
    at: (standing, ts) => ({ ...standing, ts }),
    merge: (into, { net, fees, open }) => Object.assign(into, { net, fees, open }),
  });

  constructor(out: RecordOut, zone: string) {
    this.out = out;
    this.zone = zone;
  }

  take(fill: DatedTrade): Outcome {
    const { standing } = this;
    const ts = Math.max(fill.ts, standing?.ts ?? 0);
    if (standing !== undefined && ts > standing.ts) this.lines.add(ALL, 1, standing);
    const before = this.positions.of(fill.symbol);
    const [realised, fees, cost] = [before?.realised ?? ZERO, before?.fees ?? ZERO, costOf(before)];
    this.positions.take(fill);
    const after = this.positions.of(fill.symbol);
    this.realised = this.realised.plus(after?.realised ?? ZERO).minus(realised);
    this.fees = this.fees.plus(after?.fees ?? ZERO).minus(fees);
    this.open = this.open.plus(costOf(after)).minus(cost);
    const net = this.realised.minus(this.fees).toNumber();
    this.standing = { ts, net, fees: this.fees.toNumber(), open: this.open.toNumber() };
    return 'used';
  }

  end(): void {
    if (this.standing !== undefined) this.lines.add(ALL, 1, this.standing);
    writePage(this.out, 'Fills', this.zone, this.lines.sorted().map(chartOf));
  }
}

/** What the open units cost or, where they are sold short, brought in. */
function costOf(position: Position | undefined): typeof ZERO {
  return position === undefined ? ZERO : position.cost.abs();
}

function chartOf({ name, step_s, points }: Timeline<Standing>): Chart {
  const of = (value: (standing: Standing) => number): number[] => points.map(value);
  return {
    name,
    times: of(({ ts }) => ts),
    panes: [
      [
        { kind: 'steps', name: 'realised − fees', values: [of(({ net }) => net)], levels: [['', 0]] },
        { kind: 'steps', name: 'fees', values: [of(({ fees }) => fees)] },
      ],
      [{ kind: 'steps', name: 'open, at cost', values: [of(({ open }) => open)] }],
    ],
    markers: [],
    note:
      'Realised: of closed lots, first in first out. Open: what the units held cost, and what those sold short brought in.' +
      (step_s > 1 ? ` The last value of every ${step_s} s is drawn, because there are too many for a page.` : ''),
  };
}

export const chartFills = defineTransform({
  kind: 'view',
  name: 'chart fills',
  summary: 'The equity curve of fills, on a page for a browser',
  description:
    'Writes one HTML file that opens without network: profit of what was closed after fees, fees, and what is open at its cost, over ' +
    'time. Positions that are still open are not valued: fills do not say what they are worth.',
  examples: [
    { what: 'of a file', command: 'qf chart fills --from file:fills.ndjson -o equity.html' },
    { what: 'of orders', command: 'qf paper match < allowed.ndjson | qf chart fills > equity.html' },
  ],
  consumes: ['fill'],
  produces: ['page'],
  options: chartOptions,
  guarantees: [
    'The last point is what qf paper pnl prints for all symbols.',
    'Every fill counts, in the order in which they come; one that is earlier than the one before stands at the time of that one.',
  ],
  why: 'A sum at the end hides how it came about.',
  symptoms: 'A curve that ends early: the fills after it were refused, and stand on --rejects.',
  alternatives: [
    { name: 'Marking to the market', whyNot: 'It needs prices of all times; qf chart pairs shows what the strategy saw.' },
  ],
  create: ({ tz }, { isStrict }) =>
    new RecordProcessor({
      stage: 'chart-fills',
      decoder: new FillDecoder(),
      step: (out) => new FillsStep(out, tz),
      streams: [],
      isStrict,
      onCapacity: 'add the fills up by symbol',
    }),
});
