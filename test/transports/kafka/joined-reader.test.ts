import { describe, expect, it } from 'vitest';
import type { InputRecord } from '../../../src/lib/runtime/task-processor.js';
import { type JoinableReader, JoinedReader } from '../../../src/lib/transports/kafka/joined-reader.js';

/** A record of the time that its value says. */
function record(offset: number, at_s: number): InputRecord {
  return { key: null, value: Buffer.from(String(at_s)), offset: BigInt(offset), timestamp_ms: 0 };
}

/**
 * A partition of which a fetch moves the position at once and hands its records over when it is told to: what happens between the
 * two cannot be made to happen with a broker.
 */
class SlowPartition implements JoinableReader {
  position = 0n;
  private hand: (() => void) | undefined;
  private readonly records: InputRecord[];

  constructor(...times: readonly number[]) {
    this.records = times.map((at_s, offset) => record(offset, at_s));
  }

  async fetch(): ReturnType<JoinableReader['fetch']> {
    const records = this.records.splice(0);
    this.position += BigInt(records.length);
    const { position } = this;
    await new Promise<void>((resolve) => (this.hand = resolve));
    return { records, position, end: position };
  }

  handOver(): void {
    this.hand?.();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function joined(partitions: readonly SlowPartition[], ends: readonly (bigint | undefined)[]): JoinedReader {
  return new JoinedReader(partitions, {
    partitions: partitions.map((_, partition) => ({ topic: 't', partition, end: ends[partition] })),
    timeOf: (value) => ({ at_s: Number(value.toString()), isMark: false }),
    closes: true,
  });
}

describe('partitions that are joined', () => {
  it('are not passed by records that were fetched and are not here yet', async () => {
    const [fast, slow] = [new SlowPartition(10, 20), new SlowPartition(10, 20)];
    const reader = joined([fast, slow], [undefined, undefined]);
    const fetching = reader.fetch();
    fast.handOver();
    const first = await fetching;
    expect(first.records).toEqual([]);
    expect(first.position).toEqual(
      new Map([
        ['t/0', 0n],
        ['t/1', 0n],
      ]),
    );
    const next = reader.fetch();
    slow.handOver();
    const second = await next;
    expect(second.records.map(({ offset, from }) => [from?.partition, offset])).toEqual([
      [0, 0n],
      [1, 0n],
    ]);
    expect(second.position).toEqual(
      new Map([
        ['t/0', 1n],
        ['t/1', 1n],
      ]),
    );
  });

  it('are at their end when the last of their records are given out, not when they are fetched', async () => {
    const [fast, slow] = [new SlowPartition(10), new SlowPartition(20)];
    const reader = joined([fast, slow], [1n, 1n]);
    const fetching = reader.fetch();
    fast.handOver();
    expect(await fetching).toMatchObject({ records: [], isDone: false });
    const next = reader.fetch();
    slow.handOver();
    const { records, isDone } = await next;
    expect([records.length, isDone]).toEqual([2, true]);
  });
});
