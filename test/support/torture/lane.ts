import { setTimeout } from 'node:timers/promises';
import { ROOT } from '../cli.js';
import { type Ended, RunningQf } from '../running.js';
import type { Fault } from './plan.js';

/** Longest wait for a process to come to its point; it is a limit, not a measure. */
const REACH_MS = 180_000;

const DONE = 0;
const UNAVAILABLE = 69;
const FENCED = 75;
const TERMINATED = 143;

/** How a stage is started. */
export interface StageProgram {
  readonly name: string;
  /** Called for each process. */
  readonly args: () => readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A process that meets another one of the same work ends with 75 for good. */
  readonly endsFenced?: boolean;
  /** A process has done all that it had to do, without being killed. */
  readonly onDone?: () => void;
}

/** Counts the processes that have been killed, and where. */
export class Kills {
  readonly places: string[] = [];
  private waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  add(place: string): void {
    this.places.push(place);
    for (const { count, resolve } of this.waiting) if (count <= this.places.length) resolve();
    this.waiting = this.waiting.filter(({ count }) => count > this.places.length);
  }

  /** Resolves when there have been so many, or `stop` is aborted. */
  async reached(count: number, stop: AbortSignal): Promise<void> {
    if (this.places.length >= count || stop.aborted) return;
    await new Promise<void>((resolve) => {
      this.waiting.push({ count, resolve });
      stop.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

/** A stage and what happens to it: its processes are killed and stopped, and others take their place. */
export class Lane {
  private readonly program: StageProgram;
  private readonly kills: Kills;
  private readonly stop: AbortSignal;

  /** `stop` ends the lane: no process is started any more. */
  constructor(program: StageProgram, kills: Kills, stop: AbortSignal) {
    this.program = program;
    this.kills = kills;
    this.stop = stop;
  }

  async suffer(faults: readonly Fault[]): Promise<void> {
    for (const fault of faults) await this.sufferOne(fault);
  }

  /** Runs without faults, again and again, until it is stopped. */
  async carryOn(): Promise<void> {
    while (!this.stop.aborted) {
      this.judge(await this.start('').ended, [TERMINATED, null]);
    }
  }

  private async sufferOne(fault: Fault): Promise<void> {
    switch (fault.kind) {
      case 'point':
        return this.killAt(`${fault.point}:${fault.count}`);
      case 'kill':
        return this.killAfter(fault.after_ms);
      case 'freeze':
        return this.freezeAt(`${fault.point}:${fault.count}`);
      case 'storm':
        await Promise.all(fault.lives.map((life) => this.live(life)));
    }
  }

  /** Processes follow each other until one has come to the point. */
  private async killAt(point: string): Promise<void> {
    for (;;) {
      const qf = this.start(`SIGKILL@${point}`);
      const ended = await this.endOf(qf, point);
      if (!this.isKilled(ended)) continue;
      this.kills.add(`${this.program.name} ${point}`);
      return;
    }
  }

  private async killAfter(after_ms: number): Promise<void> {
    const qf = this.start('');
    await Promise.race([qf.ended, setTimeout(after_ms)]);
    qf.signal('SIGKILL');
    if (this.isKilled(await qf.ended)) this.kills.add(`${this.program.name} after ${after_ms} ms`);
    else await this.killAfter(after_ms);
  }

  /**
   * Stops an owner in the middle of its work until another one has committed what comes behind it. Then it goes on: it has to find out
   * that it owns nothing any more, and commits something once it has taken a partition over like any other process.
   */
  private async freezeAt(point: string): Promise<void> {
    const commit = point.includes('sink') ? 'after-sink-commit' : 'after-commit';
    const isFrozen = Symbol('frozen');
    for (;;) {
      const qf = this.start(`SIGSTOP@${point},SIGKILL@${commit}:1`);
      const frozen = qf.log(/fault SIGSTOP/).then(
        () => isFrozen,
        () => undefined,
      );
      const ending = this.endOf(qf, `${point} and ${commit} behind it`);
      ending.catch(() => undefined);
      if ((await Promise.race([frozen, ending])) !== isFrozen) {
        this.judge(await ending, []);
        continue;
      }
      await this.killAt(`${commit}:1`);
      qf.signal('SIGCONT');
      // One that could not ask whether there is another is killed where it commits again.
      const ended = await ending;
      if (ended.exitCode === null) this.kills.add(`${this.program.name} ${point}, stopped`);
      else this.judge(ended, this.program.endsFenced === true ? [FENCED] : []);
      return;
    }
  }

  private async live({ start_ms, length_ms, signal }: { start_ms: number; length_ms: number; signal: NodeJS.Signals }) {
    await setTimeout(start_ms);
    const qf = this.start('');
    await Promise.race([qf.ended, setTimeout(length_ms)]);
    qf.signal(signal);
    const ended = await qf.ended;
    if (signal === 'SIGKILL' && this.isKilled(ended)) this.kills.add(`${this.program.name} in a storm`);
    else this.judge(ended, [TERMINATED, null]);
  }

  private start(fault: string): RunningQf {
    this.stop.throwIfAborted();
    const { args, env } = this.program;
    const qf = new RunningQf(args(), {
      env: { ...env, NODE_OPTIONS: `--import=${ROOT}test/torture/faults.mjs`, QF_FAULT: fault },
    });
    const onStop = (): void => qf.signal(fault === '' ? 'SIGTERM' : 'SIGKILL');
    this.stop.addEventListener('abort', onStop);
    void qf.ended.then(() => this.stop.removeEventListener('abort', onStop));
    return qf;
  }

  /** Fails where a process neither ends nor comes to its point. */
  private async endOf(qf: RunningQf, point: string): Promise<Ended> {
    const limit = new AbortController();
    const late = setTimeout(REACH_MS, undefined, { signal: limit.signal }).then(
      () => true,
      () => false,
    );
    if ((await Promise.race([qf.ended, late])) === true) qf.signal('SIGABRT');
    limit.abort();
    const ended = await qf.ended;
    if (await late) throw new Error(`${this.program.name} never came to ${point}:\n${ended.stderr}`);
    return ended;
  }

  private isKilled(ended: Ended): boolean {
    if (ended.exitCode === null) return true;
    this.judge(ended, []);
    return false;
  }

  /** Away services end a stage that starts, and whoever looks after it starts it again; nothing else may end it. */
  private judge({ exitCode, stderr }: Ended, allowed: readonly (number | null)[]): void {
    const { name, onDone } = this.program;
    if (exitCode === DONE && onDone !== undefined) onDone();
    else if (exitCode !== UNAVAILABLE && !allowed.includes(exitCode))
      throw new Error(`${name} has ended with ${exitCode ?? 'a signal'}:\n${stderr}`);
  }
}
