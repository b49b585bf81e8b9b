import { readFileSync } from 'node:fs';

interface Global<T> {
  readonly value: T;
}

/** What `src/kernel/bars1s.ts` exports. Places are in its memory. */
interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly textAt: Global<number>;
  readonly recordEnd: Global<number>;
  readonly timestampDelta: Global<bigint>;
  readonly offsetDelta: Global<number>;
  readonly keyAt: Global<number>;
  readonly keySize: Global<number>;
  readonly valueAt: Global<number>;
  readonly valueSize: Global<number>;
  inputFor(size: number): number;
  setGrace(s: number, ns: number): void;
  setLimit(s: number, ns: number): void;
  setFuture(ms: number): void;
  run(from: number, end: number): number;
  setBatch(base_ms: number, hasDeltas: boolean, firstDelta: number): void;
  runRecords(from: number, end: number): number;
  add(
    symbolSize: number,
    s: number,
    ns: number,
    price: number,
    mantissa: bigint,
    scale: number,
    units: number,
    e8: number,
    idSize: number,
  ): number;
  takeUsed(): number;
  takeDuplicates(): number;
  closeSeconds(through_s: number): number;
  closeAll(): void;
  closedThrough(): number;
  newestS(): number;
  newestNs(): number;
  mark(size: number): void;
  frameRecords(): void;
  waiting(): number;
  flush(): void;
  save(): void;
  restoreTimes(s: number, ns: number, closedThrough_s: number): void;
  restoreBar(
    symbolAt: number,
    symbolSize: number,
    s: number,
    oNs: number,
    cNs: number,
    trades: number,
    high: bigint,
    low: bigint,
    e8: number,
  ): number;
  restorePrice(bar: number, which: number, price: number, mantissa: bigint, scale: number): void;
  restoreId(bar: number, at: number, size: number): void;
}

/** What the kernel calls. */
export interface KernelHost {
  /** Takes finished lines or records; `bytes` is only valid during the call. */
  write(bytes: Buffer, records: number): void;
  /** What is written now, up to the next part, is this part of the state. */
  part(start_s: number, bucket: number): void;
  /** This part of the state is gone. */
  drop(start_s: number, bucket: number): void;
}

const PATH = new URL('../../../../dist/kernel/bars1s.wasm', import.meta.url);

/** What is used of WebAssembly, of which Node's types say nothing. */
interface Wasm {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: Wasm }).WebAssembly;

let compiled: object | undefined;

/** A kernel of its own, with its own memory. */
export class Kernel {
  readonly calls: KernelExports;
  private view = Buffer.alloc(0);

  constructor(host: KernelHost) {
    compiled ??= new Module(readFileSync(PATH));
    const imports = {
      text: {
        write: (from: number, size: number, records: number) => host.write(this.memory.subarray(from, from + size), records),
      },
      state: {
        part: (start_s: number, bucket: number) => host.part(start_s, bucket),
        drop: (start_s: number, bucket: number) => host.drop(start_s, bucket),
      },
      env: {
        abort: () => {
          throw new Error('the kernel has failed');
        },
      },
    };
    this.calls = new Instance(compiled, imports).exports as KernelExports;
  }

  /** Its memory as it is now: growing makes it anew. */
  get memory(): Buffer {
    const { buffer } = this.calls.memory;
    if (this.view.buffer !== buffer) this.view = Buffer.from(buffer);
    return this.view;
  }
}
