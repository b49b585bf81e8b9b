import { CapacityError } from '../capacity.js';
import type { Stateful } from '../parts.js';
import { changesOf, SavedMap } from '../saved-map.js';

/** Ids that may be remembered. */
const MAX_IDS = 1_000_000;

/** The ids of the last `span_s` of event time. */
export class RecentIds implements Stateful {
  private readonly span_s: number;
  private readonly ids = new Set<string>();
  /** By their time, s. */
  private readonly byTime = new SavedMap<string[]>('ids.');
  /** How far time has come, s: also by ids that were known. */
  private readonly newest = new SavedMap<number>('newest.');

  constructor(span_s: number) {
    this.span_s = span_s;
  }

  /** False where the id is known. Throws `CapacityError`. */
  add(id: string, time_s: number): boolean {
    if (time_s > this.newest_s) {
      this.newest.set('', time_s);
      this.forget();
    }
    if (this.ids.has(id)) return false;
    if (this.isOver(time_s)) return true;
    if (this.ids.size >= MAX_IDS) throw new CapacityError('order ids', MAX_IDS);
    this.ids.add(id);
    const ofTime = this.byTime.get(String(time_s)) ?? [];
    ofTime.push(id);
    this.byTime.set(String(time_s), ofTime);
    return true;
  }

  changes(): Map<string, string | undefined> {
    return changesOf([this.byTime, this.newest]);
  }

  restore(parts: ReadonlyMap<string, string>): void {
    for (const one of [this.byTime, this.newest]) one.restore(parts);
    for (const [, ids] of this.byTime.entries()) for (const id of ids) this.ids.add(id);
  }

  private get newest_s(): number {
    return this.newest.get('') ?? -Infinity;
  }

  private isOver(time_s: number): boolean {
    return time_s <= this.newest_s - this.span_s;
  }

  private forget(): void {
    for (const [time_s, ids] of this.byTime.entries()) {
      if (!this.isOver(Number(time_s))) continue;
      for (const id of ids) this.ids.delete(id);
      this.byTime.delete(time_s);
    }
  }
}
