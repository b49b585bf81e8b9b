import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startOf } from '../../src/lib/ops/process/identity.js';
import { shell } from '../support/cli.js';
import { unmount } from '../support/small-disk.js';
import { TEST_STACKS, writeStackConfig } from '../support/stack.js';

/**
 * Names a stack that the tests of this run share. It is started by the first test that wants it (`sharedServices`), and ended
 * here. What an earlier run left behind because it was killed is ended first.
 */
export default async function stack(project: TestProject): Promise<() => Promise<void>> {
  const left = existsSync(TEST_STACKS) ? readdirSync(TEST_STACKS) : [];
  for (const pid of left.filter((name) => startOf(Number(name)) === undefined)) await remove(join(TEST_STACKS, pid));
  const folder = join(TEST_STACKS, String(process.pid));
  project.provide('sharedStack', await writeStackConfig(join(folder, 'shared')));
  return () => remove(folder);
}

/** Ends the stacks in a folder, and deletes it. */
async function remove(folder: string): Promise<void> {
  for (const name of readdirSync(folder)) {
    const config = join(folder, name, 'stack.json');
    if (existsSync(join(folder, name, 'stack'))) await shell(`qf down --volumes --config '${config}'`);
  }
  for (const disk of disksBelow(folder)) unmount(disk);
  rmSync(folder, { recursive: true, force: true });
}

/** Small disks that a run has left because it was killed, the inner ones first. */
function disksBelow(folder: string): string[] {
  const mounts = existsSync('/proc/mounts') ? readFileSync('/proc/mounts', 'utf8').split('\n') : [];
  const folders = mounts.map((line) => line.split(' ')[1] ?? '');
  return folders.filter((path) => path.startsWith(`${folder}/`)).reverse();
}
