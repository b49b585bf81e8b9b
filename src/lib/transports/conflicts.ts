import { fstatSync, type Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { QfError } from '../runtime/errors.js';
import { STDIN } from './file.js';

/** What a command reads and writes: paths, and whether it uses the standard streams. */
export interface Usage {
  /** `-` is standard input. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly usesStdout: boolean;
}

/**
 * Refuses to write a file that is also read, which would destroy what is in it or never end, or that is written twice. A standard
 * stream that has been redirected to a file counts as that file. Throws a usage error.
 */
export async function checkOutputs({ inputs, outputs, usesStdout }: Usage): Promise<void> {
  const taken = new Map<string, string>();
  for (const path of inputs) {
    const names = path === STDIN ? namesOf(fstatSync(0)) : await namesAt(path);
    for (const name of names) taken.set(name, 'it is also an input');
  }
  if (usesStdout) claim(taken, 'standard output', namesOf(fstatSync(1)));
  for (const path of outputs) claim(taken, path, await namesAt(path));
}

function claim(taken: Map<string, string>, path: string, names: readonly string[]): void {
  for (const name of names) {
    const conflict = taken.get(name);
    if (conflict !== undefined) throw new QfError('usage', `cannot write to ${path}: ${conflict}`);
  }
  for (const name of names) taken.set(name, 'it is written twice');
}

/** What identifies the file at a path, whether or not it exists yet. */
async function namesAt(path: string): Promise<string[]> {
  const stats = await stat(path).catch(() => undefined);
  if (stats !== undefined) return namesOf(stats);
  const folder = dirname(resolve(path));
  return [join(await realpath(folder).catch(() => folder), basename(path))];
}

/** Only regular files have a name here: devices and pipes may be shared. */
function namesOf(stats: Stats): string[] {
  return stats.isFile() ? [`${stats.dev}:${stats.ino}`] : [];
}
