import type { Stateful } from './parts.js';

/** Values under names, of which only those are saved again that have changed. Values must be what JSON can hold. */
export class SavedMap<V> implements Stateful {
  private readonly prefix: string;
  private readonly values = new Map<string, V>();
  private readonly changed = new Set<string>();

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
  }

  delete(name: string): void {
    if (this.values.delete(name)) this.changed.add(name);
  }

  /** In the order in which the names were set first. */
  entries(): IterableIterator<[name: string, value: V]> {
    return this.values.entries();
  }

  changes(): Map<string, string | undefined> {
    const parts = new Map<string, string | undefined>();
    for (const name of this.changed) {
      const value = this.values.get(name);
      parts.set(this.prefix + name, value === undefined ? undefined : JSON.stringify(value));
    }
    this.changed.clear();
    return parts;
  }

  restore(parts: ReadonlyMap<string, string>): void {
    for (const [name, text] of parts) {
      if (name.startsWith(this.prefix)) this.values.set(name.slice(this.prefix.length), JSON.parse(text) as V);
    }
  }
}

/** The changes of several, which have different prefixes. */
export function changesOf(all: readonly Stateful[]): Map<string, string | undefined> {
  return new Map(all.flatMap((one) => [...one.changes()]));
}
