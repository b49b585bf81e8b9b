/**
 * Open windows by their start, oldest first. Ticks arrive almost in order, so a new window nearly always goes to the end.
 */
export class OpenWindows<V> {
  private readonly byStart = new Map<number, V>();
  private readonly starts: number[] = [];

  get(start: number): V | undefined {
    return this.byStart.get(start);
  }

  open(start: number, value: V): V {
    this.byStart.set(start, value);
    let at = this.starts.length;
    if (at > 0 && (this.starts[at - 1] as number) > start) at = this.placeOf(start);
    this.starts.splice(at, 0, start);
    return value;
  }

  /** Every window with its start, oldest first. */
  entries(): [start: number, value: V][] {
    return this.starts.map((start) => [start, this.byStart.get(start) as V]);
  }

  newest(): number | undefined {
    return this.starts.at(-1);
  }

  /** Removes every window that starts at or before `start` and gives them back, oldest first. */
  takeThrough(start: number): [start: number, value: V][] {
    let count = 0;
    while (count < this.starts.length && (this.starts[count] as number) <= start) count++;
    return this.starts.splice(0, count).map((key) => {
      const value = this.byStart.get(key) as V;
      this.byStart.delete(key);
      return [key, value];
    });
  }

  private placeOf(start: number): number {
    let low = 0;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.starts[middle] as number) < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
