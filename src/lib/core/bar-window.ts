/** Parts into which the bars of a window are saved. */
const BUCKETS = 64;

/** Which part of a window a symbol belongs to. */
export function bucketOf(symbol: string): number {
  let hash = 0;
  for (let at = 0; at < symbol.length; at++) hash = (Math.imul(hash, 31) + symbol.charCodeAt(at)) | 0;
  return (hash ^ (hash >>> 15)) & (BUCKETS - 1);
}

/** The open bars of a window by symbol, and which of them have changed since they were last saved. */
export class BarWindow<B extends { readonly symbol: string }> {
  readonly bars = new Map<string, B>();
  private readonly changed = new Set<number>();
  private readonly saved = new Set<number>();

  /** A bar of this bucket has changed. */
  touch(bucket: number): void {
    this.changed.add(bucket);
  }

  /** Adds the buckets that have changed to `parts`, under `<prefix><bucket>`; `encode` gives what is kept of a bar. */
  save(prefix: string, parts: Map<string, string | undefined>, encode: (bar: B) => unknown): void {
    if (this.changed.size === 0) return;
    const buckets = new Map<number, unknown[]>([...this.changed].map((bucket) => [bucket, []]));
    for (const bar of this.bars.values()) buckets.get(bucketOf(bar.symbol))?.push(encode(bar));
    for (const [bucket, bars] of buckets) {
      parts.set(`${prefix}${bucket}`, JSON.stringify(bars));
      this.saved.add(bucket);
    }
    this.changed.clear();
  }

  /** Takes over a bucket that `save` has written. */
  restore(bucket: number, bars: readonly B[]): void {
    for (const bar of bars) this.bars.set(bar.symbol, bar);
    this.saved.add(bucket);
  }

  /** Adds to `parts` that the buckets which were saved are gone. */
  drop(prefix: string, parts: Map<string, string | undefined>): void {
    for (const bucket of this.saved) parts.set(`${prefix}${bucket}`, undefined);
  }
}
