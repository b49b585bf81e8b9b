import type { Bar, Mark, Outcome } from '../core/model/model.js';
import type { PairSignal } from '../core/model/paper.js';
import type { PairSettings } from '../core/pairs/settings.js';
import { PairWatcher } from '../core/pairs/watch.js';
import { type Timeline, Timelines } from '../core/timelines.js';
import { BarDecoder } from '../engines/reference/bar-codec.js';
import type { RecordOut } from '../engines/reference/output.js';
import { RecordProcessor, type RecordStep } from '../engines/reference/record-processor.js';
import type { Chart, Marker } from '../formats/chart-page.js';
import { localMinutes, paperConfig } from '../formats/paper-config.js';
import { defineTransform } from '../runtime/stage.js';
import { chartOptions, MAX_POINTS, TOO_MANY, writePage } from './chart-options.js';

const options = { config: paperConfig('pairs.yaml', 'The pairs and how they are traded'), ...chartOptions };

/** Signals that a page shows of a pair: the newest ones. */
const MAX_MARKERS = 5000;

interface Measure {
  readonly ts: number;
  spread: number;
  z: number;
}

/** Lets the pairs decide as `pairs watch` does, and draws what they saw. */
class PairsStep implements RecordStep<Bar | Mark> {
  private readonly out: RecordOut;
  private readonly zone: string;
  private readonly pairs: ReadonlyMap<string, PairSettings>;
  private readonly watcher: PairWatcher;
  private readonly markers = new Map<string, Marker[]>();
  private readonly lines = new Timelines<Measure>({
    maxPoints: MAX_POINTS,
    at: (measure, ts) => ({ ...measure, ts }),
    merge: (into, { spread, z }) => {
      into.spread = spread;
      into.z = z;
    },
  });

  constructor(out: RecordOut, pairs: readonly PairSettings[], zone: string) {
    this.out = out;
    this.zone = zone;
    this.pairs = new Map(pairs.map((pair) => [pair.pair_id, pair]));
    this.watcher = new PairWatcher(pairs, localMinutes(), {
      signal: (signal) => this.mark(signal),
      skip: () => out.skip(),
      measured: ({ pair_id, tf_s }, ts, spread, z) => this.lines.add(pair_id, tf_s, { ts, spread, z }),
    });
  }

  take(record: Bar | Mark): Outcome {
    if (!('mark_s' in record)) return this.watcher.add(record);
    this.watcher.passThrough(record.mark_s);
    return 'ignored';
  }

  end(): void {
    this.watcher.passAll();
    writePage(
      this.out,
      'Pairs',
      this.zone,
      this.lines.sorted().map((line) => this.chartOf(line)),
    );
  }

  private mark({ pair_id, ts, action, reason, z }: PairSignal): void {
    const markers = this.markers.get(pair_id) ?? [];
    const kind = action === 'EXIT' ? 'exit' : action === 'ENTER_LONG_A_SHORT_B' ? 'buy' : 'sell';
    markers.push({ ts, kind, text: kind === 'exit' ? reason : `${kind === 'buy' ? 'long' : 'short'} ${z}` });
    if (markers.length > MAX_MARKERS) markers.shift();
    this.markers.set(pair_id, markers);
  }

  private chartOf({ name, step_s, points }: Timeline<Measure>): Chart {
    const pair = this.pairs.get(name);
    const markers = (this.markers.get(name) ?? []).map((marker) => ({ ...marker, ts: Math.floor(marker.ts / step_s) * step_s }));
    const { entry_z = 0, exit_z = 0, stop_z = 0 } = pair ?? {};
    const levels = Object.entries({ entry: entry_z, exit: exit_z, stop: stop_z }).flatMap(([level, z]): [string, number][] => [
      [level, z],
      [level, -z],
    ]);
    const isCoarser = step_s !== pair?.tf_s;
    return {
      name,
      times: points.map(({ ts }) => ts),
      panes: [
        [{ kind: 'line', name: 'spread', values: [points.map(({ spread }) => spread)] }],
        [{ kind: 'line', name: 'z', values: [points.map(({ z }) => z)], levels }],
      ],
      markers,
      note:
        `spread = ln ${pair?.a ?? ''} − beta · ln ${pair?.b ?? ''}; ${markers.length} signals` +
        (isCoarser ? `; the last value of every ${step_s} s is drawn, because there are too many for a page` : ''),
    };
  }
}

export const chartPairs = defineTransform({
  kind: 'view',
  name: 'chart pairs',
  summary: 'Spread and z-score of pairs, with entries and exits, on a page for a browser',
  description:
    'Reads bars, lets the pairs of the configuration decide as qf pairs watch does, and writes one HTML file that opens without ' +
    'network: the spread, its z-score with the levels of entry, exit and stop, and the signals, a pair at a time.',
  examples: [
    {
      what: 'a simulated day',
      command:
        'qf ingest sim --symbols 20 --rate 1 --hot-pct 0 --duration 6h --pace max | qf bars1s | qf agg --tf 3m,5m | qf chart pairs -o pairs.html',
    },
    {
      what: 'your own pairs, on stored bars',
      command: 'qf chart pairs --config pairs.yaml --from file:bars.ndjson -o pairs.html',
    },
  ],
  consumes: ['bar', 'mark'],
  produces: ['page'],
  options,
  guarantees: ['The signals are those of qf pairs watch on the same bars.', 'A pair without bars of both legs is not drawn.'],
  why: 'Whether entry and exit levels are sensible is seen on the curve, not in a list of signals.',
  symptoms: 'No pair is drawn: no bars came of the timeframes and symbols that the configuration names.',
  alternatives: [{ name: 'A notebook', whyNot: 'It would compute the strategy a second time, and differ from it some day.' }],
  create: ({ config, tz }, { isStrict }) =>
    new RecordProcessor({
      stage: 'chart-pairs',
      decoder: new BarDecoder(),
      step: (out) => new PairsStep(out, config, tz),
      streams: [],
      isStrict,
      onCapacity: TOO_MANY,
    }),
});
