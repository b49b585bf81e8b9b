import { CapacityError } from '../capacity.js';
import { compareSymbols } from '../model/model.js';
import type { Side } from '../model/paper.js';
import { type Decimal, decimalText, exact, ZERO } from '../money.js';
import type { Stateful } from '../parts.js';

/** Fills that may be open in one symbol, all on one side. */
const MAX_LOTS = 1_000_000;

/** Symbols of an account. */
const MAX_SYMBOLS = 1_000_000;

/** Before the symbol in the name of a position's part, and before symbol and number in that of a lot's. */
const POSITION = 'position.';
const LOT = 'lot.';

interface Lot {
  qty: number;
  readonly price: Decimal;
}

/** A position as it is saved, without its lots. */
interface SavedPosition {
  readonly fills: number;
  readonly bought: number;
  readonly sold: number;
  readonly cash: string;
  readonly fees: string;
  readonly realised: string;
}

/** What positions have come to, one or all of an account. */
export class Totals {
  /** Symbols of which some is held or sold short. */
  open = 0;
  /** What the open units were bought for, and what those sold short were sold for. */
  long = ZERO;
  short = ZERO;
  /** Of closed lots, before fees. */
  realised = ZERO;
  fees = ZERO;

  /** Adds a position to them, or takes it away. */
  count({ qty, cost, realised, fees }: Position, sign: 1 | -1): void {
    if (qty !== 0) this.open += sign;
    if (qty > 0) this.long = this.long.plus(cost.times(sign));
    if (qty < 0) this.short = this.short.minus(cost.times(sign));
    this.realised = this.realised.plus(realised.times(sign));
    this.fees = this.fees.plus(fees.times(sign));
  }
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
export class Positions implements Stateful {
  private readonly bySymbol = new Map<string, Position>();
  /** Those that are not as they were saved. */
  private readonly changed = new Set<Position>();
  /** Of all of them. */
  readonly totals = new Totals();

  /** Throws `CapacityError`. */
  take(trade: FilledTrade): void {
    const { symbol } = trade;
    const position = this.bySymbol.get(symbol) ?? this.add(symbol);
    this.totals.count(position, -1);
    position.take(trade);
    this.totals.count(position, 1);
    this.changed.add(position);
  }

  changes(): Map<string, string | undefined> {
    const parts = new Map([...this.changed].flatMap((position) => [...position.changes()]));
    this.changed.clear();
    return parts;
  }

  restore(parts: ReadonlyMap<string, string>): void {
    for (const [name, text] of parts) {
      if (name.startsWith(POSITION)) this.add(name.slice(POSITION.length)).restore(JSON.parse(text) as SavedPosition);
    }
    for (const [symbol, lots] of lotsIn(parts)) this.of(symbol)?.restoreLots(lots);
    for (const position of this.bySymbol.values()) this.totals.count(position, 1);
  }

  of(symbol: string): Position | undefined {
    return this.bySymbol.get(symbol);
  }

  /** By symbol, as bytes. */
  sorted(): Position[] {
    return [...this.bySymbol.values()].sort(compareSymbols);
  }

  private add(symbol: string): Position {
    if (this.bySymbol.size >= MAX_SYMBOLS) throw new CapacityError('symbols', MAX_SYMBOLS);
    const position = new Position(symbol);
    this.bySymbol.set(symbol, position);
    return position;
  }
}

/** Saved lots by symbol and number. */
function lotsIn(parts: ReadonlyMap<string, string>): Map<string, Map<number, string>> {
  const lots = new Map<string, Map<number, string>>();
  for (const [name, text] of parts) {
    if (!name.startsWith(LOT)) continue;
    const end = name.lastIndexOf('.');
    const symbol = name.slice(LOT.length, end);
    const ofSymbol = lots.get(symbol) ?? new Map<number, string>();
    lots.set(symbol, ofSymbol.set(Number(name.slice(end + 1)), text));
  }
  return lots;
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
  /** Oldest first. */
  private readonly lots: Lot[] = [];
  /** The number of the oldest lot: they are counted as they come, from 0 wherever none is left. */
  private first = 0;
  /** Lots from this number on have not been saved. */
  private saved = 0;
  /** Numbers of lots that are not as they were saved. */
  private readonly changedLots = new Set<number>();
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

  /** The parts of it that are not as they were saved. */
  changes(): Map<string, string | undefined> {
    const { symbol, fills, bought, sold } = this;
    const money = { cash: decimalText(this.cash), fees: decimalText(this.fees), realised: decimalText(this.realised) };
    const parts = new Map<string, string | undefined>();
    parts.set(POSITION + symbol, JSON.stringify({ fills, bought, sold, ...money } satisfies SavedPosition));
    for (const number of this.changedLots) {
      const lot = this.lots[number - this.first];
      parts.set(`${LOT}${symbol}.${number}`, lot && `${lot.qty}@${decimalText(lot.price)}`);
    }
    this.haveSaved();
    return parts;
  }

  restore({ fills, bought, sold, cash, fees, realised }: SavedPosition): void {
    Object.assign(this, { fills, bought, sold });
    this.cash = ZERO.plus(cash);
    this.fees = ZERO.plus(fees);
    this.realised = ZERO.plus(realised);
    this.isLong = this.qty > 0;
  }

  restoreLots(lots: ReadonlyMap<number, string>): void {
    const sorted = [...lots].sort(([a], [b]) => a - b);
    this.first = sorted[0]?.[0] ?? 0;
    for (const [, text] of sorted) {
      const [qty = '', price = ''] = text.split('@');
      this.add(Number(qty), ZERO.plus(price));
    }
    this.haveSaved();
  }

  private haveSaved(): void {
    this.saved = this.first + this.lots.length;
    this.changedLots.clear();
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
      if (lot.qty > 0) this.changedLots.add(this.first);
      else this.removeFirst();
    }
    if (left === 0) return;
    this.isLong = isBuy;
    this.add(left, price);
  }

  private removeFirst(): void {
    if (this.first < this.saved) this.changedLots.add(this.first);
    else this.changedLots.delete(this.first);
    this.lots.shift();
    this.first = this.lots.length === 0 ? 0 : this.first + 1;
  }

  private add(qty: number, price: Decimal): void {
    this.changedLots.add(this.first + this.lots.length);
    this.lots.push({ qty, price });
    this.open = this.open.plus(price.times(exact(qty)));
  }
}
