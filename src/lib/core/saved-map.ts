import type { Stateful } from './parts.js';

/** Values under names, of which only those are saved again that have changed. Values must be what JSON can hold. */
export class SavedMap<V> implements Stateful {
  private readonly prefix: string;
  private readonly values = new Map<string, V>();
  /** Names whose values are not as they were saved, and names that are gone since. Both stay empty of what was never saved and is gone. */
  private readonly changed = new Set<string>();
  private readonly gone = new Set<string>();
  private readonly saved = new Set<string>();

  /** `prefix`: of the names of its parts, which no other part of the same state has. */
  constructor(prefix: string) {
    this.prefix = prefix;
  }

  get size(): number {
    return this.values.size;
  }

  get(name: string): V | undefined {
    return this.values.get(name);
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  set(name: string, value: V): void {
    this.values.set(name, value);
    this.changed.add(name);
    this.gone.delete(name);
  }

  delete(name: string): void {
    this.values.delete(name);
    this.changed.delete(name);
    if (this.saved.has(name)) this.gone.add(name);
  }

  /** In the order in which the names were set first. */
  entries(): IterableIterator<[name: string, value: V]> {
    return this.values.entries();
  }

  changes(): Map<string, string | undefined> {
    const parts = new Map<string, string | undefined>();
    for (const name of this.gone) {
      parts.set(this.prefix + name, undefined);
      this.saved.delete(name);
    }
    for (const name of this.changed) {
      parts.set(this.prefix + name, JSON.stringify(this.values.get(name)));
      this.saved.add(name);
    }
    this.gone.clear();
    this.changed.clear();
    return parts;
  }

  restore(parts: ReadonlyMap<string, string>): void {
    for (const [name, text] of parts) {
      if (!name.startsWith(this.prefix)) continue;
      this.values.set(name.slice(this.prefix.length), JSON.parse(text) as V);
      this.saved.add(name.slice(this.prefix.length));
    }
  }
}

/** The changes of several, which have different prefixes. */
export function changesOf(all: readonly Stateful[]): Map<string, string | undefined> {
  return new Map(all.flatMap((one) => [...one.changes()]));
}
