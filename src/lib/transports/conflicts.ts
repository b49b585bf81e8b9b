import { fstatSync, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { QfError } from '../runtime/errors.js';

/**
 * Refuses to write a file that is also read, or that is written twice: opening it would destroy what is in it. `usesStdout`: a
 * file that stdout has been redirected to counts as well. Only regular files are looked at.
 */
export async function checkOutputs(inputs: readonly string[], outputs: readonly string[], usesStdout: boolean): Promise<void> {
  const taken = new Map<string, string>();
  for (const path of inputs) await take(taken, path, 'it is also an input');
  const stdout = usesStdout ? identityOf(fstatSync(1)) : undefined;
  if (stdout !== undefined) taken.set(stdout, 'stdout goes to the same file');
  for (const path of outputs) {
    const identity = await identityAt(path);
    const conflict = identity === undefined ? undefined : taken.get(identity);
    if (conflict !== undefined) throw new QfError('usage', `cannot write to ${path}: ${conflict}`);
    await take(taken, path, 'it is written twice');
  }
  const doubled = outputs.find((path, index) => outputs.indexOf(path) !== index);
  if (doubled !== undefined) throw new QfError('usage', `cannot write to ${doubled}: it is written twice`);
}

async function take(taken: Map<string, string>, path: string, conflict: string): Promise<void> {
  const identity = await identityAt(path);
  if (identity !== undefined) taken.set(identity, conflict);
}

async function identityAt(path: string): Promise<string | undefined> {
  const stats = await stat(path).catch(() => undefined);
  return stats === undefined ? undefined : identityOf(stats);
}

function identityOf(stats: Stats): string | undefined {
  return stats.isFile() ? `${stats.dev}:${stats.ino}` : undefined;
}
