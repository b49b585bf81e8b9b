import { CapacityError } from '../capacity.js';
import { compareSymbols } from '../model/model.js';
import type { Side } from '../model/paper.js';
import { type Decimal, exact, ZERO } from '../money.js';

/** Fills that may be open in one symbol, all on one side. */
const MAX_LOTS = 1_000_000;

/** Symbols of an account. */
const MAX_SYMBOLS = 1_000_000;

interface Lot {
  qty: number;
  readonly price: Decimal;
}

/** What the fold needs of a fill. */
export interface FilledTrade {
  readonly symbol: string;
  readonly side: Side;
  readonly qty: number;
  readonly price: Decimal;
  readonly fee: Decimal;
}

/** What each symbol of an account has come to. */
export class Positions {
  private readonly bySymbol = new Map<string, Position>();

  /** Throws `CapacityError`. */
  take(trade: FilledTrade): void {
    const { symbol } = trade;
    let position = this.bySymbol.get(symbol);
    if (position === undefined) {
      if (this.bySymbol.size >= MAX_SYMBOLS) throw new CapacityError('symbols', MAX_SYMBOLS);
      this.bySymbol.set(symbol, (position = new Position(symbol)));
    }
    position.take(trade);
  }

  of(symbol: string): Position | undefined {
    return this.bySymbol.get(symbol);
  }

  /** By symbol, as bytes. */
  sorted(): Position[] {
    return [...this.bySymbol.values()].sort(compareSymbols);
  }
}

/** One symbol's share of an account. Money is exact. */
export class Position {
  readonly symbol: string;
  fills = 0;
  bought = 0;
  sold = 0;
  /** What came in for sales minus what went out for purchases and fees. */
  cash = ZERO;
  fees = ZERO;
  /** Of closed lots, first in first out, before fees. */
  realised = ZERO;
  private readonly lots: Lot[] = [];
  /** The sum of the lots. */
  private open = ZERO;
  private isLong = true;

  constructor(symbol: string) {
    this.symbol = symbol;
  }

  /** Units held; below 0 where sold short. */
  get qty(): number {
    return this.bought - this.sold;
  }

  /** What the open units were bought for, or below 0 what they were sold for. */
  get cost(): Decimal {
    return this.isLong ? this.open : ZERO.minus(this.open);
  }

  /** Throws `CapacityError`. */
  take({ side, qty, price, fee }: FilledTrade): void {
    if (this.lots.length >= MAX_LOTS) throw new CapacityError(`open fills of ${this.symbol}`, MAX_LOTS);
    const notional = price.times(exact(qty));
    const isBuy = side === 'BUY';
    this.fills++;
    if (isBuy) this.bought += qty;
    else this.sold += qty;
    this.cash = (isBuy ? this.cash.minus(notional) : this.cash.plus(notional)).minus(fee);
    this.fees = this.fees.plus(fee);
    if (this.lots.length === 0) this.isLong = isBuy;
    if (this.isLong === isBuy) this.add(qty, price);
    else this.close(qty, price, isBuy);
  }

  private close(qty: number, price: Decimal, isBuy: boolean): void {
    let left = qty;
    for (let lot = this.lots[0]; lot !== undefined && left > 0; lot = this.lots[0]) {
      const closed = Math.min(lot.qty, left);
      const gain = (isBuy ? lot.price.minus(price) : price.minus(lot.price)).times(exact(closed));
      this.realised = this.realised.plus(gain);
      this.open = this.open.minus(lot.price.times(exact(closed)));
      lot.qty -= closed;
      left -= closed;
      if (lot.qty === 0) this.lots.shift();
    }
    if (left === 0) return;
    this.isLong = isBuy;
    this.add(left, price);
  }

  private add(qty: number, price: Decimal): void {
    this.lots.push({ qty, price });
    this.open = this.open.plus(price.times(exact(qty)));
  }
}
