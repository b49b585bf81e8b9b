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
import type { FrameValues } from './frame-values.js';
import type { Frame, Trade } from './venue.js';

/** Trades in one frame; a frame of the largest size could hold millions of empty ones, each of which is counted and refused. */
const MAX_TRADES = 100_000;

/** In ns, above 0. */
export function durationOf(text: string, where: string): number {
  const ns = parseDuration(text);
  if (ns === undefined || ns === 0) throw new Error(`${where} "${text}" is not a duration such as 250ms, 2s or 15m`);
  return ns;
}

/** How much older than its connection a trade is at most that is not repeated, ns; undefined where age says nothing. */
export function maxAgeOf({ snapshot }: Trades): number | undefined {
  return typeof snapshot === 'object' ? durationOf(snapshot.older_than, 'snapshot.older_than') : undefined;
}

/** Names the numbering of the trades of a kind; undefined where they do not count up one by one. */
export function numberingOf({ consecutive_ids, name = 'trade' }: Trades): string | undefined {
  return consecutive_ids === true ? name : undefined;
}

/** A word that `values` does not list is no side, even if it is one elsewhere: it may be the side of the maker. */
const NO_SIDE = '';

type Values = Readonly<Record<string, string>> | undefined;

/** Reads the trades of one kind of frame. */
export class TradeReader {
  readonly when: Condition;
  private readonly config: Trades;
  private readonly zone: Zone;
  private readonly values: FrameValues;
  private readonly at: number;
  private readonly tradeFinder: PointerFinder;
  private readonly getters: ReadonlyMap<Field, (bytes: Buffer) => Cell>;
  private readonly unit: TimeUnit | undefined;
  private readonly volume: CumulativeVolume | undefined;
  private readonly maxAge_ns: number | undefined;

  constructor(config: Trades, zone: Zone, values: FrameValues) {
    this.config = config;
    this.zone = zone;
    this.values = values;
    this.when = conditionOf(config.when, values);
    this.at = values.indexOf(config.at);
    this.unit = config.event_ts === 'receive' ? undefined : config.event_ts.unit;
    this.maxAge_ns = maxAgeOf(config);
    const isCumulative = typeof config.vol === 'object' && 'cumulative' in config.vol;
    this.volume = isCumulative ? new CumulativeVolume(zone) : undefined;
    const origins = originsOf(config);
    const pointers = [...new Set(origins.flatMap(({ origin }) => (typeof origin === 'string' ? [origin] : [])))];
    this.tradeFinder = new PointerFinder(pointers);
    this.getters = new Map(origins.map((origin) => [origin.field, this.getterOf(origin, pointers)]));
  }

  /** The trades of a frame that is valid JSON; what is not there is refused as a missing field. Undefined where they are too many. */
  read(frame: Frame): readonly Trade[] | undefined {
    const { bytes } = frame;
    const start = this.values.startOf(this.at);
    const trades: Trade[] = [];
    let count = 0;
    const take = (tradeStart: number): number => {
      const end = this.tradeFinder.find(bytes, tradeStart);
      if (++count <= MAX_TRADES) trades.push(this.trade(frame));
      return end;
    };
    if (start === -1) {
      this.tradeFinder.spans.fill(-1);
      trades.push(this.trade(frame));
    } else if (bytes[start] === OPEN_BRACKET) eachElement(bytes, start, bytes.length, take);
    else take(start);
    return count <= MAX_TRADES ? trades : undefined;
  }

  /** How to get the text of a field of the trade that was found last. */
  private getterOf({ origin, values }: FieldOrigin, pointers: readonly string[]): (bytes: Buffer) => Cell {
    if (typeof origin === 'object' && 'value' in origin) return () => origin.value;
    const words = values === undefined ? undefined : new Map(Object.entries(values));
    if (typeof origin === 'object') {
      const index = this.values.indexOf(origin.frame);
      return () => translated(this.values.cell(index), words, () => this.values.text(index));
    }
    const { spans } = this.tradeFinder;
    const at = pointers.indexOf(origin) * 2;
    return (bytes) =>
      translated(cellAt(bytes, spans[at] as number, spans[at + 1] as number), words, () =>
        bytes.toString('latin1', spans[at], spans[at + 1]),
      );
  }

  private trade({ bytes, received, opened }: Frame): Trade {
    const received_ts = (): Cell => instantText(received.s, received.ns);
    const cells = (field: Field): Cell =>
      field === 'event_ts' && this.unit === undefined ? received_ts() : this.getters.get(field)?.(bytes);
    const tick = decodeRow(cells, this.unit ?? 'ns', this.zone);
    if (!('reason' in tick)) this.volume?.toGrowth(tick);
    return {
      tick,
      numbering: numberingOf(this.config),
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

/** What a venue writes as the word for it; `raw` is what stands there where it is neither text nor a number. */
function translated(cell: Cell, words: ReadonlyMap<string, string> | undefined, raw: () => string | undefined): Cell {
  if (words === undefined || cell === undefined) return cell;
  if (cell !== NOT_TEXT) return words.get(cell) ?? NO_SIDE;
  return words.get(raw() ?? '') ?? NOT_TEXT;
}
