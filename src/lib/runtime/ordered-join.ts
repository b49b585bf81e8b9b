import type { RecordTime } from './stage.js';

interface Waiting<R> {
  readonly record: R;
  /** When it is given out: its time, or a later one where its input has passed that. */
  readonly at_s: number;
  /** Whether it says that its input has passed its time. */
  readonly isMark: boolean;
}

interface Input<R> {
  waiting: Waiting<R>[];
  /** When its last record is given out. */
  newest_s: number;
  /** Everything up to this time has come. */
  passed_s: number;
}

/** A record of one of several inputs. */
export interface Joined<R> {
  readonly input: number;
  readonly record: R;
}

/**
 * Merges inputs that are each in order of time. A record is given out once every input has passed its time, so that the order does not
 * depend on which input is ahead: by time, marks behind all else, then by input. Each input keeps its own order.
 */
export class OrderedJoin<R> {
  private readonly inputs: readonly Input<R>[];

  constructor(inputs: number) {
    this.inputs = Array.from({ length: inputs }, () => ({ waiting: [], newest_s: -Infinity, passed_s: -Infinity }));
  }

  /** Everything up to this time has come, of all inputs. */
  get passed_s(): number {
    return Math.min(...this.inputs.map(({ passed_s }) => passed_s));
  }

  /** `time` is undefined for a record that has none: it follows the one before it. */
  put(index: number, record: R, time: RecordTime | undefined): void {
    const input = this.inputs[index] as Input<R>;
    const { at_s = -Infinity, isMark = false } = time ?? {};
    const isNews = isMark && at_s > input.passed_s;
    // Records of a time that is passed may have been given out: what comes late stands behind them all.
    input.newest_s = Math.max(input.newest_s, input.passed_s + 1, at_s);
    input.waiting.push({ record, at_s: input.newest_s, isMark: isNews });
    // Behind a record others of the same time may follow, behind a mark none.
    input.passed_s = Math.max(input.passed_s, isMark ? at_s : at_s - 1);
  }

  /** No more will come of this input. */
  end(index: number): void {
    (this.inputs[index] as Input<R>).passed_s = Infinity;
  }

  /** Whether others wait for this input. */
  isBehind(index: number): boolean {
    return (this.inputs[index] as Input<R>).passed_s === this.passed_s;
  }

  /** Records of this input that have not been given out. */
  waiting(index: number): number {
    return (this.inputs[index] as Input<R>).waiting.length;
  }

  /** The records whose time every input has passed. */
  release(): Joined<R>[] {
    const through_s = this.passed_s;
    // Some input has no record with a time yet: others without one may follow.
    if (through_s === -Infinity) return [];
    const released = this.inputs.flatMap((input, index) => {
      const count = countThrough(input.waiting, through_s);
      return input.waiting.splice(0, count).map((waiting) => ({ input: index, ...waiting }));
    });
    return released.sort((a, b) => a.at_s - b.at_s || Number(a.isMark) - Number(b.isMark) || a.input - b.input);
  }
}

function countThrough(waiting: readonly Waiting<unknown>[], through_s: number): number {
  const first = waiting.findIndex(({ at_s }) => at_s > through_s);
  return first === -1 ? waiting.length : first;
}
