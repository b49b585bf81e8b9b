import { readFileSync } from 'node:fs';
import { QfError } from './errors.js';

export interface Global<T> {
  readonly value: T;
}

/** What every kernel exports. Places are in its memory. */
export interface KernelBasics {
  readonly memory: { readonly buffer: ArrayBuffer };
}

/** What those export that write to the host. */
export interface WritingCalls extends KernelBasics {
  /** Where the host puts a text. */
  readonly textAt: Global<number>;
  /** How many finished records have not been written. */
  waiting(): number;
  flush(): void;
}

/** What the kernel calls. */
export interface KernelHost {
  /** Takes finished lines or records; `bytes` is only valid during the call. */
  write?(bytes: Buffer, records: number): void;
  /** What is written now, up to the next part, is this part of the state: a bucket of a window. */
  part?(tf_s: number, start_s: number, bucket: number): void;
  /** This part of the state is gone. */
  drop?(tf_s: number, start_s: number, bucket: number): void;
  /** Trades of a symbol, whose text stands at a place, that never came. */
  gap?(symbolAt: number, symbolSize: number, from: bigint, to: bigint): void;
  /** There is a price that the kernel cannot write. Throws. */
  unwritable?(): never;
}

const FOLDER = new URL('../../../dist/kernel/', import.meta.url);

/** What is used of WebAssembly, of which Node's types say nothing. */
interface Wasm {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: Wasm }).WebAssembly;

const compiled = new Map<string, object>();

/** The compiled kernel of a stage, `src/kernel/<stage>`. */
function moduleOf(stage: string): object {
  const module = compiled.get(stage) ?? new Module(readFileSync(new URL(`${stage}.wasm`, FOLDER)));
  compiled.set(stage, module);
  return module;
}

/** A kernel of its own, with its own memory. */
export class Kernel<C extends KernelBasics> {
  readonly calls: C;
  private view = Buffer.alloc(0);

  constructor(stage: string, host: KernelHost = {}) {
    const imports = {
      text: {
        write: (from: number, size: number, records: number) => host.write?.(this.memory.subarray(from, from + size), records),
        part: (tf_s: number, start_s: number, bucket: number) => host.part?.(tf_s, start_s, bucket),
      },
      gone: {
        drop: (tf_s: number, start_s: number, bucket: number) => host.drop?.(tf_s, start_s, bucket),
      },
      memory: {
        full: () => {
          throw new QfError(
            'fault',
            'a partition needs more than the 2,048 MB that a kernel may have: split it, or take --engine reference',
          );
        },
      },
      gaps: {
        gap: (symbolAt: number, symbolSize: number, from: bigint, to: bigint) => host.gap?.(symbolAt, symbolSize, from, to),
      },
      index: {
        unwritable: () => host.unwritable?.(),
      },
      env: {
        abort: () => {
          throw new Error('the kernel has failed');
        },
      },
    };
    this.calls = new Instance(moduleOf(stage), imports).exports as C;
  }

  /** Its memory as it is now: growing makes it anew. */
  get memory(): Buffer {
    // The one before is then empty.
    if (this.view.length === 0) this.view = Buffer.from(this.calls.memory.buffer);
    return this.view;
  }
}
