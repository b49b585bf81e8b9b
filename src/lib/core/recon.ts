import { Aggregator } from './agg.js';
import { type Bar, compareSymbols } from './model/model.js';
import { plainNumber } from './model/number.js';

/** The fields whose values must be equal. */
export const VALUE_FIELDS = ['o', 'h', 'l', 'c', 'vol', 'n_trades'] as const;

/** What places a bar in its timeframe. */
export interface BarKey {
  readonly symbol: string;
  readonly ts: number;
}

/** A bar for comparison: its values as text, in the order of `VALUE_FIELDS`, so that equal means equal to the last digit. */
export interface ComparedBar extends BarKey {
  readonly values: readonly string[];
}

/** A bar that should be there. */
export interface ExpectedBar extends ComparedBar {
  /** Whether its window may still be open, so that nobody has to have written it yet. */
  readonly isOpen: boolean;
}

/** A bar that is not as it should be; `duplicate`: `found` stands behind `expected` with the same key. */
export interface Deviation extends BarKey {
  readonly reason: 'missing' | 'extra' | 'different' | 'duplicate';
  readonly expected: readonly string[] | undefined;
  readonly found: readonly string[] | undefined;
}

/** Takes each deviation; the comparison waits for it. */
export type Report = (deviation: Deviation) => Promise<void>;

/** The order in which bars of one timeframe are compared: by time, then symbol. */
export function compareKeys(a: BarKey, b: BarKey): number {
  return a.ts - b.ts || compareSymbols(a, b);
}

/** A bar's values as text. */
export function comparedBar({ symbol, ts, o, h, l, c, vol, n_trades }: Bar): ComparedBar {
  return { symbol, ts, values: [...[o, h, l, c].map(plainNumber), vol.toString(), String(n_trades)] };
}

/**
 * Compares two sequences that are sorted by `compareKeys`, each key once, and reports every bar in which they differ, in that
 * order. Gives the number of keys that are in one of them. Holds one batch of each.
 */
export async function compareBars(
  expected: AsyncIterable<readonly ExpectedBar[]>,
  found: AsyncIterable<readonly ComparedBar[]>,
  report: Report,
): Promise<number> {
  const left = new Cursor(expected);
  const right = new Cursor(found);
  for (let keys = 0; ; keys++) {
    // Waiting for what is there already would take most of the time.
    const a = left.hasHead ? left.head : await left.refill();
    const b = right.hasHead ? right.head : await right.refill();
    const order = a === undefined ? (b === undefined ? undefined : 1) : b === undefined ? -1 : compareKeys(a, b);
    if (order === undefined) return keys;
    const deviation = deviationOf(order <= 0 ? a : undefined, order >= 0 ? b : undefined);
    if (deviation !== undefined) await report(deviation);
    if (order <= 0) left.skip();
    if (order >= 0) right.skip();
  }
}

function deviationOf(expected: ExpectedBar | undefined, found: ComparedBar | undefined): Deviation | undefined {
  if (expected === undefined) return found && deviation('extra', found, undefined, found);
  if (found === undefined) return expected.isOpen ? undefined : deviation('missing', expected, expected, undefined);
  const isEqual = expected.values.every((value, index) => value === found.values[index]);
  return isEqual ? undefined : deviation('different', expected, expected, found);
}

function deviation(
  reason: Deviation['reason'],
  { symbol, ts }: BarKey,
  expected: ComparedBar | undefined,
  found: ComparedBar | undefined,
): Deviation {
  return { reason, symbol, ts, expected: expected?.values, found: found?.values };
}

/** The first bar of each key of a sequence that is sorted by `compareKeys`; the others are reported. */
export async function* firstOfEach(bars: AsyncIterable<readonly Bar[]>, report: Report): AsyncGenerator<readonly Bar[]> {
  let last: Bar | undefined;
  for await (const batch of bars) {
    const first: Bar[] = [];
    for (const bar of batch) {
      if (last !== undefined && compareKeys(last, bar) === 0)
        await report(deviation('duplicate', bar, comparedBar(last), comparedBar(bar)));
      else first.push((last = bar));
    }
    yield first;
  }
}

/**
 * The bars of a coarser timeframe that follow from bars of a finer one, which are sorted by `compareKeys`. Those whose windows end
 * behind `closedThrough_s` are still open.
 */
export async function* recomputedBars(
  bars: AsyncIterable<readonly Bar[]>,
  tf_s: number,
  closedThrough_s: number,
): AsyncGenerator<readonly ExpectedBar[]> {
  let closed: ExpectedBar[] = [];
  const aggregator = new Aggregator([tf_s], (bar) => {
    closed.push({ ...comparedBar(bar), isOpen: bar.ts + tf_s > closedThrough_s });
  });
  const take = (): ExpectedBar[] => {
    const taken = closed;
    closed = [];
    return taken;
  };
  for await (const batch of bars) {
    for (const bar of batch) aggregator.add(bar);
    yield take();
  }
  aggregator.closeAll();
  yield take();
}

/** One bar after the other of a sequence of batches. */
class Cursor<T> {
  private readonly batches: AsyncIterator<readonly T[]>;
  private batch: readonly T[] = [];
  private at = 0;

  constructor(batches: AsyncIterable<readonly T[]>) {
    this.batches = batches[Symbol.asyncIterator]();
  }

  get hasHead(): boolean {
    return this.at < this.batch.length;
  }

  get head(): T | undefined {
    return this.batch[this.at];
  }

  skip(): void {
    this.at++;
  }

  /** The head of the next batch that has one; undefined at the end. */
  async refill(): Promise<T | undefined> {
    do {
      const next = await this.batches.next();
      this.at = 0;
      this.batch = next.done === true ? [] : next.value;
      if (next.done === true) return undefined;
    } while (this.batch.length === 0);
    return this.head;
  }
}
