import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';

/** Bars that are named of each kind. */
const MAX_NAMED = 5;

/** How the bars of an implementation differ from those that are right. */
export interface Parity {
  readonly isEqual: boolean;
  readonly expected: number;
  readonly missing: number;
  readonly extra: number;
  readonly different: number;
  /** Of each kind the first ones: what is wrong, symbol, timeframe, time. */
  readonly named: readonly string[];
}

/** A line of bars: what names it, and what it says. */
interface NamedBar {
  readonly name: string;
  readonly values: string;
}

/**
 * Compares the bars of two files, in any order. Prices and counts are compared as numbers, volumes as decimals: how they are written
 * does not count. Marks are no bars. A line that is no bar is extra.
 */
export async function compareBars(expected: string, actual: string): Promise<Parity> {
  if ((await hashOf(expected)) === (await hashOf(actual))) {
    const count = (await barsIn(expected)).size;
    return { isEqual: true, expected: count, missing: 0, extra: 0, different: 0, named: [] };
  }
  const wanted = await barsIn(expected);
  const count = wanted.size;
  const wrong = { missing: [] as string[], extra: [] as string[], different: [] as string[] };
  const left = new Map(wanted);
  for await (const { name, values } of readBars(actual)) {
    const value = left.get(name);
    if (value === undefined) wrong.extra.push(name);
    else if (value !== values) wrong.different.push(`${name}: ${values}, not ${value}`);
    left.delete(name);
  }
  wrong.missing.push(...left.keys());
  const named = Object.entries(wrong).flatMap(([kind, names]) => names.slice(0, MAX_NAMED).map((name) => `${kind}: ${name}`));
  const [missing, extra, different] = [wrong.missing.length, wrong.extra.length, wrong.different.length];
  return { isEqual: missing + extra + different === 0, expected: count, missing, extra, different, named };
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function barsIn(path: string): Promise<Map<string, string>> {
  const bars = new Map<string, string>();
  for await (const { name, values } of readBars(path)) bars.set(name, values);
  return bars;
}

async function* readBars(path: string): AsyncGenerator<NamedBar> {
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (line.trim() === '') continue;
    const bar = barIn(line);
    if (bar !== undefined) yield bar;
  }
}

/** Undefined for a mark. */
function barIn(line: string): NamedBar | undefined {
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    return { name: `no JSON: ${line.slice(0, 80)}`, values: '' };
  }
  if (typeof fields !== 'object' || fields === null) return { name: `no object: ${line.slice(0, 80)}`, values: '' };
  const { symbol, tf, ts, o, h, l, c, n_trades } = fields as Record<string, unknown>;
  if (symbol === undefined && 'mark' in fields) return undefined;
  // A number of JavaScript would round it.
  const vol = /"vol"\s*:\s*([^,}\s]+)/.exec(line)?.[1] ?? '';
  return { name: `${String(symbol)} ${String(tf)} ${String(ts)}`, values: [o, h, l, c, decimal(vol), n_trades].join(' ') };
}

/** A decimal without zeros that say nothing. */
function decimal(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
