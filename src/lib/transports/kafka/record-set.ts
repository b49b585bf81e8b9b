import { RecordCursor, varint } from './record.js';
import { BATCH_HEADER_BYTES } from './record-batch.js';
import type { ProducedRecord } from './sends.js';

/** Records of one batch, as they stand in it, and for which partition. */
export interface PlacedSet {
  readonly topic: string;
  readonly partition: number;
  readonly bytes: Buffer;
  readonly count: number;
}

/** A record with its partition. */
export type PlacedRecord = ProducedRecord & { readonly partition: number };

/** Larger ones are hardly faster. */
export const MAX_SET_BYTES = 500_000;

/** Records as sets, in their order, no set larger than what its topic takes, but where a record is alone. */
export function setsOf(records: readonly PlacedRecord[], limitOf: (topic: string) => number): PlacedSet[] {
  const sets: PlacedSet[] = [];
  const open = new Map<string, OpenSet>();
  for (const record of records) {
    const { topic, partition } = record;
    const name = `${topic}/${partition}`;
    const body = bodyOf(record);
    const limit = Math.min(MAX_SET_BYTES, limitOf(topic) - BATCH_HEADER_BYTES);
    let set = open.get(name);
    if (set !== undefined && !set.hasRoom(body, limit)) {
      sets.push(set.close());
      set = undefined;
    }
    if (set === undefined) open.set(name, (set = new OpenSet(topic, partition)));
    set.add(body);
  }
  return [...sets, ...[...open.values()].map((set) => set.close())];
}

/** A set in pieces of at most `limit` bytes each, but where a record is alone. */
export function piecesOf(set: PlacedSet, limit: number): PlacedSet[] {
  if (set.bytes.length <= limit) return [set];
  const pieces: PlacedSet[] = [];
  let piece = new OpenSet(set.topic, set.partition);
  for (const body of bodiesIn(set.bytes)) {
    if (!piece.hasRoom(body, limit)) {
      pieces.push(piece.close());
      piece = new OpenSet(set.topic, set.partition);
    }
    piece.add(body);
  }
  return [...pieces, piece.close()];
}

/** A record without its length and its place in the batch. */
type Body = Buffer;

/** At most, of what `add` puts before a body. */
const FRAME_BYTES = 12;

/** A set that is being made. */
class OpenSet {
  private readonly topic: string;
  private readonly partition: number;
  private readonly parts: Buffer[] = [];
  private count = 0;
  private size = 0;

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  hasRoom(body: Body, limit: number): boolean {
    return this.count === 0 || this.size + FRAME_BYTES + body.length <= limit;
  }

  add(body: Body): void {
    // Attributes, and no time behind that of the batch.
    const head = [0, 0, ...varint(this.count)];
    const frame = Buffer.from([...varint(head.length + body.length), ...head]);
    this.parts.push(frame, body);
    this.size += frame.length + body.length;
    this.count++;
  }

  close(): PlacedSet {
    return { topic: this.topic, partition: this.partition, bytes: Buffer.concat(this.parts), count: this.count };
  }
}

function bodyOf({ key, value, headers = {} }: PlacedRecord): Body {
  const entries = Object.entries(headers);
  const ofHeaders = entries.flatMap(([name, text]) => [...sized(name), ...sized(text)]);
  return Buffer.concat([...sized(key), ...sized(value), varint(entries.length), ...ofHeaders]);
}

/** A text or bytes behind their length; -1 where there are none. */
function sized(data: Buffer | string | null): Buffer[] {
  if (data === null) return [varint(-1)];
  const bytes = Buffer.from(data);
  return [varint(bytes.length), bytes];
}

function* bodiesIn(bytes: Buffer): Generator<Body> {
  const cursor = new RecordCursor(bytes);
  while (cursor.at < bytes.length) {
    const size = cursor.varint();
    const end = cursor.at + size;
    cursor.at++; // attributes
    cursor.varint(); // time
    cursor.varint(); // offset
    yield bytes.subarray(cursor.at, end);
    cursor.at = end;
  }
}
