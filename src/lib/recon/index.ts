import type { Bar } from '../core/model/model.js';
import { parseTimeframe, timeframeName } from '../core/model/time.js';
import {
  type ComparedBar,
  comparedBar,
  compareBars,
  compareKeys,
  type ExpectedBar,
  firstOfEach,
  recomputedBars,
} from '../core/recon.js';
import { systemClock } from '../runtime/clock.js';
import { ClosedPipeError, QfError } from '../runtime/errors.js';
import type { Log } from '../runtime/log.js';
import { merge } from '../runtime/merge.js';
import type { KafkaAddress } from '../transports/kafka/address.js';
import type { Cluster } from '../transports/kafka/cluster.js';
import { openDatabase } from '../transports/postgres/connection.js';
import { timeframeOf } from '../transports/postgres/tables.js';
import { stdoutSink } from '../transports/stdout.js';
import { Findings } from './report.js';
import { finerSelection, type Selection } from './selection.js';
import { tableBars } from './table-bars.js';
import { barsOf, type BarTopic, openBarTopic } from './topic-bars.js';

const BATCH_BARS = 5000;

/** What is compared: two of the three. */
export interface BarSides {
  readonly topic: string | undefined;
  readonly table: string | undefined;
  /** Topic of a finer timeframe. */
  readonly recomputeFrom: string | undefined;
}

export interface BarRecon extends BarSides {
  readonly address: KafkaAddress;
  readonly database: { readonly url: string; readonly schema: string };
  readonly selection: Selection;
  /** How many findings of each reason are shown, or `json`. */
  readonly shown: number | 'json';
  readonly log: Log;
}

/**
 * Compares bars as they should be, of a topic or recomputed from one, with those of a table or a topic, and writes what differs to
 * stdout. Throws `bad_data` where anything does; returns early where the reader of stdout has gone.
 */
export async function reconcileBars(recon: BarRecon): Promise<void> {
  checkSides(recon);
  try {
    await compare(recon, new Findings(stdoutSink(), recon.shown));
  } catch (error) {
    if (!(error instanceof ClosedPipeError)) throw error;
  }
}

/** Throws a usage error where not two of the three are named. */
function checkSides({ topic, table, recomputeFrom }: BarSides): void {
  if ([topic, table, recomputeFrom].filter((name) => name !== undefined).length !== 2)
    throw new QfError('usage', 'name two of --topic, --table and --recompute-from: they are compared');
}

async function compare(recon: BarRecon, findings: Findings): Promise<void> {
  const sides = await openSides(recon, findings);
  const { expected, found, tf_s } = sides;
  const compared = await compareBars(expected.bars, found.bars, (deviation) =>
    findings.add({ ...deviation, tf_s, side: found.name }),
  ).finally(sides.close);
  await findings.end(expected.name, found.name);
  recon.log.info({ compared, ...findings.byReason }, `${expected.name} and ${found.name}: ${compared} bars compared`);
  if (findings.total > 0)
    throw new QfError('bad_data', `${found.name} is not what ${expected.name} says: ${findings.total} findings`);
}

interface Side<B> {
  readonly name: string;
  readonly bars: AsyncIterable<readonly B[]>;
}

interface Sides {
  readonly expected: Side<ExpectedBar>;
  readonly found: Side<ComparedBar>;
  readonly tf_s: number;
  readonly close: () => Promise<void>;
}

async function openSides(recon: BarRecon, findings: Findings): Promise<Sides> {
  const { topic, table, recomputeFrom, selection } = recon;
  const cluster = { address: recon.address, clock: systemClock };
  const tableTf_s = table === undefined ? undefined : parseTimeframe(timeframeOf(table));
  const opened = topic === undefined ? undefined : await open(cluster, topic, selection, findings);
  const tf_s = tableTf_s ?? opened?.tf_s ?? timeframeInName(topic ?? '');
  if (opened?.tf_s !== undefined && opened.tf_s !== tf_s)
    throw new QfError(
      'usage',
      `${opened.name} has bars of ${timeframeName(opened.tf_s)}, ${table} those of ${timeframeName(tf_s)}`,
    );
  const expected =
    recomputeFrom === undefined
      ? expectedOf(opened as BarTopic, tf_s, findings)
      : recomputed(await open(cluster, recomputeFrom, finerSelection(selection, tf_s), findings), tf_s, findings);
  if (table === undefined)
    return { expected, found: foundIn(opened as BarTopic, tf_s, findings), tf_s, close: () => Promise.resolve() };
  const database = await openDatabase({ ...recon.database, clock: systemClock });
  const found = { name: table, bars: tableBars(database, table, tf_s, selection) };
  return { expected, found, tf_s, close: () => database.close() };
}

/** Of a topic without bars. Throws a usage error where its name does not say it. */
function timeframeInName(topic: string): number {
  const tf_s = parseTimeframe(topic.slice(topic.lastIndexOf('.') + 1));
  if (tf_s === undefined)
    throw new QfError('usage', `${topic}: there is no bar that shows its timeframe, and its name does not end in one`);
  return tf_s;
}

function open(cluster: Cluster, topic: string, selection: Selection, findings: Findings): Promise<BarTopic> {
  return openBarTopic(cluster, topic, selection, (place, detail) =>
    findings.add({ reason: 'unreadable', side: topic, place, detail }),
  );
}

function uniqueIn(
  name: string,
  bars: AsyncIterable<readonly Bar[]>,
  tf_s: number,
  findings: Findings,
): AsyncGenerator<readonly Bar[]> {
  return firstOfEach(bars, (deviation) => findings.add({ ...deviation, tf_s, side: name }));
}

function foundIn(topic: BarTopic, tf_s: number, findings: Findings): Side<ComparedBar> {
  const unique = uniqueIn(topic.name, barsOf(topic), tf_s, findings);
  return { name: topic.name, bars: mapped(unique, comparedBar) };
}

function expectedOf(topic: BarTopic, tf_s: number, findings: Findings): Side<ExpectedBar> {
  const unique = uniqueIn(topic.name, barsOf(topic), tf_s, findings);
  return { name: topic.name, bars: mapped(unique, (bar) => ({ ...comparedBar(bar), isOpen: false })) };
}

/** Each partition for itself, as agg does it: a window is closed by the bars and marks of its own partition. */
function recomputed({ name, tf_s: finer_s, partitions }: BarTopic, tf_s: number, findings: Findings): Side<ExpectedBar> {
  if (finer_s !== undefined && (finer_s >= tf_s || tf_s % finer_s !== 0))
    throw new QfError(
      'usage',
      `bars of ${timeframeName(tf_s)} cannot be recomputed from ${name}, which has ${timeframeName(finer_s)}`,
    );
  const streams = partitions.map((partition) =>
    recomputedBars(uniqueIn(name, partition.bars(), finer_s ?? tf_s, findings), tf_s, partition.closedThrough_s),
  );
  return { name: `${name} recomputed`, bars: merge(streams, compareKeys, BATCH_BARS) };
}

async function* mapped<A, B>(batches: AsyncIterable<readonly A[]>, change: (item: A) => B): AsyncGenerator<readonly B[]> {
  for await (const batch of batches) yield batch.map(change);
}
export { selectionOf } from './selection.js';
