import type { Bar, Mark, Outcome } from '../core/model/model.js';
import { timeframeName } from '../core/model/time.js';
import { type Timeline, Timelines } from '../core/timelines.js';
import { BarDecoder } from '../engines/reference/bar-codec.js';
import type { RecordOut } from '../engines/reference/output.js';
import { RecordProcessor, type RecordStep } from '../engines/reference/record-processor.js';
import type { Chart } from '../formats/chart-page.js';
import { defineTransform } from '../runtime/stage.js';
import { chartOptions, MAX_POINTS, TOO_MANY, writePage } from './chart-options.js';

/** A bar on a page: a double is exact enough to look at. */
interface Candle {
  readonly ts: number;
  readonly o: number;
  h: number;
  l: number;
  c: number;
  vol: number;
}

class BarsStep implements RecordStep<Bar | Mark> {
  private readonly out: RecordOut;
  private readonly zone: string;
  private readonly lines = new Timelines<Candle>({
    maxPoints: MAX_POINTS,
    at: (candle, ts) => ({ ...candle, ts }),
    merge: (into, { h, l, c, vol }) => {
      into.h = Math.max(into.h, h);
      into.l = Math.min(into.l, l);
      into.c = c;
      into.vol += vol;
    },
  });

  constructor(out: RecordOut, zone: string) {
    this.out = out;
    this.zone = zone;
  }

  take(record: Bar | Mark): Outcome {
    if ('mark_s' in record) return 'ignored';
    const { symbol, tf_s, ts, o, h, l, c, vol } = record;
    return this.lines.add(`${symbol} ${timeframeName(tf_s)}`, tf_s, { ts, o, h, l, c, vol: Number(vol.toString()) });
  }

  end(): void {
    writePage(this.out, 'Bars', this.zone, this.lines.sorted().map(chartOf));
  }
}

function chartOf({ name, step_s, points }: Timeline<Candle>): Chart {
  const of = (value: (candle: Candle) => number): number[] => points.map(value);
  const prices = [of(({ o }) => o), of(({ h }) => h), of(({ l }) => l), of(({ c }) => c)];
  const isCoarser = !name.endsWith(` ${timeframeName(step_s)}`);
  return {
    name,
    times: of(({ ts }) => ts),
    panes: [
      [{ kind: 'candles', name: 'price', values: prices }],
      [{ kind: 'histogram', name: 'volume', values: [of(({ vol }) => vol)] }],
    ],
    markers: [],
    note: `${points.length} bars${isCoarser ? `, drawn as bars of ${step_s} s because there are too many for a page` : ''}`,
  };
}

export const chartBars = defineTransform({
  kind: 'view',
  name: 'chart bars',
  summary: 'Bars as candles with their volume, on a page for a browser',
  description:
    'Writes one HTML file that opens without network: candles and volume, a symbol and timeframe at a time, with the values ' +
    'under the pointer. Beyond 200,000 bars they are drawn coarser, which the page says.',
  examples: [
    {
      what: 'ten simulated minutes',
      command: 'qf ingest sim --symbols 5 --duration 10m --pace max | qf bars1s | qf agg --tf 1m | qf chart bars -o bars.html',
    },
    {
      what: 'bars of a file, at the time of a market',
      command: 'qf chart bars --from file:bars.ndjson --tz Asia/Kolkata -o bars.html',
    },
  ],
  consumes: ['bar', 'mark'],
  produces: ['page'],
  options: chartOptions,
  guarantees: [
    'Prices are those of the bars; a coarser bar has the first open, the highest high, the lowest low, the last close and the sum of the volumes.',
    'A bar that comes twice or out of the order of its symbol is not drawn, and counted as duplicate or late.',
  ],
  why: 'Wrong bars are seen faster than they are read.',
  symptoms: 'records_late_total: the bars are not in order of time; sort them first.',
  alternatives: [{ name: 'Grafana', whyNot: 'It needs services; a file can be sent to somebody.' }],
  create: ({ tz }, { isStrict }) =>
    new RecordProcessor({
      stage: 'chart-bars',
      decoder: new BarDecoder(),
      step: (out) => new BarsStep(out, tz),
      streams: [],
      isStrict,
      onCapacity: TOO_MANY,
    }),
});
