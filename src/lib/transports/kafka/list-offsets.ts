import { type Connection, listOffsetsV9 } from './client.js';

const NO_LEADER_EPOCH = -1;
const NO_REPLICA = -1;

/** Times that stand for the ends of a partition. */
export const START = -2n;
export const END = -1n;

/** What counts as its end: what is written, or what is committed or aborted. */
export const READ_UNCOMMITTED = 0;
export const READ_COMMITTED = 1;
export type Isolation = typeof READ_UNCOMMITTED | typeof READ_COMMITTED;

/** An offset of each partition, as the broker that leads them knows it. */
export async function offsetsOf(
  connection: Connection,
  topic: string,
  partitions: readonly number[],
  timestamp: typeof START | typeof END,
  isolation: Isolation,
): Promise<ReadonlyMap<number, bigint>> {
  const asked = partitions.map((partitionIndex) => ({ partitionIndex, currentLeaderEpoch: NO_LEADER_EPOCH, timestamp }));
  const { topics } = await listOffsetsV9.api.async(connection, NO_REPLICA, isolation, [{ name: topic, partitions: asked }]);
  return new Map(topics[0]?.partitions.map(({ partitionIndex, offset }) => [partitionIndex, offset]));
}
