import type { Tick } from '../model/model.js';
import { Random } from './random.js';

export interface FaultSettings {
  readonly seed: number;
  readonly step_ms: number;
  /** Fraction of the ticks that arrive late, and by how much at most: one step or more. */
  readonly outOfOrder: number;
  readonly maxDelay_ms: number;
  /** Fraction of the ticks that arrive twice. */
  readonly duplicates: number;
  /** Fraction of the ticks behind which a malformed line stands. */
  readonly malformed: number;
}

/** What a disturbed feed hands on: ticks, and lines that are none. */
export type FeedItem = Tick | Uint8Array;

/**
 * Disturbs a feed as real ones do: ticks out of order, ticks twice, lines that are no ticks. The market behind it stays the
 * same: faults have random numbers of their own.
 */
export class Faults {
  private readonly settings: FaultSettings;
  private readonly random: Random;
  private readonly malformed: readonly Uint8Array[];
  /** Held ticks by the number of the step at whose end they arrive. */
  private readonly held = new Map<number, Tick[]>();
  private step = 0;

  /** `malformed`: the lines to insert. */
  constructor(settings: FaultSettings, malformed: readonly Uint8Array[]) {
    this.settings = settings;
    this.random = new Random(settings.seed, 4);
    this.malformed = malformed;
  }

  /** Takes one tick of the market; hands it on, holds it back, or adds to it. */
  take(tick: Tick, emit: (item: FeedItem) => void): void {
    const { outOfOrder, maxDelay_ms, step_ms } = this.settings;
    if (outOfOrder > 0 && this.random.uniform() < outOfOrder) {
      const arrival = this.step + 1 + this.random.below(Math.floor(maxDelay_ms / step_ms));
      const others = this.held.get(arrival);
      if (others === undefined) this.held.set(arrival, [tick]);
      else others.push(tick);
    } else this.deliver(tick, emit);
  }

  /** The end of a step: delayed ticks arrive. */
  endStep(emit: (item: FeedItem) => void): void {
    this.step++;
    const due = this.held.get(this.step) ?? [];
    this.held.delete(this.step);
    for (const tick of due) this.deliver(tick, emit);
  }

  /** The end of the feed: whatever is still held arrives. */
  end(emit: (item: FeedItem) => void): void {
    while (this.held.size > 0) this.endStep(emit);
  }

  private deliver(tick: Tick, emit: (item: FeedItem) => void): void {
    const { duplicates, malformed } = this.settings;
    emit(tick);
    if (duplicates > 0 && this.random.uniform() < duplicates) emit(tick);
    if (malformed > 0 && this.random.uniform() < malformed)
      emit(this.malformed[this.random.below(this.malformed.length)] as Uint8Array);
  }
}
