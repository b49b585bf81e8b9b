import fc from 'fast-check';
import { type Joined, OrderedJoin } from '../../src/lib/runtime/ordered-join.js';
import type { RecordTime } from '../../src/lib/runtime/stage.js';

/** A record of an input: where it stands, and its time, if it has one. */
export interface Timed {
  readonly id: string;
  readonly time: RecordTime | undefined;
}

/** How inputs come: the next `count` records of one of them, and whether those that are ready are then taken out. */
export interface Turn {
  readonly input: number;
  readonly count: number;
  readonly releases: boolean;
}

/** Turns that are taken over and over, until all of their inputs have ended. */
export const turns: fc.Arbitrary<Turn[]> = fc.array(
  fc.record({
    input: fc.nat({ max: 63 }),
    count: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant(100)),
    releases: fc.boolean(),
  }),
  { minLength: 1, maxLength: 40 },
);

/** All inputs at once. */
export const AT_ONCE: readonly Turn[] = [];

/** What a join has given out at once. */
export interface Released<R> {
  readonly records: readonly Joined<R>[];
  /** What the join says: everything up to this time has come, of all inputs. */
  readonly passed_s: number;
  /** How many records of each input it had by then; Infinity where the input has ended. */
  readonly came: readonly number[];
}

/** What a join gives out at each turn. An input ends with its last record. */
export function* joined<R>(
  inputs: readonly (readonly R[])[],
  order: readonly Turn[],
  timeOf: (record: R) => RecordTime | undefined,
): Generator<Released<R>> {
  const joining = new Joining(inputs, timeOf);
  for (let at = 0, idle = 0; idle < order.length; at++) {
    const { input, count, releases } = order[at % order.length] as Turn;
    idle = joining.put(input % inputs.length, count) ? 0 : idle + 1;
    if (releases) yield joining.release();
  }
  for (const index of inputs.keys()) joining.put(index, Infinity);
  yield joining.release();
}

/** A join and how far its inputs are. */
class Joining<R> {
  private readonly inputs: readonly (readonly R[])[];
  private readonly timeOf: (record: R) => RecordTime | undefined;
  private readonly join: OrderedJoin<R>;
  private readonly came: number[];

  constructor(inputs: readonly (readonly R[])[], timeOf: (record: R) => RecordTime | undefined) {
    this.inputs = inputs;
    this.timeOf = timeOf;
    this.join = new OrderedJoin<R>(inputs.length);
    this.came = inputs.map(() => 0);
  }

  /** False where the input has ended before. */
  put(index: number, count: number): boolean {
    const from = this.came[index] ?? 0;
    if (from === Infinity) return false;
    const records = this.inputs[index] ?? [];
    for (const record of records.slice(from, from + count)) this.join.put(index, record, this.timeOf(record));
    const hasEnded = from + count >= records.length;
    if (hasEnded) this.join.end(index);
    this.came[index] = hasEnded ? Infinity : from + count;
    return true;
  }

  release(): Released<R> {
    return { records: this.join.release(), passed_s: this.join.passed_s, came: [...this.came] };
  }
}
