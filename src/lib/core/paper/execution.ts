import { oppositeOf, type Order, type PairSignal, type Side } from '../model/paper.js';
import { exact, wholePart } from '../money.js';
import type { PairSettings } from '../pairs/settings.js';
import type { Stateful } from '../parts.js';
import { changesOf, SavedMap } from '../saved-map.js';

/** Entries are counted over this long, s. */
const THROTTLE_S = 60;

export type SignalRefusal =
  'not_whitelisted' | 'already_open' | 'no_price' | 'nonpositive_beta' | 'tiny_quantity' | 'throttled' | 'not_open';

/** An open entry: the side of leg A, and the quantities of both. */
type Entry = readonly [sideA: Side, qtyA: number, qtyB: number];

/** Signals into two orders each. An entry is open from when it passes here until its exit, whatever becomes of it later. */
export class PairExecutor implements Stateful {
  private readonly pairs: ReadonlyMap<string, PairSettings>;
  private readonly maxEntriesPerMinute: number;
  /** By pair. */
  private readonly open = new SavedMap<Entry>('open.');
  /** Decision times of the last entries by bucket, s. */
  private readonly entries = new SavedMap<readonly number[]>('entries.');

  constructor(pairs: readonly PairSettings[], maxEntriesPerMinute: number) {
    this.pairs = new Map(pairs.map((pair) => [pair.pair_id, pair]));
    this.maxEntriesPerMinute = maxEntriesPerMinute;
  }

  /** The orders of a signal, leg A first, or why there are none. */
  take(signal: PairSignal): readonly Order[] | SignalRefusal {
    return signal.action === 'EXIT' ? this.exit(signal) : this.enter(signal);
  }

  changes(): Map<string, string | undefined> {
    return changesOf([this.open, this.entries]);
  }

  restore(parts: ReadonlyMap<string, string>): void {
    this.open.restore(parts);
    this.entries.restore(parts);
  }

  private enter(signal: PairSignal): readonly Order[] | SignalRefusal {
    const { pair_id, pxA, pxB, beta } = signal;
    const pair = this.pairs.get(pair_id);
    if (pair === undefined) return 'not_whitelisted';
    if (this.open.has(pair_id)) return 'already_open';
    if (pxA <= 0 || pxB <= 0) return 'no_price';
    if (beta <= 0) return 'nonpositive_beta';
    const notional = exact(pair.base_notional).times(exact(pair.leverage));
    const qtyA = wholePart(notional.div(exact(pxA).plus(exact(beta).times(exact(pxB)))));
    const qtyB = wholePart(exact(beta).times(qtyA));
    if (qtyA < 1 || qtyB < 1) return 'tiny_quantity';
    if (!this.admits(signal)) return 'throttled';
    this.open.set(pair_id, [signal.sideA, qtyA, qtyB]);
    return ordersOf(signal, pair, [signal.sideA, qtyA, qtyB]);
  }

  private exit(signal: PairSignal): readonly Order[] | SignalRefusal {
    const pair = this.pairs.get(signal.pair_id);
    const entry = this.open.get(signal.pair_id);
    if (pair === undefined || entry === undefined) return 'not_open';
    this.open.delete(signal.pair_id);
    const [sideA, ...quantities] = entry;
    return ordersOf(signal, pair, [oppositeOf(sideA), ...quantities]);
  }

  /** Whether the bucket takes another entry; counts it where it does. */
  private admits({ ts, tf_s, risk_bucket }: PairSignal): boolean {
    const at_s = ts + tf_s;
    const recent = (this.entries.get(risk_bucket) ?? []).filter((time_s) => time_s > at_s - THROTTLE_S);
    if (recent.filter((time_s) => time_s <= at_s).length >= this.maxEntriesPerMinute) return false;
    this.entries.set(risk_bucket, [...recent, at_s]);
    return true;
  }
}

function ordersOf(signal: PairSignal, { base_notional, leverage }: PairSettings, [sideA, qtyA, qtyB]: Entry): Order[] {
  const { pair_id, a_symbol, b_symbol, tf_s, ts, beta, action, pxA, pxB, risk_bucket, reason } = signal;
  const kind = action === 'EXIT' ? 'EXIT' : 'ENTER';
  const order = (leg: 'A' | 'B', symbol: string, side: Side, qty: number, px_ref: number): Order => ({
    client_order_id: `PAIR:${pair_id}:${leg}:${ts}:${kind}`,
    symbol,
    side,
    qty,
    order_type: 'MKT',
    strategy: 'PAIR',
    risk_bucket,
    status: 'NEW',
    ts,
    reason,
    pair: { pair_id, leg, kind, tf_s, px_ref, beta, leverage, base_notional },
    others: new Map(),
  });
  return [order('A', a_symbol, sideA, qtyA, pxA), order('B', b_symbol, oppositeOf(sideA), qtyB, pxB)];
}
