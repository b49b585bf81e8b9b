import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { endGroup, endWith } from './process-group.js';

/** Output that is listened to; a case has much less. */
export const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

/** What is told of what a command says. */
const COMPLAINT_CHARACTERS = 200;

const LF = 0x0a;

/** A shell command, and what it is given to read. */
export interface Speech {
  readonly command: string;
  readonly input: Buffer;
  /** The input stays open until so many lines have come back. */
  readonly earlyLines: number;
  readonly limit_ms: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Heard {
  /** `silent`: too few lines came before the input ended; `flood`: it wrote more than anybody would read. */
  readonly ending: 'ended' | 'timeout' | 'silent' | 'flood';
  /** Undefined where a signal ended it. */
  readonly exitCode: number | undefined;
  readonly output: Buffer;
  /** The last line on standard error. */
  readonly complaint: string;
}

/** Runs a command in a process group of its own, which is ended with `stop`. Throws what that was aborted with. */
export async function hear({ command, input, earlyLines, limit_ms, env }: Speech, stop: AbortSignal): Promise<Heard> {
  stop.throwIfAborted();
  const child = spawn('bash', ['-o', 'pipefail', '-c', command], { env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  const listener = new Listener(child, earlyLines);
  const release = endWith(stop, child.pid);
  const limit = setTimeout(() => {
    listener.giveUp(listener.hasEnough ? 'timeout' : 'silent');
  }, limit_ms);
  // A command may end without reading all of it.
  child.stdin.on('error', () => undefined);
  child.stdin.write(input);
  listener.onEnough = () => child.stdin.end();
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    stop.throwIfAborted();
    return {
      ending: listener.ending,
      exitCode: code ?? undefined,
      output: Buffer.concat(listener.parts),
      complaint: listener.complaint,
    };
  } finally {
    clearTimeout(limit);
    release();
  }
}

/** What a command says, and when that is enough. */
class Listener {
  readonly parts: Buffer[] = [];
  complaint = '';
  ending: Heard['ending'] = 'ended';
  private readonly child: ChildProcess;
  private readonly wanted: number;
  private lines = 0;
  private size = 0;
  private enough: (() => void) | undefined;

  constructor(child: ChildProcess, wanted: number) {
    this.child = child;
    this.wanted = wanted;
    child.stdout?.on('data', (part: Buffer) => {
      this.take(part);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      const said = `${this.complaint}${text}`.trimEnd().split('\n').at(-1) ?? '';
      this.complaint = said.slice(-COMPLAINT_CHARACTERS);
    });
  }

  get hasEnough(): boolean {
    return this.lines >= this.wanted;
  }

  /** Called once as many lines have come as are wanted. */
  set onEnough(enough: () => void) {
    if (this.hasEnough) enough();
    else this.enough = enough;
  }

  giveUp(ending: Heard['ending']): void {
    this.ending = ending;
    endGroup(this.child.pid);
  }

  private take(part: Buffer): void {
    this.size += part.length;
    if (this.size > MAX_OUTPUT_BYTES) {
      this.giveUp('flood');
      return;
    }
    this.parts.push(part);
    for (const byte of part) if (byte === LF) this.lines++;
    if (!this.hasEnough) return;
    this.enough?.();
    this.enough = undefined;
  }
}
