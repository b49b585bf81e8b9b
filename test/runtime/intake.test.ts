import { describe, expect, it } from 'vitest';
import { Intake } from '../../src/lib/runtime/intake.js';
import { settled } from '../support/clock.js';

/** An intake with these items, which counts how often it has said that there is room. */
function intakeOf(capacity: number, ...items: number[]): { intake: Intake<number>; rooms: number[] } {
  const intake = new Intake<number>(capacity);
  const rooms: number[] = [];
  intake.onRoom = () => rooms.push(intake.depth);
  intake.add(items);
  return { intake, rooms };
}

describe('an intake', () => {
  it('hands items out in the order in which they came, so many at once', async () => {
    const { intake } = intakeOf(10, 1, 2, 3);
    intake.add([4, 5]);
    expect(await intake.take(2)).toEqual([1, 2]);
    expect(await intake.take(2)).toEqual([3, 4]);
    expect(await intake.take(2)).toEqual([5]);
  });

  it('makes the consumer wait while it is empty', async () => {
    const { intake } = intakeOf(10);
    let taken: readonly number[] | undefined;
    const taking = intake.take(5).then((items) => (taken = items));
    intake.add([]);
    await settled();
    expect(taken).toBeUndefined();
    intake.add([7, 8]);
    await taking;
    expect(taken).toEqual([7, 8]);
  });

  it('says how many items wait, how many fit, and how many waited at most', async () => {
    const { intake } = intakeOf(4, 1, 2, 3);
    expect([intake.capacity, intake.depth, intake.room, intake.peak]).toEqual([4, 3, 1, 3]);
    await intake.take(2);
    expect([intake.capacity, intake.depth, intake.room, intake.peak]).toEqual([4, 1, 3, 3]);
    intake.add([4]);
    expect([intake.capacity, intake.depth, intake.room, intake.peak]).toEqual([4, 2, 2, 3]);
  });

  it('takes more than fits: what was read may not be lost', async () => {
    const { intake } = intakeOf(2, 1, 2, 3, 4, 5);
    expect([intake.depth, intake.room, intake.peak]).toEqual([5, 0, 5]);
    expect(await intake.take(10)).toEqual([1, 2, 3, 4, 5]);
    expect(intake.room).toBe(2);
  });

  it('takes hundreds of thousands of items at once', async () => {
    const { intake } = intakeOf(1);
    intake.add(Array.from({ length: 500_000 }, (_, index) => index));
    expect(await intake.take(500_000)).toHaveLength(500_000);
  });
});

describe('room', () => {
  it('is said once, when a full intake has fallen to half of its capacity', async () => {
    const { intake, rooms } = intakeOf(4, 1, 2, 3, 4);
    await intake.take(1);
    expect(rooms).toEqual([]);
    await intake.take(1);
    expect(rooms).toEqual([2]);
    await intake.take(2);
    expect(rooms).toEqual([2]);
  });

  it('is said when what came beyond the capacity has been taken as well', async () => {
    const { intake, rooms } = intakeOf(4, 1, 2, 3, 4, 5, 6, 7);
    await intake.take(4);
    expect(rooms).toEqual([]);
    await intake.take(1);
    expect(rooms).toEqual([2]);
  });

  it('is not said where the intake was not full', async () => {
    const { intake, rooms } = intakeOf(4, 1, 2, 3);
    await intake.take(3);
    expect(rooms).toEqual([]);
  });

  it('is said again where it was full again', async () => {
    const { intake, rooms } = intakeOf(2, 1, 2);
    await intake.take(2);
    intake.add([3, 4, 5]);
    await intake.take(1);
    await intake.take(1);
    expect(rooms).toEqual([0, 1]);
  });

  it('is said also of an intake for one item', async () => {
    const { intake, rooms } = intakeOf(1, 1);
    await intake.take(1);
    expect(rooms).toEqual([0]);
  });

  it('may be filled at once by whoever hears of it', async () => {
    const intake = new Intake<number>(2);
    intake.onRoom = () => {
      intake.add([3]);
    };
    intake.add([1, 2]);
    expect(await intake.take(2)).toEqual([1, 2]);
    expect(await intake.take(2)).toEqual([3]);
  });
});

describe('the end of an intake', () => {
  it('lets what is inside out, then undefined for ever', async () => {
    const { intake } = intakeOf(4, 1, 2);
    intake.end();
    expect([await intake.take(1), await intake.take(5), await intake.take(5), await intake.take(5)]).toEqual([
      [1],
      [2],
      undefined,
      undefined,
    ]);
  });

  it('wakes a waiting consumer', async () => {
    const { intake } = intakeOf(4);
    const taking = intake.take(1);
    await settled();
    intake.end();
    expect(await taking).toBeUndefined();
  });

  it('takes nothing more', async () => {
    const { intake } = intakeOf(4, 1);
    intake.end();
    intake.add([2]);
    expect(intake.depth).toBe(1);
    expect([await intake.take(5), await intake.take(5)]).toEqual([[1], undefined]);
  });

  it('by a failure throws it behind the last item, and the first one counts', async () => {
    const { intake } = intakeOf(4, 1);
    const [first, second] = [new Error('first'), new Error('second')];
    intake.fail(first);
    intake.fail(second);
    intake.end();
    expect(await intake.take(5)).toEqual([1]);
    await expect(intake.take(5)).rejects.toBe(first);
    await expect(intake.take(5)).rejects.toBe(first);
  });

  it('by a failure wakes a waiting consumer', async () => {
    const { intake } = intakeOf(4);
    const taking = expect(intake.take(1)).rejects.toThrow('broken');
    await settled();
    intake.fail(new Error('broken'));
    await taking;
  });

  it('by a failure without a value is a failure all the same', async () => {
    const { intake } = intakeOf(4);
    intake.fail(undefined);
    await expect(intake.take(1)).rejects.toBeUndefined();
  });
});

describe('between a producer that does not wait and a slow consumer', () => {
  it('nothing is lost or doubled, and the producer that looks at the room stays within the capacity', async () => {
    const intake = new Intake<number>(8);
    let next = 0;
    const fill = (): void => {
      while (intake.room > 0 && next < 1000) intake.add([next++]);
      if (next === 1000) intake.end();
    };
    intake.onRoom = fill;
    fill();
    const taken: number[] = [];
    for (let items = await intake.take(3); items !== undefined; items = await intake.take(3)) taken.push(...items);
    expect(taken).toEqual([...Array(1000).keys()]);
    expect(intake.peak).toBe(8);
  });
});
