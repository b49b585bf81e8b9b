import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { systemCodeOf } from '../../src/lib/runtime/errors.js';
import { ROOT } from './cli.js';

/** Pages of memory: what is smaller does not fit where this does not. */
const BLOCK_BYTES = 4096;
const MANY_BLOCKS = 256;

/** Why no small disk can be made here; undefined where one can. */
export const NO_SMALL_DISK = whyNot();
if (NO_SMALL_DISK !== undefined) console.warn(`tests with full disks are skipped: ${NO_SMALL_DISK}`);

/** A disk in memory, mounted on a folder, that can be filled. */
export class SmallDisk {
  private constructor(private readonly folder: string) {}

  static mount(folder: string, size_mb: number): SmallDisk {
    mkdirSync(folder, { recursive: true });
    const why = mount(folder, size_mb);
    if (why !== undefined) throw new Error(why);
    return new SmallDisk(folder);
  }

  /** Leaves no space. */
  fill(): void {
    const file = openSync(this.filler, 'w');
    try {
      for (const blocks of [MANY_BLOCKS, 1]) while (canWrite(file, Buffer.alloc(blocks * BLOCK_BYTES)));
    } finally {
      closeSync(file);
    }
  }

  /** Gives the space back that `fill` has taken. */
  empty(): void {
    rmSync(this.filler, { force: true });
  }

  unmount(): void {
    unmount(this.folder);
  }

  private get filler(): string {
    return join(this.folder, 'filler');
  }
}

/** Also where something still uses it. */
export function unmount(folder: string): void {
  spawnSync('umount', ['--lazy', folder]);
}

function canWrite(file: number, bytes: Buffer): boolean {
  try {
    return writeSync(file, bytes) > 0;
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOSPC') throw error;
    return false;
  }
}

function whyNot(): string | undefined {
  const folder = join(ROOT, 'runs/test/mount');
  mkdirSync(folder, { recursive: true });
  const why = mount(folder, 1);
  if (why === undefined) unmount(folder);
  return why;
}

/** Why it was not possible. */
function mount(folder: string, size_mb: number): string | undefined {
  const { status, error, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size_mb}m`, 'tmpfs', folder]);
  if (status === 0) return undefined;
  return error?.message ?? String(stderr).trim();
}
