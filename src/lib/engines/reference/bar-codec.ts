import { DecimalSum } from '../../core/model/decimal.js';
import type { Bar, Mark, Refusal } from '../../core/model/model.js';
import { plainNumber } from '../../core/model/number.js';
import { MAX_EVENT_S, parseTimeframe, timeframeName } from '../../core/model/time.js';
import { isPrice, missing, outOfBounds, wrongType } from './bounds.js';
import type { Decoder } from './codec.js';
import { FieldFinder } from './fields.js';
import { SymbolTable } from './symbols.js';
import { barVolumeAt, doubleAt, isInteger, kindAt, stringAt } from './values.js';

const FIELDS = ['symbol', 'tf', 'ts', 'o', 'h', 'l', 'c', 'vol', 'n_trades', 'mark'] as const;
const [SYMBOL, TF, TS, FIRST_PRICE, VOL, N_TRADES, MARK] = [0, 1, 2, 3, 7, 8, 9] as const;
const PRICES = 4;

const TIMESTAMP_RANGE: Refusal = { reason: 'timestamp_range', detail: 'ts' };

/** Reads bars, and the marks between them, from JSON lines: an object with `mark` and without `symbol` is a mark. */
export class BarDecoder implements Decoder<Bar | Mark> {
  record: Bar | Mark = { mark_s: 0 };
  private readonly finder = new FieldFinder(FIELDS);
  private readonly spans = this.finder.spans;
  private readonly symbols = new SymbolTable();
  /** A stream of bars hardly ever changes its timeframe. */
  private lastTimeframe = { text: '1s', tf_s: 1 };
  private readonly prices: [o: number, h: number, l: number, c: number] = [0, 0, 0, 0];

  decode(bytes: Buffer, start: number, end: number): Refusal | undefined {
    const refusal = this.finder.find(bytes, start, end);
    if (refusal !== undefined) return refusal;
    return this.startOf(SYMBOL) === -1 && this.startOf(MARK) !== -1 ? this.readMark(bytes) : this.readBar(bytes);
  }

  private startOf(field: number): number {
    return this.spans[field * 2] as number;
  }

  private endOf(field: number): number {
    return this.spans[field * 2 + 1] as number;
  }

  private readMark(bytes: Buffer): Refusal | undefined {
    const mark_s = this.integerAt(bytes, MARK);
    if (typeof mark_s !== 'number') return mark_s;
    if (mark_s < 0 || mark_s > MAX_EVENT_S) return outOfBounds('mark');
    this.record = { mark_s };
    return undefined;
  }

  private readBar(bytes: Buffer): Refusal | undefined {
    const symbol = this.symbolAt(bytes);
    if (typeof symbol !== 'string') return symbol;
    const tf_s = this.timeframeAt(bytes);
    if (typeof tf_s !== 'number') return tf_s;
    const ts = this.integerAt(bytes, TS);
    if (typeof ts !== 'number') return ts;
    const inRange = ts >= 0 && ts < MAX_EVENT_S;
    if (inRange && ts % tf_s !== 0) return outOfBounds('ts');
    const refusal = this.readPrices(bytes);
    if (refusal !== undefined) return refusal;
    const vol = this.volumeAt(bytes);
    if (!(vol instanceof DecimalSum)) return vol;
    const n_trades = this.integerAt(bytes, N_TRADES);
    if (typeof n_trades !== 'number') return n_trades;
    if (n_trades < 0 || n_trades > Number.MAX_SAFE_INTEGER) return outOfBounds('n_trades');
    if (!inRange) return TIMESTAMP_RANGE;
    const [o, h, l, c] = this.prices;
    this.record = { symbol, tf_s, ts, o, h, l, c, vol, n_trades };
    return undefined;
  }

  private symbolAt(bytes: Buffer): string | Refusal {
    const start = this.startOf(SYMBOL);
    if (start === -1) return missing('symbol');
    if (kindAt(bytes, start) !== 'string') return wrongType('symbol');
    return this.symbols.at(bytes, start, this.endOf(SYMBOL)) ?? outOfBounds('symbol');
  }

  private timeframeAt(bytes: Buffer): number | Refusal {
    const start = this.startOf(TF);
    if (start === -1) return missing('tf');
    if (kindAt(bytes, start) !== 'string') return wrongType('tf');
    const text = stringAt(bytes, start, this.endOf(TF));
    if (text === this.lastTimeframe.text) return this.lastTimeframe.tf_s;
    const tf_s = parseTimeframe(text);
    if (tf_s === undefined) return outOfBounds('tf');
    this.lastTimeframe = { text, tf_s };
    return tf_s;
  }

  private readPrices(bytes: Buffer): Refusal | undefined {
    for (let price = 0; price < PRICES; price++) {
      const field = FIRST_PRICE + price;
      const name = FIELDS[field] as string;
      const start = this.startOf(field);
      if (start === -1) return missing(name);
      if (kindAt(bytes, start) !== 'number') return wrongType(name);
      const value = doubleAt(bytes, start, this.endOf(field));
      if (!isPrice(value)) return outOfBounds(name);
      this.prices[price] = value;
    }
    return undefined;
  }

  private volumeAt(bytes: Buffer): DecimalSum | Refusal {
    const start = this.startOf(VOL);
    if (start === -1) return missing('vol');
    if (kindAt(bytes, start) !== 'number') return wrongType('vol');
    return barVolumeAt(bytes, start, this.endOf(VOL)) ?? outOfBounds('vol');
  }

  private integerAt(bytes: Buffer, field: number): number | Refusal {
    const name = FIELDS[field] as string;
    const start = this.startOf(field);
    const end = this.endOf(field);
    if (start === -1) return missing(name);
    if (kindAt(bytes, start) !== 'number' || !isInteger(bytes, start, end)) return wrongType(name);
    return doubleAt(bytes, start, end);
  }
}

/** A bar as one line of JSON, fields in the contract's order. */
export function encodeBar(bar: Bar): string {
  return `{"symbol":"${bar.symbol}","tf":"${timeframeName(bar.tf_s)}","ts":${bar.ts},"o":${plainNumber(bar.o)},"h":${plainNumber(bar.h)},"l":${plainNumber(bar.l)},"c":${plainNumber(bar.c)},"vol":${bar.vol.toString()},"n_trades":${bar.n_trades}}\n`;
}

/** A mark as one line of JSON. */
export function encodeMark(mark_s: number): string {
  return `{"mark":${mark_s}}\n`;
}
