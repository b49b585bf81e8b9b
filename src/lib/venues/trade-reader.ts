import type { Origin, Trades } from '../core/model/configs.js';
import type { Refusal, Tick } from '../core/model/model.js';
import { instantText, NS_PER_S, parseDuration } from '../core/model/time.js';
import { eachElement, OPEN_BRACKET } from '../engines/reference/json-scan.js';
import { PointerFinder } from '../engines/reference/pointers.js';
import type { Field } from '../formats/column-map.js';
import { CumulativeVolume } from '../formats/cumulative.js';
import { type Cell, decodeRow, NOT_TEXT } from '../formats/row-decoder.js';
import { cellAt } from '../formats/rows.js';
import type { Instant, TimeUnit, Zone } from '../formats/time-text.js';
import { type Condition, conditionOf } from './condition.js';
import type { Frame, Trade } from './venue.js';

/** In ns, above 0. */
export function durationOf(text: string, where: string): number {
  const ns = parseDuration(text);
  if (ns === undefined || ns === 0) throw new Error(`${where} "${text}" is not a duration such as 250ms, 2s or 15m`);
  return ns;
}

type Values = Readonly<Record<string, string>> | undefined;

/** Reads the trades of one kind of frame. */
export class TradeReader {
  readonly when: Condition;
  private readonly config: Trades;
  private readonly zone: Zone;
  private readonly frameFinder: PointerFinder;
  private readonly tradeFinder: PointerFinder;
  private readonly getters: ReadonlyMap<Field, (bytes: Buffer) => Cell>;
  private readonly unit: TimeUnit | undefined;
  private readonly volume: CumulativeVolume | undefined;
  private readonly maxAge_ns: number | undefined;

  constructor(config: Trades, zone: Zone) {
    this.config = config;
    this.zone = zone;
    this.when = conditionOf(config.when);
    this.unit = config.event_ts === 'receive' ? undefined : config.event_ts.unit;
    const { snapshot } = config;
    if (typeof snapshot === 'object') this.maxAge_ns = durationOf(snapshot.older_than, 'snapshot.older_than');
    const isCumulative = typeof config.vol === 'object' && 'cumulative' in config.vol;
    this.volume = isCumulative ? new CumulativeVolume(zone) : undefined;
    const origins = originsOf(config);
    const inFrame = distinct([config.at, ...origins.flatMap(({ origin }) => (isFrameOrigin(origin) ? [origin.frame] : []))]);
    const inTrade = distinct(origins.flatMap(({ origin }) => (typeof origin === 'string' ? [origin] : [])));
    this.frameFinder = new PointerFinder(inFrame);
    this.tradeFinder = new PointerFinder(inTrade);
    this.getters = new Map(
      origins.map(({ field, origin, values }) => [
        field,
        getter(origin, values, { finder: this.frameFinder, pointers: inFrame }, { finder: this.tradeFinder, pointers: inTrade }),
      ]),
    );
  }

  /** The trades of a frame that is valid JSON; what is not there is refused as a missing field. */
  read(frame: Frame): readonly Trade[] {
    const { bytes } = frame;
    this.frameFinder.find(bytes, firstPlace(bytes));
    // `at` is the first of the frame's pointers.
    const start = this.frameFinder.spans[0] as number;
    const trades: Trade[] = [];
    const take = (tradeStart: number): number => {
      const end = this.tradeFinder.find(bytes, tradeStart);
      trades.push(this.trade(frame));
      return end;
    };
    if (start === -1 || bytes[start] !== OPEN_BRACKET) take(start === -1 ? bytes.length : start);
    else eachElement(bytes, start, take);
    return trades;
  }

  private trade({ bytes, received, opened }: Frame): Trade {
    const received_ts = (): Cell => instantText(received.s, received.ns);
    const cells = (field: Field): Cell =>
      field === 'event_ts' && this.unit === undefined ? received_ts() : this.getters.get(field)?.(bytes);
    const tick = decodeRow(cells, this.unit ?? 'ns', this.zone);
    if (!('reason' in tick)) this.volume?.toGrowth(tick);
    return {
      tick,
      numbering: this.config.consecutive_ids === true ? (this.config.name ?? 'trade') : undefined,
      isRepeated: this.isRepeated(tick, opened),
      hasReceiveTime: this.unit === undefined,
    };
  }

  private isRepeated(tick: Tick | Refusal, opened: Instant): boolean {
    if (this.config.snapshot === 'always') return true;
    if (this.maxAge_ns === undefined || 'reason' in tick) return false;
    return (opened.s - tick.event_s) * NS_PER_S + (opened.ns - tick.event_ns) > this.maxAge_ns;
  }
}

interface FieldOrigin {
  readonly field: Field;
  readonly origin: Origin;
  readonly values: Values;
}

function originsOf({ symbol, event_ts, ltp, vol, trade_id, side }: Trades): readonly FieldOrigin[] {
  const all: (FieldOrigin | undefined)[] = [
    { field: 'symbol', origin: symbol, values: undefined },
    event_ts === 'receive' ? undefined : { field: 'event_ts', origin: event_ts.at, values: undefined },
    { field: 'ltp', origin: ltp, values: undefined },
    { field: 'vol', origin: typeof vol === 'object' && 'cumulative' in vol ? vol.cumulative : vol, values: undefined },
    trade_id === undefined ? undefined : { field: 'trade_id', origin: trade_id, values: undefined },
    side === undefined
      ? undefined
      : {
          field: 'side',
          ...(typeof side === 'object' && 'values' in side
            ? { origin: side.at, values: side.values }
            : { origin: side, values: undefined }),
        },
  ];
  return all.filter((entry) => entry !== undefined);
}

interface Place {
  readonly finder: PointerFinder;
  readonly pointers: readonly string[];
}

function getter(origin: Origin, values: Values, frame: Place, trade: Place): (bytes: Buffer) => Cell {
  if (isConstant(origin)) return () => origin.value;
  const { finder, pointers } = isFrameOrigin(origin) ? frame : trade;
  const index = pointers.indexOf(isFrameOrigin(origin) ? origin.frame : origin);
  const cell = (bytes: Buffer): Cell => cellAt(bytes, finder.spans[index * 2] as number, finder.spans[index * 2 + 1] as number);
  if (values === undefined) return cell;
  const sides = new Map(Object.entries(values));
  return (bytes) => {
    const found = cell(bytes);
    if (found === undefined) return undefined;
    const text = found === NOT_TEXT ? bytes.toString('latin1', finder.spans[index * 2], finder.spans[index * 2 + 1]) : found;
    return sides.get(text) ?? text;
  };
}

function isFrameOrigin(origin: Origin): origin is { frame: string } {
  return typeof origin === 'object' && 'frame' in origin;
}

function isConstant(origin: Origin): origin is { value: string } {
  return typeof origin === 'object' && 'value' in origin;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function firstPlace(bytes: Buffer): number {
  return bytes.findIndex((byte) => byte > 0x20);
}
