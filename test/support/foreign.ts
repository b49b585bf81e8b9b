import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './cli.js';

/** `bars1s` in another language, for a shell. */
export const FOREIGN_SCRIPT = join(ROOT, 'test/foreign/bars1s.py');
export const FOREIGN_BARS1S = `python3 ${FOREIGN_SCRIPT}`;

export const HAS_PYTHON = spawnSync('python3', ['--version']).status === 0;

if (!HAS_PYTHON) console.warn('SKIPPED: tests of a stage in Python, because there is no python3');

const HAS_GO = spawnSync('go', ['version']).status === 0;

/** Why there is no `bars1s` in Go; undefined where there is. */
export const NO_GO = HAS_GO ? undefined : 'there is no Go on the path';

if (NO_GO !== undefined) console.warn(`SKIPPED: tests of a stage in Go, because ${NO_GO}`);

/** Builds `bars1s` on Kafka in Go in a folder, and gives its command for a shell. */
export function builtGo(folder: string): string {
  const binary = join(folder, 'bars1s-go');
  const { status, stderr } = spawnSync('go', ['build', '-o', binary, '.'], {
    cwd: join(ROOT, 'bench/peers/go'),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the program in Go cannot be built: ${stderr}`);
  return `${binary} $PERF_INPUT \${PERF_OUTPUT}bars.1s $PERF_GROUP`;
}
