import type { Global, Kernel, WritingCalls } from '../runtime/kernel.js';
import { type Gap, type Gaps, NUMBER } from './gaps.js';

/** What `src/kernel/frames` exports for it. */
export interface GapCalls extends WritingCalls {
  readonly gaps: Global<number>;
  readonly missed: Global<bigint>;
  readonly behind: Global<number>;
  followTrade(numbering: number, symbolSize: number, id: bigint, used: number, connection: number): void;
}

const NO_CONNECTION = 0;

/** What `GapDetector` is, in the kernel that most trades go through. */
export class KernelGaps implements Gaps {
  private readonly kernel: Kernel<GapCalls>;
  private readonly numberings: string[] = [];
  private connection: object | undefined;
  private connections = 0;
  private found: Gap[] = [];

  constructor(kernel: Kernel<GapCalls>) {
    this.kernel = kernel;
  }

  get gaps(): number {
    return this.kernel.calls.gaps.value;
  }

  get missed(): bigint {
    return BigInt.asUintN(64, this.kernel.calls.missed.value);
  }

  get behind(): number {
    return this.kernel.calls.behind.value;
  }

  next(numbering: string, symbol: string, trade_id: string | undefined): Gap | undefined {
    return this.follow(numbering, symbol, trade_id, 1, NO_CONNECTION);
  }

  known(numbering: string, symbol: string, trade_id: string | undefined, connection?: object): Gap | undefined {
    if (connection !== undefined && connection !== this.connection) {
      this.connection = connection;
      this.connections++;
    }
    return this.follow(numbering, symbol, trade_id, 0, connection === undefined ? NO_CONNECTION : this.connections);
  }

  /** The kernel's number for a numbering, from 1. */
  numberOf(numbering: string): number {
    const known = this.numberings.indexOf(numbering) + 1;
    return known === 0 ? this.numberings.push(numbering) : known;
  }

  /** The kernel has found one, whose symbol stands in its memory. */
  add(symbolAt: number, symbolSize: number, from: bigint, to: bigint): void {
    const symbol = this.kernel.memory.toString('latin1', symbolAt, symbolAt + symbolSize);
    this.found.push({ symbol, from: BigInt.asUintN(64, from), to: BigInt.asUintN(64, to) });
  }

  /** Those that were found since this was last asked. */
  take(): readonly Gap[] {
    const { found } = this;
    if (found.length > 0) this.found = [];
    return found;
  }

  private follow(
    numbering: string,
    symbol: string,
    trade_id: string | undefined,
    used: number,
    connection: number,
  ): Gap | undefined {
    if (trade_id === undefined || !NUMBER.test(trade_id)) return undefined;
    const { calls, memory } = this.kernel;
    const size = memory.write(symbol, calls.textAt.value, 'latin1');
    calls.followTrade(this.numberOf(numbering), size, BigInt(trade_id), used, connection);
    return this.take()[0];
  }
}
