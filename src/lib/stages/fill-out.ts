import type { Order } from '../core/model/paper.js';
import { Positions } from '../core/paper/positions.js';
import type { Fill, MatchDecisions, Unfilled } from '../core/paper/fill.js';
import { encodeFill } from '../engines/reference/fill-codec.js';
import type { RecordOut } from '../engines/reference/output.js';
import type { GaugeSpec, GaugeValues } from '../runtime/metrics.js';
import { refuseOrder } from './order-out.js';

export const FILLS = 'fills';

/** What the fills of an account come to. */
export const FILL_GAUGES: readonly GaugeSpec[] = [
  { name: 'exposure_cash', help: 'What open positions were bought for, or sold short for, by side', labels: ['side'] },
  { name: 'open_positions', help: 'Symbols of which some is held or sold short' },
  { name: 'realised_cash', help: 'Profit of what was closed, first in first out, before fees' },
  { name: 'fees_cash', help: 'Fees of all fills' },
];

/** Writes fills and what is left of orders, and counts. */
export class FillOut implements MatchDecisions {
  /** What the fills have come to, of which nothing that is written depends. */
  readonly positions = new Positions();
  private readonly out: RecordOut;

  constructor(out: RecordOut) {
    this.out = out;
  }

  fill(fill: Fill): void {
    const { symbol, side, qty, price, fees } = fill;
    this.out.add(encodeFill(fill), FILLS, symbol);
    this.positions.take({ symbol, side, qty, price, fee: fees.total });
  }

  /** Of `FILL_GAUGES`. */
  gauges(): GaugeValues {
    const { open, long, short, realised, fees } = this.positions.totals;
    const exposure = Object.entries({ long, short }).map(([side, cash]) => ({ label: { side }, value: cash.toNumber() }));
    return {
      exposure_cash: exposure,
      open_positions: open,
      realised_cash: realised.toNumber(),
      fees_cash: fees.toNumber(),
    };
  }

  done(): void {
    this.out.settle('used');
  }

  drop(order: Order, { status, reason, left, isPartial }: Unfilled): void {
    refuseOrder(this.out, { ...order, status }, 'match', { reason, left });
    this.out.settle(isPartial ? 'used' : { reason, detail: '', isByRule: true });
  }
}
