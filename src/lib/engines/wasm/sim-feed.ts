import type { Feed, FeedSettings } from '../../core/sim/feed.js';
import { hotCountOf } from '../../core/sim/tape.js';
import { QfError } from '../../runtime/errors.js';
import { Kernel, type WritingCalls } from '../../runtime/kernel.js';
import { TickLines } from '../reference/tick-writer.js';
import { KernelLines } from './kernel-lines.js';

/** Prices are whole steps in a double, and no level of a price is far above this. */
const MAX_STEPS = 1e15;
const MAX_LEVEL = 4000;

/** The ring of late ticks has a place for each step. */
const MAX_LATE_STEPS = 1_000_000;

const NO_LEADER = -1;
const LF_BYTES = 1;

/** What `src/kernel/sim` exports besides. */
interface Calls extends WritingCalls {
  setMarket(
    seed: number,
    symbols: number,
    start_ms: number,
    step_ms: number,
    hotRate: number,
    hotCount: number,
    hotRotate_ms: number,
  ): void;
  setTicks(units: number, decimals: number, withIds: boolean, count: number, end_ms: number): void;
  addInstrument(symbolSize: number, rate: number, startPrice: number, volatility: number, follows: number): void;
  setFaults(seed: number, outOfOrder: number, maxSteps: number, duplicates: number, malformed: number): void;
  addMalformed(size: number): void;
  time(): number;
  isDone(): number;
  step(): void;
}

/** The simulated market of `SimFeed` in the kernel, as finished lines. */
export class KernelSimFeed implements Feed<TickLines> {
  private readonly kernel: Kernel<Calls>;
  private readonly lines = new KernelLines();

  /** Whether the kernel can make this market; what it cannot is left to the reference. */
  static canMake({ tape: { universe, tickSize, step_ms }, faults: { maxDelay_ms } }: FeedSettings): boolean {
    const highest = universe.reduce((max, { startPrice }) => Math.max(max, startPrice), 0);
    return highest * MAX_LEVEL * tickSize.scale < MAX_STEPS && lateSteps(maxDelay_ms, step_ms) <= MAX_LATE_STEPS;
  }

  constructor({ tape, faults, malformed, end_ms, count }: FeedSettings) {
    this.kernel = new Kernel<Calls>('sim', {
      write: (bytes, records) => this.lines.add(bytes, records),
      unwritable: () => {
        throw new QfError('fault', 'a price would have more than 15 digits: take --engine reference');
      },
    });
    const { calls } = this.kernel;
    const { universe, seed, start_ms, step_ms, rate, hotRate, hotRotate_ms, tickSize, withIds } = tape;
    calls.setMarket(seed, universe.length, start_ms, step_ms, hotRate, hotCountOf(tape), hotRotate_ms);
    calls.setTicks(tickSize.units, Math.round(Math.log10(tickSize.scale)), withIds, count, end_ms);
    for (const { symbol, startPrice, volatility, weight, follows = NO_LEADER } of universe) {
      this.put(Buffer.from(symbol));
      calls.addInstrument(symbol.length, weight * rate, startPrice, volatility, follows);
    }
    calls.setFaults(seed, faults.outOfOrder, lateSteps(faults.maxDelay_ms, step_ms), faults.duplicates, faults.malformed);
    for (const line of malformed) {
      this.put(line);
      calls.addMalformed(line.length - LF_BYTES);
    }
  }

  get time_ms(): number {
    return this.kernel.calls.time();
  }

  isDone(): boolean {
    return this.kernel.calls.isDone() !== 0;
  }

  get waiting(): number {
    return this.lines.count + this.kernel.calls.waiting();
  }

  step(): void {
    this.kernel.calls.step();
  }

  take(): readonly TickLines[] {
    this.kernel.calls.flush();
    return [new TickLines(this.lines.take())];
  }

  private put(text: Uint8Array): void {
    this.kernel.memory.set(text, this.kernel.calls.textAt.value);
  }
}

function lateSteps(maxDelay_ms: number, step_ms: number): number {
  return Math.floor(maxDelay_ms / step_ms);
}
