import type { Clock } from './clock.js';
import { Distribution } from './metrics.js';
import type { Output, Produced } from './processor.js';
import { BoundedQueue } from './queue.js';
import type { Sink } from './transport.js';

/** Batches of finished bytes that wait for the sinks, beside the one that is written: a batch may be megabytes long. */
const OUTPUT_QUEUE_BATCHES = 1;

const MS_PER_S = 1000;

/** Writes what a processor has produced, in order, and counts what has arrived. */
export class Writer {
  readonly queue = new BoundedQueue<Produced>(OUTPUT_QUEUE_BATCHES);
  readonly written = { records: 0, bytes: 0 };
  readonly batchRecords = Distribution.ofRecords('batch', 'Records that were written at once');
  readonly flushSeconds = Distribution.ofSeconds('flush', 'How long all sinks together took for a batch');
  /** Called when a write has failed, because the next `put`, which throws for it, may be far away. */
  onFailure: (() => void) | undefined;
  private readonly produced = { records: 0, bytes: 0 };
  private readonly sinks: readonly Sink[];
  private readonly rejects: Sink | undefined;
  private readonly clock: Clock;
  private readonly done: Promise<void>;
  private failure: { readonly error: unknown } | undefined;

  /** `rejects`: where refused records go; without it they are only counted. */
  constructor(sinks: readonly Sink[], rejects: Sink | undefined, clock: Clock) {
    this.sinks = sinks;
    this.rejects = rejects;
    this.clock = clock;
    this.done = this.writeAll();
  }

  /** Output that was handed over and has not reached every sink. */
  get unwritten(): { readonly records: number; readonly bytes: number } {
    return {
      records: this.produced.records - this.written.records,
      bytes: this.produced.bytes - this.written.bytes,
    };
  }

  /** Whether a write has failed. */
  get hasFailed(): boolean {
    return this.failure !== undefined;
  }

  /** Queues what was produced, as soon as there is room; throws what made an earlier write fail. */
  async put(produced: Produced): Promise<void> {
    if (produced.output.records === 0 && produced.rejects.records === 0) return;
    this.produced.records += produced.output.records;
    this.produced.bytes += produced.output.bytes.length;
    if (!(await this.queue.put(produced)) && this.failure !== undefined) throw this.failure.error;
  }

  /** Waits until everything is written and closes the sinks; throws what made a write fail. */
  async finish(): Promise<void> {
    this.queue.end();
    await this.done;
    for (const sink of this.allSinks()) {
      await sink.close().catch((error: unknown) => (this.failure ??= { error }));
    }
    if (this.failure !== undefined) throw this.failure.error;
  }

  private allSinks(): readonly Sink[] {
    return this.rejects === undefined ? this.sinks : [...this.sinks, this.rejects];
  }

  private async writeAll(): Promise<void> {
    try {
      for (let next = await this.queue.take(); next !== undefined; next = await this.queue.take()) {
        await this.write(next.output, next.rejects);
      }
    } catch (error) {
      this.failure = { error };
      this.queue.end();
      this.onFailure?.();
    }
  }

  private async write(output: Output, rejects: Output): Promise<void> {
    if (output.records > 0) {
      const begun_ms = this.clock.now_ms();
      for (const sink of this.sinks) await sink.write(output.bytes);
      this.batchRecords.add(output.records);
      this.flushSeconds.add((this.clock.now_ms() - begun_ms) / MS_PER_S);
      this.written.records += output.records;
      this.written.bytes += output.bytes.length;
      output.release?.();
    }
    if (rejects.records > 0) await this.rejects?.write(rejects.bytes);
  }
}
