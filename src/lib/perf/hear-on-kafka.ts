import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../runtime/errors.js';
import { CommittedLines } from './committed-lines.js';
import { FailedRun } from './failed-run.js';
import { type Heard, MAX_OUTPUT_BYTES, type Speech } from './hear.js';
import { LiveRun } from './live-run.js';
import { measure, type Run } from './measure.js';
import type { RunTopics } from './run-topics.js';

const LF = 0x0a;

const LOOK_MS = 50;

/** How long bars may take to be seen of a command that has ended by itself. */
const SETTLE_MS = 2000;

/** What a command is given to read on Kafka. */
export interface SpeechOnKafka extends Speech {
  /** Lines behind which it is killed and started again. */
  readonly kills: readonly number[];
  /** What it writes, behind its prefix. */
  readonly outputs: readonly string[];
}

/**
 * Runs a command on topics of its own. Where lines must come early, or it shall be killed, it is started without an end of its input,
 * killed once there are more results, and started again; the last time it reads to the end. Throws what `stop` was aborted with.
 */
export async function hearOnKafka(topics: RunTopics, speech: SpeechOnKafka, stop: AbortSignal): Promise<Heard> {
  const group = `contract-${randomBytes(4).toString('hex')}`;
  const folder = await mkdtemp(join(tmpdir(), 'qf-kit-'));
  try {
    return await new Hearing(topics, speech, group, folder, stop).hear();
  } finally {
    await topics.remove(`${group}.`, group);
    await rm(folder, { recursive: true });
  }
}

class Hearing {
  private readonly topics: RunTopics;
  private readonly speech: SpeechOnKafka;
  private readonly group: string;
  private readonly input: string;
  private readonly outputs: readonly string[];
  private readonly run: Run;
  private readonly stop: AbortSignal;

  constructor(topics: RunTopics, speech: SpeechOnKafka, group: string, folder: string, stop: AbortSignal) {
    const { command, env, outputs } = speech;
    this.topics = topics;
    this.speech = speech;
    this.group = `${group}_`;
    this.input = `${group}.in`;
    this.outputs = outputs.map((name) => `${group}.${name}`);
    const files = { input: '/dev/null', output: join(folder, 'out'), log: join(folder, 'log') };
    this.run = { command, ...files, env: { ...env, ...this.surroundings(false) } };
    this.stop = stop;
  }

  async hear(): Promise<Heard> {
    await this.topics.create([this.input, ...this.outputs]);
    try {
      const fed = await this.feed();
      if (fed !== 'fed') return heard(fed);
      const limit = AbortSignal.timeout(this.speech.limit_ms);
      try {
        await measure(this.run, AbortSignal.any([this.stop, limit]));
      } catch (error) {
        if (this.stop.aborted || !limit.aborted) throw error;
        return heard('timeout');
      }
    } catch (error) {
      if (!(error instanceof FailedRun)) throw error;
      return heard('ended', { exitCode: 1, complaint: messageOf(error) });
    }
    await this.topics.dump(this.outputs, this.run.output);
    if (this.isFlood()) return heard('flood');
    return heard('ended', { exitCode: 0, output: barsIn(this.run.output) });
  }

  /** Writes the input, with a command that is killed behind each part but the last one; or says how that has failed. */
  private async feed(): Promise<'fed' | 'silent' | 'flood'> {
    const { input, earlyLines, kills } = this.speech;
    const lines = linesOf(input);
    let from = 0;
    let wanted = Math.max(1, earlyLines);
    for (const to of earlyLines > 0 ? [lines.length] : kills) {
      await this.write(lines.slice(from, to));
      const bars = await this.until(wanted);
      if (bars === undefined) return this.isFlood() ? 'flood' : 'silent';
      [from, wanted] = [to, bars + 1];
    }
    await this.write(lines.slice(from));
    return 'fed';
  }

  /** Whether more has come than anybody would read. */
  private isFlood(): boolean {
    return statSync(this.run.output).size > MAX_OUTPUT_BYTES;
  }

  private async write(lines: readonly Buffer[]): Promise<void> {
    if (lines.length > 0) await this.topics.write(this.input, lines);
  }

  /** Starts the command, and kills it once it has committed at least so many bars: how many they are; undefined where they do not come. */
  private async until(wanted: number): Promise<number | undefined> {
    const [output = ''] = this.outputs;
    let end_ms = performance.now() + this.speech.limit_ms;
    const live = new LiveRun({ ...this.run, env: { ...this.run.env, ...this.surroundings(true) } }, this.stop);
    live.child.stdin.end();
    live.child.stdout.resume();
    const committed = await CommittedLines.open(this.topics.cluster, [output], this.run.output);
    try {
      for (;;) {
        committed.check();
        this.stop.throwIfAborted();
        if (this.isFlood()) return undefined;
        const bars = linesOf(barsIn(this.run.output)).length;
        if (bars >= wanted) return bars;
        if (performance.now() > end_ms) return undefined;
        if (live.hasEnded && live.child.exitCode !== 0) await live.end([0]);
        if (live.hasEnded) end_ms = Math.min(end_ms, performance.now() + SETTLE_MS);
        await sleep(LOOK_MS);
      }
    } finally {
      live.close();
      await live.child;
      await committed.close();
    }
  }

  private surroundings(isEndless: boolean): Record<string, string> {
    return this.topics.surroundings(this.input, this.input.slice(0, -'in'.length), this.group, isEndless);
  }
}

function heard(ending: Heard['ending'], said: Partial<Heard> = {}): Heard {
  return { ending, exitCode: undefined, output: Buffer.alloc(0), complaint: '', ...said };
}

function linesOf(text: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < text.length;) {
    const end = text.indexOf(LF, from);
    const to = end === -1 ? text.length : end;
    lines.push(text.subarray(from, to));
    from = to + 1;
  }
  return lines;
}

/** The lines of a file but for marks, which are for stages behind it. */
function barsIn(path: string): Buffer {
  const lines = linesOf(readFileSync(path)).filter((line) => !line.toString('latin1', 0, 20).startsWith('{"mark"'));
  return Buffer.from(lines.map((line) => `${line.toString('latin1')}\n`).join(''), 'latin1');
}
