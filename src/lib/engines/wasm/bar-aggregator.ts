import { LAST, type SavedBar, TIMES } from '../../core/agg.js';
import { CapacityError } from '../../core/capacity.js';
import type { Bar, Outcome } from '../../core/model/model.js';
import { timeframeName } from '../../core/model/time.js';
import type { Stateful } from '../../core/parts.js';
import { type KernelCalls, RecordKernel, volumeOf } from './record-kernel.js';

/** What became of a bar, by the kernel's number. */
const OUTCOMES: readonly Outcome[] = [
  'used',
  'late',
  'duplicate',
  { reason: 'out_of_order', detail: 'ts' },
  { reason: 'out_of_bounds', detail: 'vol' },
  { reason: 'out_of_bounds', detail: 'n_trades' },
];

/** Behind the last one: the kernel can keep no more; the number is that of the core. */
const FULL = new CapacityError('symbols', 1_000_000);

/** What `src/kernel/agg` exports besides. */
interface Calls extends KernelCalls {
  readonly incoming: { readonly value: number };
  setTargets(count: number): void;
  addTarget(tf_s: number, nameAt: number, nameSize: number): void;
  setFrom(tf_s: number, nameAt: number, nameSize: number): void;
  add(symbolSize: number, ts: number, trades: number, high: bigint, low: bigint, e8: number): number;
  restoreClosed(closedThrough_s: number): void;
  restoreLast(symbolAt: number, symbolSize: number, ts: number): void;
  restoreBar(
    symbolAt: number,
    symbolSize: number,
    target: number,
    start_s: number,
    trades: number,
    high: bigint,
    low: bigint,
    e8: number,
  ): number;
}

/** Bars of one finer timeframe into bars of several coarser ones, as `Aggregator` of the core makes them, in the kernel. */
export class KernelAggregator extends RecordKernel<Calls> implements Stateful {
  private readonly targets_s: readonly number[];
  private savedTimes = '';

  /** `targets_s`: the timeframes to build, s, the shortest first, without repeats; also the order of the outputs. */
  constructor(targets_s: readonly number[]) {
    super('agg', (tf_s, start_s, bucket) => (tf_s === 0 ? `${LAST}${bucket}` : `${tf_s}.${start_s}.${bucket}`));
    this.targets_s = targets_s;
    const { calls } = this.kernel;
    calls.setTargets(targets_s.length);
    for (const tf_s of targets_s) {
      const name = timeframeName(tf_s);
      calls.addTarget(tf_s, this.put(name), name.length);
    }
  }

  /** Bars of this timeframe are taken by `run` from now on; before, none are. */
  readFrom(tf_s: number): void {
    const name = timeframeName(tf_s);
    this.kernel.calls.setFrom(tf_s, this.put(name), name.length);
  }

  arriveAt(): void {
    // Bars look at no clock.
  }

  /** See `Aggregator`. */
  add({ symbol, ts, o, h, l, c, vol, n_trades }: Bar): Outcome {
    const { calls } = this.kernel;
    this.putPrices(calls.incoming.value, [o, h, l, c]);
    this.put(symbol);
    const outcome = OUTCOMES[calls.add(symbol.length, ts, n_trades, ...volumeOf(vol.toE8()))];
    if (outcome === undefined) throw FULL;
    return outcome;
  }

  changes(): Map<string, string | undefined> {
    const parts = this.changedParts();
    const times = JSON.stringify([this.closedThrough_s]);
    if (times !== this.savedTimes && this.closedThrough_s !== -Infinity) parts.set(TIMES, times);
    this.savedTimes = times;
    return parts;
  }

  restore(parts: ReadonlyMap<string, string>): void {
    const { calls } = this.kernel;
    for (const [name, text] of parts) {
      if (name === TIMES) {
        calls.restoreClosed(...(JSON.parse(text) as [number]));
        this.savedTimes = text;
      } else if (name.startsWith(LAST)) {
        for (const [symbol, ts] of JSON.parse(text) as [string, number][]) calls.restoreLast(this.put(symbol), symbol.length, ts);
      } else {
        const [tf_s, start_s] = name.split('.').map(Number) as [number, number];
        for (const bar of JSON.parse(text) as SavedBar[]) this.restoreBar(this.targets_s.indexOf(tf_s), start_s, bar);
      }
    }
  }

  private restoreBar(target: number, start_s: number, [symbol, o, h, l, c, vol_e8, n_trades]: SavedBar): void {
    const { calls } = this.kernel;
    const place = this.put(symbol);
    const bar = calls.restoreBar(place, symbol.length, target, start_s, n_trades, ...volumeOf(BigInt(vol_e8)));
    this.putPrices(bar, [o, h, l, c]);
  }
}
