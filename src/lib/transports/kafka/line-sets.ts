import { type Global, Kernel, type KernelBasics } from '../../runtime/kernel.js';
import type { Buffered } from './double-buffer.js';
import type { PlacedSet } from './record-set.js';

/** Of all lines together, beyond which no further ones are taken. */
const MAX_BYTES = 16_000_000;

/** As high as a batch counts. */
const MAX_RECORDS = 2 ** 31 - 1;

const NONE = 0;

/** What `src/kernel/lines` exports. */
interface Calls extends KernelBasics {
  readonly count: Global<number>;
  readonly size: Global<number>;
  setPartitions(count: number): void;
  inputFor(size: number): number;
  add(from: number, end: number, maxCount: number, maxSize: number): number;
  clear(): void;
  firstSet(partition: number): number;
  nextSet(set: number): number;
  recordsAt(set: number): number;
  sizeOf(set: number): number;
  countOf(set: number): number;
}

/**
 * Lines as the records of batches, each for the partition of its symbol, in the memory of a kernel, which is used again. What is no tick
 * goes to the first partition.
 */
export class LineSets implements Buffered {
  private readonly topic: string;
  private readonly partitions: number;
  private readonly maxRecords: number;
  private readonly kernel = new Kernel<Calls>('lines');

  constructor(topic: string, partitions: number, maxRecords: number) {
    this.topic = topic;
    this.partitions = partitions;
    this.maxRecords = Math.min(maxRecords, MAX_RECORDS);
    this.kernel.calls.setPartitions(partitions);
  }

  get isEmpty(): boolean {
    return this.kernel.calls.count.value === 0;
  }

  get isFull(): boolean {
    const { count, size } = this.kernel.calls;
    return count.value >= this.maxRecords || size.value >= MAX_BYTES;
  }

  /**
   * Adds lines as they are, of which the last one may lack its line break, until it is full; gives how many it has taken, and their
   * bytes. What is no UTF-8 shall be refused for that by whoever reads it.
   */
  add(lines: Buffer): { readonly count: number; readonly bytes: number } {
    const { calls } = this.kernel;
    const before = calls.count.value;
    const from = calls.inputFor(lines.length);
    this.kernel.memory.set(lines, from);
    const stopped = calls.add(from, from + lines.length, this.maxRecords, MAX_BYTES);
    return { count: calls.count.value - before, bytes: stopped - from };
  }

  /** What there is, in the order of each partition; until the next `add` or `clear`. */
  sets(): PlacedSet[] {
    const { topic } = this;
    const { calls, memory } = this.kernel;
    const sets: PlacedSet[] = [];
    for (let partition = 0; partition < this.partitions; partition++) {
      for (let set = calls.firstSet(partition); set !== NONE; set = calls.nextSet(set)) {
        const at = calls.recordsAt(set);
        const bytes = memory.subarray(at, at + calls.sizeOf(set));
        sets.push({ topic, partition, bytes, count: calls.countOf(set) });
      }
    }
    return sets;
  }

  clear(): void {
    this.kernel.calls.clear();
  }
}
