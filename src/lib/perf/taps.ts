import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { arrivalsAt } from './arrivals.js';
import type { Arrival } from './latency.js';
import { tapOf } from './place.js';
import type { Flow } from './sides.js';

interface Tap {
  readonly flow: Flow;
  /** What has come. */
  readonly path: string;
  readonly fifo: string;
  readonly reader: ChildProcessByStdio<null, Readable, null>;
  readonly arrivals: Promise<Arrival[]>;
}

/** Copies of what goes from one part of a pipe to the next, by named pipes, with the times at which it comes. */
export class Taps {
  /** The variables that a command finds. */
  readonly env: Readonly<Record<string, string>>;
  private readonly taps: readonly Tap[];

  private constructor(env: Readonly<Record<string, string>>, taps: readonly Tap[]) {
    this.env = env;
    this.taps = taps;
  }

  /** `watched`: those that are read, into files that begin as `output` does; the others go nowhere. */
  static async open(flows: readonly Flow[], watched: ReadonlySet<Flow>, output: string): Promise<Taps> {
    const taps: Tap[] = [];
    for (const flow of flows.filter((one) => watched.has(one))) {
      const path = `${output}.${flow}`;
      const fifo = `${path}.tap`;
      await execa('mkfifo', [fifo]);
      const reader = spawn('cat', [fifo], { stdio: ['ignore', 'pipe', 'ignore'] });
      await once(reader, 'spawn');
      taps.push({ flow, path, fifo, reader, arrivals: arrivalsAt(reader.stdout, path) });
    }
    const places = new Map(taps.map(({ flow, fifo }) => [flow, fifo]));
    return new Taps(Object.fromEntries(flows.map((flow) => [tapOf(flow), places.get(flow) ?? '/dev/null'])), taps);
  }

  /** What has come, once the command has ended. */
  async end(): Promise<{ readonly flow: Flow; readonly path: string; readonly arrivals: readonly Arrival[] }[]> {
    // A reader waits for a writer, which a command that failed early never was.
    for (const { fifo } of this.taps) closeSync(openSync(fifo, constants.O_RDWR));
    return Promise.all(this.taps.map(async ({ flow, path, arrivals }) => ({ flow, path, arrivals: await arrivals })));
  }

  /** Leaves nothing behind but the files. */
  close(): void {
    for (const { reader, fifo } of this.taps) {
      reader.kill('SIGKILL');
      rmSync(fifo, { force: true });
    }
  }
}
