import { readFileSync } from 'node:fs';

/** What `src/kernel/bars1s.ts` exports. Places are in its memory. */
interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly inputAt: { readonly value: number };
  readonly inputRoom: { readonly value: number };
  readonly tickAt: { readonly value: number };
  setGrace(s: number, ns: number): void;
  setLimit(s: number, ns: number): void;
  run(from: number, end: number): number;
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
  flush(): void;
}

/** Takes finished lines; `bytes` is only valid during the call. */
export type LineSink = (bytes: Buffer, lines: number) => void;

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

  constructor(write: LineSink) {
    compiled ??= new Module(readFileSync(PATH));
    const imports = {
      text: {
        write: (from: number, size: number, lines: number) => {
          write(this.memory.subarray(from, from + size), lines);
        },
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
