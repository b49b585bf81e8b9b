import { type FaultSettings, type FeedItem, Faults } from './faults.js';
import { Tape, type TapeSettings } from './tape.js';

/** A market, what disturbs it, and where it ends. */
export interface FeedSettings {
  readonly tape: TapeSettings;
  readonly faults: Omit<FaultSettings, 'seed' | 'step_ms'>;
  /** The lines that are no ticks. */
  readonly malformed: readonly Uint8Array[];
  /** All ticks are before it, ms since the epoch. */
  readonly end_ms: number;
  /** Most ticks of the market. */
  readonly count: number;
}

/** What comes in from a simulated market, a step at a time; how it stands for what comes is the engine's. */
export interface Feed<I> {
  /** Time up to which ticks have been made, ms since the epoch. */
  readonly time_ms: number;
  isDone(): boolean;
  /** How many lines have been made and not taken. */
  readonly waiting: number;
  /** Makes the lines of the next step; of the last one also those that were held. */
  step(): void;
  take(): readonly I[];
}

/** The definition of the simulator. */
export class SimFeed implements Feed<FeedItem> {
  private readonly tape: Tape;
  private readonly faults: Faults;
  private readonly end_ms: number;
  private left: number;
  private items: FeedItem[] = [];

  constructor({ tape, faults, malformed, end_ms, count }: FeedSettings) {
    const { seed, step_ms } = tape;
    this.tape = new Tape(tape);
    this.faults = new Faults({ ...faults, seed, step_ms }, malformed);
    this.end_ms = end_ms;
    this.left = count;
  }

  get time_ms(): number {
    return this.tape.time_ms;
  }

  isDone(): boolean {
    return this.left <= 0 || this.tape.time_ms >= this.end_ms;
  }

  get waiting(): number {
    return this.items.length;
  }

  step(): void {
    const emit = (item: FeedItem): void => void this.items.push(item);
    this.tape.step((tick) => {
      if (this.left <= 0 || tick.event_s * 1000 + tick.event_ns / 1e6 >= this.end_ms) return;
      this.left--;
      this.faults.take(tick, emit);
    });
    this.faults.endStep(emit);
    if (this.isDone()) this.faults.end(emit);
  }

  take(): readonly FeedItem[] {
    const { items } = this;
    this.items = [];
    return items;
  }
}
