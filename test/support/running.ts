import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { expect, onTestFinished } from 'vitest';
import type { RejectRecord } from '../../src/lib/core/model/records.js';
import { ENV, NODE, ROOT, summariesIn } from './cli.js';

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Whether nobody reads its output until `read` is called. */
  readonly isUnread?: boolean;
}

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Characters before what has just come in which a pattern may begin. */
const OVERLAP = 1000;

/** The text of a stream so far, and who waits for it to hold something. */
class Collected {
  private readonly chunks: string[] = [];
  private isOver = false;
  private wakers: (() => void)[] = [];

  get text(): string {
    return this.chunks.join('');
  }

  read(stream: Readable): void {
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      this.chunks.push(chunk);
      this.wake();
    });
    stream.on('close', () => {
      this.isOver = true;
      this.wake();
    });
  }

  /** Resolves when `text` holds a short text that fits; to undefined where it has ended before. */
  async until(pattern: RegExp): Promise<RegExpExecArray | undefined> {
    let { text } = this;
    for (;;) {
      const match = pattern.exec(text);
      if (match !== null) return match;
      if (this.isOver) return undefined;
      const seen = this.chunks.length;
      await new Promise<void>((resolve) => this.wakers.push(resolve));
      text = text.slice(-OVERLAP) + this.chunks.slice(seen).join('');
    }
  }

  private wake(): void {
    for (const wake of this.wakers.splice(0)) wake();
  }
}

/** qf at work, for tests that wait for what it writes while it runs. It is ended behind the test, where it has not ended itself. */
export class RunningQf {
  readonly pid: number;
  /** Resolves when it has ended and all its output is read. */
  readonly ended: Promise<Ended>;
  private readonly child;
  private readonly stdout = new Collected();
  private readonly stderr = new Collected();

  constructor(args: readonly string[], { env = {}, isUnread = false }: RunOptions = {}) {
    const child = spawn(NODE, [`${ROOT}bin/qf`, ...args], {
      cwd: ROOT,
      env: { ...process.env, ...ENV, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    this.pid = child.pid as number;
    this.stderr.read(child.stderr);
    if (!isUnread) this.read();
    this.ended = new Promise((resolve) => {
      child.on('close', (exitCode) => {
        resolve({ exitCode, stdout: this.stdout.text, stderr: this.stderr.text });
      });
    });
    onTestFinished(() => void child.kill('SIGKILL'));
  }

  /** Begins to read its output. */
  read(): void {
    this.stdout.read(this.child.stdout);
  }

  /** Stops reading its output until `resume`. */
  pause(): void {
    this.child.stdout.pause();
  }

  resume(): void {
    this.child.stdout.resume();
  }

  /** Resolves when its output holds this. */
  async output(pattern: RegExp): Promise<RegExpExecArray> {
    return this.until(this.stdout, pattern);
  }

  /** Resolves when its log holds this. */
  async log(pattern: RegExp): Promise<RegExpExecArray> {
    return this.until(this.stderr, pattern);
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Ends it with Ctrl-C. */
  async interrupt(): Promise<Ended> {
    this.signal('SIGINT');
    return this.ended;
  }

  private async until(where: Collected, pattern: RegExp): Promise<RegExpExecArray> {
    const match = await where.until(pattern);
    if (match !== undefined) return match;
    const { exitCode, stderr } = await this.ended;
    throw new Error(`qf has ended with code ${exitCode ?? 'none'} and without ${String(pattern)}:\n${stderr}`);
  }
}

/** What a log says, without what differs from run to run: ports, and seconds. */
export function saysIn(log: string): string[] {
  return linesIn(log).map((line) =>
    String(line['msg'])
      .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')
      .replaceAll(/\d+\.\d s\b/g, 'N s'),
  );
}

/** The lines of NDJSON, such as a log. */
export function linesIn(log: string): Record<string, unknown>[] {
  return log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The records of a file of rejects. */
export function rejectsIn(path: string): RejectRecord[] {
  return linesIn(readFileSync(path, 'utf8')) as unknown as RejectRecord[];
}

export interface Summary extends Record<string, unknown> {
  readonly feed: Record<string, unknown> & { readonly frames: Record<string, number | boolean> };
}

/** The only summary of a log of `ingest ws`, of which everything is accounted for. */
export function accountIn(log: string): Summary {
  const summaries = summariesIn(log);
  expect(summaries, log).toHaveLength(1);
  const [summary] = summaries as Summary[];
  if (summary === undefined) throw new Error('no summary');
  const { feed } = summary;
  const count = (name: string): number => Number(summary[name]);
  expect(summary['adds_up']).toBe(true);
  expect(count('in')).toBe(
    count('used') + count('late') + count('duplicate') + count('rejected') + count('ignored') + Number(feed['shed']),
  );
  const { in: frames, used, ignored, rejected, adds_up } = feed.frames;
  expect(adds_up).toBe(true);
  expect(frames).toBe(Number(used) + Number(ignored) + Number(rejected));
  expect(count('out')).toBe(count('used'));
  return summary;
}
