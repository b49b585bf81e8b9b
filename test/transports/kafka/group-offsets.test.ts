import { describe, expect, test } from 'vitest';
import { GroupOffsets } from '../../../src/lib/transports/kafka/group-offsets.js';
import { HandClock, settled } from '../../support/clock.js';

interface Told {
  readonly offsets: GroupOffsets;
  readonly clock: HandClock;
  /** What the group was told, one after the other. */
  readonly told: Record<string, number>[];
}

function group(store: () => Promise<void> = () => Promise.resolve()): Told {
  const told: Record<string, number>[] = [];
  const clock = new HandClock(100_000);
  const offsets = new GroupOffsets((given) => {
    told.push(Object.fromEntries([...given].map(([partition, offset]) => [partition, Number(offset)])));
    return store();
  }, clock);
  return { offsets, clock, told };
}

describe("a group's offsets", () => {
  test('are told at most every five seconds, the last of each partition', async () => {
    const { offsets, clock, told } = group();
    offsets.note(0, 1n);
    await settled();
    expect(told).toEqual([{ 0: 1 }]);
    offsets.note(0, 2n);
    offsets.note(1, 7n);
    offsets.note(0, 3n);
    clock.moveTo(104_999);
    await settled();
    expect(told).toHaveLength(1);
    clock.moveTo(105_000);
    await settled();
    expect(told.slice(1)).toEqual([{ 0: 3, 1: 7 }]);
  });

  test('are not told twice, nor those of a partition that is gone', async () => {
    const { offsets, clock, told } = group();
    offsets.note(0, 1n);
    await settled();
    offsets.note(0, 1n);
    offsets.note(1, 1n);
    offsets.forget(1);
    clock.moveTo(200_000);
    await settled();
    expect(told).toEqual([{ 0: 1 }]);
  });

  test('are told at the end without a wait', async () => {
    const { offsets, told } = group();
    offsets.note(0, 1n);
    await settled();
    offsets.note(0, 2n);
    await offsets.close();
    expect(told).toEqual([{ 0: 1 }, { 0: 2 }]);
  });

  test('are told again where that has failed, which is no fault', async () => {
    let isAway = true;
    const { offsets, clock, told } = group(() => (isAway ? Promise.reject(new Error('away')) : Promise.resolve()));
    offsets.note(0, 1n);
    await settled();
    isAway = false;
    clock.moveTo(105_000);
    offsets.note(0, 1n);
    await settled();
    expect(told).toEqual([{ 0: 1 }, { 0: 1 }]);
  });

  test('do not hold up the end of a process where nobody answers', async () => {
    const { offsets, clock } = group(() => new Promise(() => undefined));
    offsets.note(0, 1n);
    await settled();
    const closed = offsets.close();
    clock.moveTo(103_000);
    await closed;
  });
});
