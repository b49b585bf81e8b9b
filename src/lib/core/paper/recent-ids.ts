import { CapacityError } from '../capacity.js';
import type { Stateful } from '../parts.js';

/** Ids that may be remembered. */
const MAX_IDS = 1_000_000;

const PREFIX = 'ids.';

/** The ids of the last `span_s` of event time, by their time. */
export class RecentIds implements Stateful {
  private readonly span_s: number;
  private readonly ids = new Set<string>();
  private readonly byTime = new Map<number, string[]>();
  private readonly changed = new Set<number>();
  private newest_s = -Infinity;

  constructor(span_s: number) {
    this.span_s = span_s;
  }

  /** False where the id is known. Throws `CapacityError`. */
  add(id: string, time_s: number): boolean {
    if (this.ids.has(id)) return false;
    if (time_s <= this.newest_s - this.span_s) return true;
    if (this.ids.size >= MAX_IDS) throw new CapacityError('order ids', MAX_IDS);
    this.keep(id, time_s);
    this.changed.add(time_s);
    if (time_s > this.newest_s) {
      this.newest_s = time_s;
      this.forget();
    }
    return true;
  }

  changes(): Map<string, string | undefined> {
    const parts = new Map<string, string | undefined>();
    for (const time_s of this.changed) {
      const ids = this.byTime.get(time_s);
      parts.set(`${PREFIX}${time_s}`, ids === undefined ? undefined : JSON.stringify(ids));
    }
    this.changed.clear();
    return parts;
  }

  restore(parts: ReadonlyMap<string, string>): void {
    for (const [name, text] of parts) {
      if (!name.startsWith(PREFIX)) continue;
      const time_s = Number(name.slice(PREFIX.length));
      for (const id of JSON.parse(text) as string[]) this.keep(id, time_s);
      this.newest_s = Math.max(this.newest_s, time_s);
    }
  }

  private keep(id: string, time_s: number): void {
    this.ids.add(id);
    const known = this.byTime.get(time_s);
    if (known === undefined) this.byTime.set(time_s, [id]);
    else known.push(id);
  }

  private forget(): void {
    for (const [time_s, ids] of this.byTime) {
      if (time_s > this.newest_s - this.span_s) continue;
      for (const id of ids) this.ids.delete(id);
      this.byTime.delete(time_s);
      this.changed.add(time_s);
    }
  }
}
