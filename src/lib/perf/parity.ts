import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** Bars that are named of each kind. */
const MAX_NAMED = 5;

const HASH_WORDS = 4;

/** How the ticks, bars or fills of an implementation differ from those that are right. */
export interface Parity {
  readonly isEqual: boolean;
  readonly expected: number;
  readonly missing: number;
  readonly extra: number;
  readonly different: number;
  /** Of each kind the first ones: what is wrong, and of what: symbol, timeframe and time of a bar, time of a tick, or a fill's id. */
  readonly named: readonly string[];
}

/** A record: what names it, and what it says. */
interface Named {
  readonly name: string;
  readonly values: string;
}

/**
 * Compares the ticks, bars or fills of two files, in any order. Prices and counts are compared as numbers, volumes as decimals: how they
 * are written does not count, nor does the order of members. Marks are passed over. A line that is none of these is extra.
 */
export async function compareRecords(expected: string, actual: string): Promise<Parity> {
  const print = await fingerprintOf(expected);
  if (print.sum === (await fingerprintOf(actual)).sum)
    return { isEqual: true, expected: print.count, missing: 0, extra: 0, different: 0, named: [] };
  const wanted = await recordsIn(expected);
  const count = wanted.size;
  const wrong = { missing: [] as string[], extra: [] as string[], different: [] as string[] };
  const left = new Map(wanted);
  for await (const { name, values } of readRecords(actual)) {
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

/**
 * What is the same for the same records in any order: how many they are, and the sum of their hashes, four words of 32 bits. What differs
 * takes memory for all records; this takes none.
 */
async function fingerprintOf(path: string): Promise<{ readonly count: number; readonly sum: string }> {
  const sums = new Uint32Array(HASH_WORDS);
  let count = 0;
  for await (const { name, values } of namedIn(path)) {
    const hash = createHash('sha256').update(`${name}\n${values}`).digest();
    for (let word = 0; word < HASH_WORDS; word++) sums[word] = (sums[word] ?? 0) + hash.readUInt32LE(4 * word);
    count++;
  }
  return { count, sum: `${count} ${sums.join(' ')}` };
}

async function recordsIn(path: string): Promise<Map<string, string>> {
  const bars = new Map<string, string>();
  for await (const { name, values } of readRecords(path)) bars.set(name, values);
  return bars;
}

async function* readRecords(path: string): AsyncGenerator<Named> {
  const ticks = new Map<string, number>();
  for await (const record of namedIn(path))
    yield record.isTick ? { ...record, name: `${record.name}, ${next(ticks, record.name)}` } : record;
}

async function* namedIn(path: string): AsyncGenerator<Named & { readonly isTick?: boolean }> {
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    const record = line.trim() === '' ? undefined : recordIn(line);
    if (record !== undefined) yield record;
  }
}

/** A symbol may be traded several times at one time: 1 for the first trade, 2 for the second one. */
function next(seen: Map<string, number>, name: string): number {
  const count = (seen.get(name) ?? 0) + 1;
  seen.set(name, count);
  return count;
}

/** Undefined for a mark. */
function recordIn(line: string): (Named & { readonly isTick?: boolean }) | undefined {
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    return { name: `no JSON: ${line.slice(0, 80)}`, values: '' };
  }
  if (typeof fields !== 'object' || fields === null) return { name: `no object: ${line.slice(0, 80)}`, values: '' };
  const { symbol, tf, ts, o, h, l, c, n_trades, fill_id, ...others } = fields as Record<string, unknown>;
  if (typeof fill_id === 'string') return { name: `fill ${fill_id}`, values: sorted({ symbol, ts, ...others }) };
  if (symbol === undefined && 'mark' in fields) return undefined;
  // Numbers of JavaScript would round them.
  const vol = /"vol"\s*:\s*([^,}\s]+)/.exec(line)?.[1] ?? '';
  if ('event_ts' in others) {
    const time = /"event_ts"\s*:\s*(\d+)/.exec(line)?.[1] ?? '';
    return { name: `${String(symbol)} ${time}`, values: `${String(others['ltp'])} ${decimal(vol)}`, isTick: true };
  }
  return { name: `${String(symbol)} ${String(tf)} ${String(ts)}`, values: [o, h, l, c, decimal(vol), n_trades].join(' ') };
}

/** A value as JSON with the members of its objects in order. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** A decimal without zeros that say nothing. */
function decimal(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
