import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { ROOT } from './cli.js';
import type { PaperStage } from './paper-stages.js';

const FOLDER = `${ROOT}test/support/paper/`;

const found = spawnSync('python3', ['-c', 'import sys, zoneinfo; sys.exit(sys.version_info < (3, 9))']);

/** Whether the flow's second description, which is in Python, can run here. */
export const HAS_PYTHON = found.status === 0;

if (!HAS_PYTHON)
  console.warn(`SKIPPED: tests of the paper flow against Python: ${found.error?.message ?? 'python3 is older than 3.9'}`);

/** A stage with its input, and what it must make of it: NDJSON. */
export interface Step {
  readonly stage: Exclude<PaperStage, 'match'> | 'ref' | 'next-bar' | 'pnl';
  readonly input: string;
  readonly output: string;
  readonly rejects: string;
  readonly ledger?: string;
}

/** A random market and what becomes of it. */
export interface Case {
  readonly seed: number;
  readonly configs: Readonly<Record<'pairs.json' | 'risk.json' | 'costs.json', string>>;
  readonly match: { readonly participation: number; readonly ttl: number };
  /** The bars that orders are filled on. */
  readonly bars: string;
  readonly steps: readonly Step[];
}

/** Cases from one process, which works on the next one meanwhile. */
export async function* casesOf(first: number, count: number): AsyncGenerator<Case> {
  const args = ['-B', `${FOLDER}oracle.py`, '--first', String(first), '--count', String(count)];
  const python = spawn('python3', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void python.kill());
  let seen = 0;
  for await (const line of createInterface({ input: python.stdout })) {
    seen++;
    yield JSON.parse(line) as Case;
  }
  if (seen < count) throw new Error(`oracle.py ended behind ${seen} of ${count} seeds from ${first}`);
}

/** What `flow.py` makes of a text, and the files of these options that it then has written. */
export function flow(args: readonly string[], input: string, written: readonly string[] = []): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'qf-flow-'));
  const files = written.flatMap((name) => [`--${name}`, join(folder, name)]);
  const { status, stdout, stderr } = spawnSync('python3', ['-B', `${FOLDER}flow.py`, ...args, ...files], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`flow.py ${args.join(' ')}: ${stderr}`);
  const texts = written.map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
  rmSync(folder, { recursive: true });
  return { output: stdout, ...Object.fromEntries(texts) };
}
