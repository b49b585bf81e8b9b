import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** Top of the checkout. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The Node that runs qf: QF_TEST_NODE, or the one that runs the tests. */
export const NODE = process.env['QF_TEST_NODE'] ?? process.execPath;

/** Variables that every test has. */
export const ENV = { PATH: `${ROOT}bin:${NODE.replace(/\/[^/]*$/, '')}:${process.env['PATH'] ?? ''}`, NO_COLOR: '1' };

export interface ShellResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
}

export interface ShellOptions {
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  /** Variables besides those that every test has. */
  readonly env?: Readonly<Record<string, string>>;
  /** How bytes become characters; latin1 keeps every byte. */
  readonly encoding?: 'utf8' | 'latin1';
}

/** Runs a line of shell with `qf` on the path, in the top folder. A pipe's exit code is that of the first stage that fails. */
export async function shell(line: string, options: ShellOptions = {}): Promise<ShellResult> {
  const { stdout, stderr, exitCode } = await execa('bash', ['-o', 'pipefail', '-c', line], {
    cwd: options.cwd ?? ROOT,
    env: { ...ENV, ...options.env },
    input: options.input ?? '',
    encoding: options.encoding ?? 'utf8',
    reject: false,
    stripFinalNewline: false,
    maxBuffer: 2 ** 30,
  });
  return { stdout, stderr, exitCode };
}

/** Starts qf itself, for tests that talk to it while it runs. */
export function startQf(args: readonly string[], { cwd = ROOT } = {}): ReturnType<typeof execa<{ reject: false; buffer: true }>> {
  return execa(NODE, [`${ROOT}bin/qf`, ...args], { cwd, env: ENV, reject: false, stdin: 'pipe' }) as never;
}

/** The closing summaries in a log, one for each stage. */
export function summariesIn(log: string): Record<string, unknown>[] {
  return log
    .split('\n')
    .filter((line) => line.includes('"msg":"summary"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
