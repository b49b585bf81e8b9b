import { type Connection, createAPI, fetchV17, type Reader, ResponseError } from './client.js';
import type { AbortedTransaction } from './committed.js';

const FETCH = 1;
const VERSION = 17;

/** What a broker answers to a fetch. */
export interface FetchedPartition {
  /** Record batches as they stand on the log, the last one perhaps cut; in the parts in which they came. */
  readonly parts: readonly Buffer[];
  readonly aborted: readonly AbortedTransaction[];
  /** The offset behind the last record that is there now. */
  readonly highWatermark: bigint;
}

interface Answer {
  readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[];
}

interface FetchTopic {
  readonly topicId: string;
  readonly partitions: readonly {
    readonly partition: number;
    readonly currentLeaderEpoch: number;
    readonly fetchOffset: bigint;
    readonly lastFetchedEpoch: number;
    readonly partitionMaxBytes: number;
  }[];
}

interface FetchApi {
  async(
    connection: Connection,
    maxWait_ms: number,
    minBytes: number,
    maxBytes: number,
    isolation: number,
    sessionId: number,
    sessionEpoch: number,
    topics: FetchTopic[],
    forgotten: [],
    rack: string,
  ): Promise<Answer>;
}

/** Fetch, whose answer leaves the records as the bytes that they are: the library would make objects of them, one value at a time. */
export const fetchApi = createAPI(FETCH, VERSION, fetchV17.createRequest, answerIn) as unknown as FetchApi;

/** https://kafka.apache.org/protocol#The_Messages_Fetch, version 17. */
function answerIn(_correlationId: number, apiKey: number, apiVersion: number, reader: Reader): Answer {
  const errors: Record<string, [number, null]> = {};
  const note = (place: string, code: number): void => {
    if (code !== 0) errors[place] = [code, null];
  };
  reader.readInt32(); // throttle time
  note('', reader.readInt16());
  reader.readInt32(); // session
  const responses = reader.readArray((topic, at) => {
    topic.readUUID();
    return { partitions: topic.readArray((partition, index) => partitionIn(partition, (code) => note(`/${at}/${index}`, code))) };
  });
  const answer = { responses };
  if (Object.keys(errors).length > 0) throw new ResponseError(apiKey, apiVersion, errors, answer);
  return answer;
}

function partitionIn(reader: Reader, note: (code: number) => void): FetchedPartition {
  reader.readInt32(); // index
  note(reader.readInt16());
  const highWatermark = reader.readInt64();
  reader.readInt64(); // last stable offset
  reader.readInt64(); // start of the log
  const aborted = reader.readArray((one) => ({ producerId: one.readInt64(), firstOffset: one.readInt64() }));
  reader.readInt32(); // preferred replica
  const size = reader.readUnsignedVarInt() - 1;
  if (size <= 0) return { parts: [], aborted, highWatermark };
  const parts = reader.buffer.subarray(reader.position, reader.position + size).buffers;
  reader.skip(size);
  return { parts, aborted, highWatermark };
}
