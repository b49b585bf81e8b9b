import { QfError } from '../../runtime/errors.js';
import type { Commit, SavedState } from '../../runtime/task.js';
import { readLatest } from './latest.js';
import type { Cluster } from './cluster.js';
import { PartitionReader } from './partition-reader.js';

/** Version of the state's shape. */
const SCHEMA = 1;

/** Key of the record that says what the state belongs to; the others are parts. */
const HEADER = 'header';
const PART = 'part/';

/** A part longer than this is cut, because a record has a limit of 1 MiB, and a character has up to three bytes. */
const MAX_PIECE_LENGTH = 300_000;

/** What a state belongs to. Where it differs, the state is of no use. */
export interface StateOwner {
  readonly topicId: string;
  readonly partitions: number;
  /** The options that decide what the state means. */
  readonly options: string;
}

/** A position as the header has it: the next offset, or that of each partition by `<topic>/<partition>`. */
type SavedPosition = { readonly nextOffset: string } | { readonly nextOffsets: Readonly<Record<string, string>> };

type Header = StateOwner &
  SavedPosition & {
    readonly schema: number;
    readonly counts: unknown;
    /** Whether nothing is open. */
    readonly closed: boolean;
  };

/** Offsets of the partitions of joined inputs by `<topic>/<partition>`. */
export type Offsets = ReadonlyMap<string, bigint>;

/** A record of a state topic; null deletes. */
export interface StateRecord {
  readonly key: string;
  readonly value: string | null;
}

/** One partition of a state topic: what is in it, and the records that bring it up to date. */
export class TaskState<P extends bigint | Offsets> {
  /** How many pieces each part has. */
  private readonly pieces = new Map<string, number>();

  /** The records that write what a commit changes, and what it belongs to. */
  records(owner: StateOwner, { position, counts, changes, closes }: Commit<unknown, P>): StateRecord[] {
    const header: Header = { schema: SCHEMA, ...owner, ...savedOf(position), counts, closed: closes };
    const records: StateRecord[] = [{ key: HEADER, value: JSON.stringify(header) }];
    for (const [name, text] of changes) records.push(...this.recordsOf(name, text));
    return records;
  }

  private recordsOf(name: string, text: string | undefined): StateRecord[] {
    const before = this.pieces.get(name) ?? 0;
    const count = text === undefined ? 0 : Math.max(1, Math.ceil(text.length / MAX_PIECE_LENGTH));
    if (count === 0) this.pieces.delete(name);
    else this.pieces.set(name, count);
    return Array.from({ length: Math.max(before, count) }, (_, piece) => ({
      key: `${PART}${name}/${piece}`,
      value: piece < count ? (text ?? '').slice(piece * MAX_PIECE_LENGTH, (piece + 1) * MAX_PIECE_LENGTH) : null,
    }));
  }

  /**
   * Reads the whole partition, up to what is its end now. Throws `usage` where the state belongs to something else, `unavailable`
   * where the end is not reached in time: never less than everything.
   */
  async restore(cluster: Cluster, topic: string, partition: number, owner: StateOwner): Promise<SavedState<P> | undefined> {
    const values = await readLatest(cluster, topic, partition);
    const text = values.get(HEADER);
    if (text === undefined) return undefined;
    values.delete(HEADER);
    const name = `${topic}/${partition}`;
    const header = savedIn(text, name, SCHEMA) as Header;
    check(name, header, owner);
    const parts = new Map<string, string>();
    for (const key of [...values.keys()].filter((name) => name.endsWith('/0'))) {
      const name = key.slice(PART.length, -2);
      let whole = '';
      let piece = 0;
      for (let next = values.get(key); next !== undefined; next = values.get(`${PART}${name}/${piece}`)) {
        whole += next;
        piece++;
      }
      parts.set(name, whole);
      this.pieces.set(name, piece);
    }
    // Of what kind a position is belongs to the stage, and with it to the topic of the state.
    return { position: positionOf(header) as P, counts: header.counts, parts };
  }
}

function savedOf(position: bigint | Offsets): SavedPosition {
  if (typeof position === 'bigint') return { nextOffset: String(position) };
  return { nextOffsets: Object.fromEntries([...position].map(([name, offset]) => [name, String(offset)])) };
}

function positionOf(header: SavedPosition): bigint | Offsets {
  if ('nextOffset' in header) return BigInt(header.nextOffset);
  return new Map(Object.entries(header.nextOffsets).map(([name, offset]) => [name, BigInt(offset)]));
}

/** How far a task of another process has come. */
export interface Progress {
  readonly nextOffset: bigint;
  /** Whether nothing is open. */
  readonly closed: boolean;
}

/** Reads a task's state until it has come as far as is wanted; `false` where `stop` is aborted before. */
export async function awaitProgress(
  cluster: Cluster,
  topic: string,
  partition: number,
  isEnough: (progress: Progress) => boolean,
  stop: AbortSignal,
): Promise<boolean> {
  const reader = await PartitionReader.open(cluster, topic, partition, 'start');
  try {
    while (!stop.aborted) {
      const { records } = await reader.fetch();
      const text = records.findLast(({ key }) => key?.toString() === HEADER)?.value?.toString();
      if (text === undefined) continue;
      const { nextOffset, closed } = savedIn(text, `${topic}/${partition}`, SCHEMA) as Header & { readonly nextOffset: string };
      if (isEnough({ nextOffset: BigInt(nextOffset), closed })) return true;
    }
    return false;
  } finally {
    await reader.close();
  }
}

/** What a record of a state topic says. Throws a usage error where it is not by a qf that writes this version. */
export function savedIn(text: string, place: string, version: number): object {
  const saved = fieldsIn(text);
  if (saved.schema === version) return saved;
  const actual = saved.schema === undefined ? 'unknown' : JSON.stringify(saved.schema);
  throw new QfError(
    'usage',
    `the state in ${place} has schema version ${actual}, this is qf with version ${version}: use the qf ` +
      'that wrote it, or begin anew with another --group, or with qf topics reset',
  );
}

function fieldsIn(text: string): { readonly schema?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as object;
  } catch {
    return {};
  }
}

function check(name: string, saved: Header, owner: StateOwner): void {
  const changed = [
    ...(saved.options === owner.options ? [] : [`it was made with ${saved.options}, not with ${owner.options}`]),
    ...(saved.partitions === owner.partitions ? [] : [`its input had ${saved.partitions} partitions, not ${owner.partitions}`]),
  ];
  if (changed.length > 0)
    throw new QfError(
      'usage',
      `the state in ${name} does not fit: ${changed.join('; ')}. Go on as before, or begin anew with another --group, or with qf topics reset`,
    );
  if (saved.topicId !== owner.topicId)
    throw new QfError(
      'bad_data',
      `input_reset: the state in ${name} belongs to another topic of the same name. Begin anew with another --group, or with qf topics reset`,
    );
}
