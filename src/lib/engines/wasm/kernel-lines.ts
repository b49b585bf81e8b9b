import type { Output } from '../../runtime/processor.js';

const NO_BYTES = Buffer.alloc(0);
const FIRST_PAGE_BYTES = 64 * 1024;

/**
 * Finished lines of a kernel until they are taken, in pages that are used again once they have been released: new memory for each
 * output, and its collection, cost more than the copy.
 */
export class KernelLines {
  private readonly released: Buffer[] = [];
  private page: Buffer = NO_BYTES;
  private size = 0;
  private records = 0;

  /** How many lines wait. */
  get count(): number {
    return this.records;
  }

  /** Adds a copy of whole lines. */
  add(lines: Buffer, count: number): void {
    if (this.records === 0) this.page = this.released.pop() ?? NO_BYTES;
    const size = this.size + lines.length;
    if (size > this.page.length) this.grow(size);
    this.page.set(lines, this.size);
    this.size = size;
    this.records += count;
  }

  take(): Output {
    const { page, size, records } = this;
    if (records === 0) return { bytes: NO_BYTES, records };
    this.size = 0;
    this.records = 0;
    return { bytes: page.subarray(0, size), records, release: () => this.released.push(page) };
  }

  private grow(size: number): void {
    let room = Math.max(FIRST_PAGE_BYTES, this.page.length);
    while (room < size) room *= 2;
    const page = Buffer.allocUnsafeSlow(room);
    page.set(this.page.subarray(0, this.size));
    this.page = page;
  }
}
