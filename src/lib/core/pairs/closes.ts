const FIRST_CAPACITY = 64;

/** Logarithms of the closes of one symbol by the start of their bars, oldest first: twelve bytes a bar, not an object. */
export class LogCloses {
  private times = new Uint32Array(FIRST_CAPACITY);
  private logs = new Float64Array(FIRST_CAPACITY);
  private count = 0;

  /** Takes the bar that starts at `ts` s since the epoch, in any order; false where one of this time is there already. */
  add(ts: number, close: number): boolean {
    const at = this.placeOf(ts);
    if (at < this.count && this.times[at] === ts) return false;
    if (this.count === this.times.length) this.grow();
    this.times.copyWithin(at + 1, at, this.count);
    this.logs.copyWithin(at + 1, at, this.count);
    this.times[at] = ts;
    this.logs[at] = close > 0 ? Math.log(close) : NaN;
    this.count++;
    return true;
  }

  get length(): number {
    return this.count;
  }

  /**
   * Writes the logarithms of the times that both symbols have to `xs` and `ys`, oldest first, and says how many these are. A close that
   * is not above 0 has none, and its time is passed over. `xs` and `ys` have room for the shorter of both.
   */
  join(other: LogCloses, xs: Float64Array, ys: Float64Array): number {
    const { times, logs, count } = this;
    const { times: otherTimes, logs: otherLogs, count: otherCount } = other;
    let joined = 0;
    let at = 0;
    let otherAt = 0;
    while (at < count && otherAt < otherCount) {
      const difference = (times[at] as number) - (otherTimes[otherAt] as number);
      if (difference === 0) {
        const x = (xs[joined] = logs[at] as number);
        const y = (ys[joined] = otherLogs[otherAt] as number);
        if (!Number.isNaN(x + y)) joined++;
      }
      if (difference <= 0) at++;
      if (difference >= 0) otherAt++;
    }
    return joined;
  }

  /** Of the first bar that does not start before `ts`. Bars nearly always come in order. */
  private placeOf(ts: number): number {
    if (this.count === 0 || (this.times[this.count - 1] as number) < ts) return this.count;
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.times[middle] as number) < ts) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private grow(): void {
    const { times, logs } = this;
    this.times = new Uint32Array(2 * times.length);
    this.logs = new Float64Array(2 * logs.length);
    this.times.set(times);
    this.logs.set(logs);
  }
}
