import { CapacityError } from '../capacity.js';
import type { Bar } from '../model/model.js';
import type { PairSignal } from '../model/paper.js';
import type { Stateful } from '../parts.js';
import { OpenWindows } from '../windows.js';
import { Pair } from './pair.js';
import type { PairSettings } from './settings.js';

/** Bars that may wait for their decision time to pass. */
const MAX_WAITING = 1_000_000;

const TIMES = 'times';
const PAIR = 'pair.';
const WAITING = 'waiting.';

/** What pairs make of their bars. */
export interface PairOutput {
  signal(signal: PairSignal): void;
  /** A pair cannot use a bar, because a price is not above 0. */
  skip(): void;
  /** What a pair has seen in its bars of `ts`, once its spread has a z-score. */
  measured?(pair: PairSettings, ts: number, spread: number, z: number): void;
}

/** Closes that wait for one decision time, by timeframe and symbol. */
type Closes = Map<string, number>;

/**
 * Joins the bars of the legs of pairs and lets each pair decide. A decision time T, the end of the bars, is final once a bar has come
 * that ends later, or a mark of T; what comes for it then is late. Signals come by (T, timeframe, pair_id).
 */
export class PairWatcher implements Stateful {
  private readonly pairs: readonly Pair[];
  /** Names of the bars that some pair asks for. */
  private readonly wanted: ReadonlySet<string>;
  private readonly out: PairOutput;
  private readonly waiting = new OpenWindows<Closes>();
  private waitingBars = 0;
  private passed_s = -Infinity;
  private savedPassed_s = -Infinity;
  private readonly changedPairs = new Set<Pair>();
  private readonly changedTimes = new Set<number>();
  private readonly savedTimes = new Set<number>();

  /** `minuteOfDay`: of the local day of a time zone, at `ts` s since the epoch. */
  constructor(pairs: readonly PairSettings[], minuteOfDay: (zone: string, ts: number) => number, out: PairOutput) {
    this.pairs = [...pairs]
      .sort((a, b) => a.tf_s - b.tf_s || (a.pair_id < b.pair_id ? -1 : 1))
      .map((settings) => new Pair(settings, (ts) => minuteOfDay(settings.session_tz, ts)));
    this.wanted = new Set(pairs.flatMap(({ tf_s, a, b }) => [nameOf(tf_s, a), nameOf(tf_s, b)]));
    this.out = out;
  }

  /** Takes the next bar. Throws `CapacityError`. */
  add({ symbol, tf_s, ts, c }: Pick<Bar, 'symbol' | 'tf_s' | 'ts' | 'c'>): 'used' | 'late' | 'duplicate' | 'ignored' {
    const end_s = ts + tf_s;
    const isLate = end_s <= this.passed_s;
    this.passThrough(end_s - 1);
    const name = nameOf(tf_s, symbol);
    if (!this.wanted.has(name)) return 'ignored';
    if (isLate) return 'late';
    const closes = this.waiting.get(end_s) ?? this.waiting.open(end_s, new Map<string, number>());
    if (closes.has(name)) return 'duplicate';
    if (this.waitingBars >= MAX_WAITING) throw new CapacityError('waiting bars', MAX_WAITING);
    this.waitingBars++;
    closes.set(name, c);
    this.changedTimes.add(end_s);
    return 'used';
  }

  /** Everything that ends at or before `through_s` has come. */
  passThrough(through_s: number): void {
    if (through_s <= this.passed_s) return;
    this.passed_s = through_s;
    for (const [end_s, closes] of this.waiting.takeThrough(through_s)) {
      this.waitingBars -= closes.size;
      if (!this.savedTimes.has(end_s)) this.changedTimes.delete(end_s);
      else this.changedTimes.add(end_s);
      for (const pair of this.pairs) this.decide(pair, end_s, closes);
    }
  }

  /** Nothing more will come. */
  passAll(): void {
    this.passThrough(this.waiting.newest() ?? -Infinity);
  }

  changes(): Map<string, string | undefined> {
    const parts = new Map<string, string | undefined>();
    if (this.passed_s !== this.savedPassed_s) parts.set(TIMES, JSON.stringify([this.passed_s]));
    this.savedPassed_s = this.passed_s;
    for (const pair of this.changedPairs) parts.set(PAIR + pair.settings.pair_id, JSON.stringify(pair.saved()));
    this.changedPairs.clear();
    for (const end_s of this.changedTimes) {
      const closes = this.waiting.get(end_s);
      if (closes !== undefined) {
        parts.set(`${WAITING}${end_s}`, JSON.stringify([...closes]));
        this.savedTimes.add(end_s);
      } else if (this.savedTimes.delete(end_s)) parts.set(`${WAITING}${end_s}`, undefined);
    }
    this.changedTimes.clear();
    return parts;
  }

  restore(parts: ReadonlyMap<string, string>): void {
    const pairs = new Map(this.pairs.map((pair) => [pair.settings.pair_id, pair]));
    for (const [name, text] of parts) {
      if (name === TIMES) [this.passed_s] = JSON.parse(text) as [number];
      else if (name.startsWith(PAIR)) pairs.get(name.slice(PAIR.length))?.restore(JSON.parse(text));
      else this.restoreWaiting(Number(name.slice(WAITING.length)), JSON.parse(text) as [string, number][]);
    }
    this.savedPassed_s = this.passed_s;
  }

  private restoreWaiting(end_s: number, closes: readonly [string, number][]): void {
    this.waiting.open(end_s, new Map(closes));
    this.waitingBars += closes.length;
    this.savedTimes.add(end_s);
  }

  private decide(pair: Pair, end_s: number, closes: Closes): void {
    const { tf_s, a, b } = pair.settings;
    const pxA = closes.get(nameOf(tf_s, a));
    const pxB = closes.get(nameOf(tf_s, b));
    if (pxA === undefined || pxB === undefined) return;
    if (pxA <= 0 || pxB <= 0) {
      this.out.skip();
      return;
    }
    const signal = pair.take(end_s - tf_s, pxA, pxB);
    this.changedPairs.add(pair);
    if (this.out.measured !== undefined && pair.last !== undefined)
      this.out.measured(pair.settings, end_s - tf_s, pair.last.spread, pair.last.z);
    if (signal !== undefined) this.out.signal(signal);
  }
}

function nameOf(tf_s: number, symbol: string): string {
  return `${tf_s}/${symbol}`;
}
