import { decimalText } from '../../core/model/decimal.js';
import { emptyTick, type Refusal, type Tick } from '../../core/model/model.js';
import { plainNumber } from '../../core/model/number.js';
import { instantText, MAX_EVENT_S, MIN_EVENT_S } from '../../core/model/time.js';
import { isPrice, isTradeId, missing, outOfBounds, wrongType } from './bounds.js';
import type { Decoder } from './codec.js';
import { FieldFinder } from './fields.js';
import { SymbolTable } from './symbols.js';
import { doubleAt, isInteger, kindAt, readTickVolume, stringAt } from './values.js';

const FIELDS = ['symbol', 'event_ts', 'ltp', 'vol', 'trade_id', 'side'] as const;
const [SYMBOL, EVENT_TS, LTP, VOL, TRADE_ID, SIDE] = [0, 1, 2, 3, 4, 5] as const;

const TIMESTAMP_RANGE: Refusal = { reason: 'timestamp_range', detail: 'event_ts' };

/** Reads ticks from JSON lines. `record` is one object, filled anew by every call. */
export class TickDecoder implements Decoder<Tick> {
  readonly record = emptyTick();
  private readonly finder = new FieldFinder(FIELDS);
  private readonly spans = this.finder.spans;
  private readonly symbols = new SymbolTable();

  decode(bytes: Buffer, start: number, end: number): Refusal | undefined {
    return (
      this.finder.find(bytes, start, end) ??
      this.readSymbol(bytes) ??
      this.readEventTime(bytes) ??
      this.readPrice(bytes) ??
      this.readVolume(bytes) ??
      this.readTradeId(bytes) ??
      this.readSide(bytes) ??
      this.checkRange()
    );
  }

  private startOf(field: number): number {
    return this.spans[field * 2] as number;
  }

  private endOf(field: number): number {
    return this.spans[field * 2 + 1] as number;
  }

  private readSymbol(bytes: Buffer): Refusal | undefined {
    const start = this.startOf(SYMBOL);
    if (start === -1) return missing('symbol');
    if (kindAt(bytes, start) !== 'string') return wrongType('symbol');
    const symbol = this.symbols.at(bytes, start, this.endOf(SYMBOL));
    if (symbol === undefined) return outOfBounds('symbol');
    this.record.symbol = symbol;
    return undefined;
  }

  /** An integer of a wrong length is out of range, which is decided behind the other fields: seconds become Infinity. */
  private readEventTime(bytes: Buffer): Refusal | undefined {
    const start = this.startOf(EVENT_TS);
    const end = this.endOf(EVENT_TS);
    if (start === -1) return missing('event_ts');
    if (kindAt(bytes, start) !== 'number' || !isInteger(bytes, start, end)) return wrongType('event_ts');
    if (end - start < 17 || end - start > 19 || bytes[start] === 0x2d) {
      this.record.event_s = Infinity;
      return undefined;
    }
    const split = end - 9;
    let s = 0;
    for (let at = start; at < split; at++) s = s * 10 + ((bytes[at] as number) - 0x30);
    let ns = 0;
    for (let at = split; at < end; at++) ns = ns * 10 + ((bytes[at] as number) - 0x30);
    this.record.event_s = s;
    this.record.event_ns = ns;
    return undefined;
  }

  private readPrice(bytes: Buffer): Refusal | undefined {
    const start = this.startOf(LTP);
    if (start === -1) return missing('ltp');
    if (kindAt(bytes, start) !== 'number') return wrongType('ltp');
    const price = doubleAt(bytes, start, this.endOf(LTP));
    if (!isPrice(price)) return outOfBounds('ltp');
    this.record.ltp = price;
    return undefined;
  }

  private readVolume(bytes: Buffer): Refusal | undefined {
    const start = this.startOf(VOL);
    if (start === -1) return missing('vol');
    if (kindAt(bytes, start) !== 'number') return wrongType('vol');
    return readTickVolume(bytes, start, this.endOf(VOL), this.record) ? undefined : outOfBounds('vol');
  }

  private readTradeId(bytes: Buffer): Refusal | undefined {
    const start = this.startOf(TRADE_ID);
    this.record.trade_id = undefined;
    if (start === -1) return undefined;
    const end = this.endOf(TRADE_ID);
    const kind = kindAt(bytes, start);
    if (kind === 'null') return undefined;
    const isWhole = kind === 'number' && isInteger(bytes, start, end);
    if (kind !== 'string' && !isWhole) return wrongType('trade_id');
    const id = isWhole ? bytes.toString('latin1', start, end) : stringAt(bytes, start, end);
    if (!isTradeId(id)) return outOfBounds('trade_id');
    this.record.trade_id = id;
    return undefined;
  }

  private readSide(bytes: Buffer): Refusal | undefined {
    const start = this.startOf(SIDE);
    this.record.side = undefined;
    if (start === -1) return undefined;
    const kind = kindAt(bytes, start);
    if (kind === 'null') return undefined;
    if (kind !== 'string') return wrongType('side');
    const side = stringAt(bytes, start, this.endOf(SIDE));
    if (side !== 'buy' && side !== 'sell') return outOfBounds('side');
    this.record.side = side;
    return undefined;
  }

  private checkRange(): Refusal | undefined {
    const s = this.record.event_s;
    return s >= MIN_EVENT_S && s < MAX_EVENT_S ? undefined : TIMESTAMP_RANGE;
  }
}

/** A tick as one line of JSON, fields in the contract's order. */
export function encodeTick(tick: Tick): string {
  const optional =
    (tick.trade_id === undefined ? '' : `,"trade_id":${JSON.stringify(tick.trade_id)}`) +
    (tick.side === undefined ? '' : `,"side":"${tick.side}"`);
  return `{"symbol":"${tick.symbol}","event_ts":${instantText(tick.event_s, tick.event_ns)},"ltp":${plainNumber(tick.ltp)},"vol":${decimalText(tick.vol_units, tick.vol_e8)}${optional}}\n`;
}
