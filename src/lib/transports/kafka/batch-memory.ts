/** Memory for what is sent together: new memory for each batch costs more than filling it, and waits for its collection. */
export class BatchMemory {
  private page = Buffer.alloc(0);
  private used = 0;

  /** Bytes that nobody else has until `reuse`; what they hold does not count. */
  readonly take = (size: number): Buffer => {
    const at = this.used;
    this.used += size;
    return this.used <= this.page.length ? this.page.subarray(at, this.used) : Buffer.allocUnsafeSlow(size);
  };

  /** Begins anew: whatever was taken is somebody else's. Keeps as much as was in use at a time, up to the next power of two. */
  reuse(): void {
    if (this.used > this.page.length) this.page = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(this.used)));
    this.used = 0;
  }
}
