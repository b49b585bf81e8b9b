import { createReadStream } from 'node:fs';

const LF = 0x0a;
const MS_PER_S = 1000;

/** Ticks are due in steps of this length. */
const STEP_MS = 5;

/** After how much a second of bars1s is final: the grace that commands are run with. */
const GRACE_MS = 2000;

/**
 * Lengths of the bars of which the next one says that all bars of a time have come: in a pipe any coarser bar does; on Kafka every partition of
 * each timeframe has to be behind that time, those of 15 minutes the last ones.
 */
const DECIDING_S = { pipe: [180, 300], kafka: [900] } as const;
type Transport = keyof typeof DECIDING_S;

/** What comes of ticks: a bar of a second, a coarser one, or what was decided on coarser ones; `end_s`: of the bars. */
export interface Result {
  readonly end_s: number;
  readonly kind: 'second' | 'coarser' | 'decision';
}

/** Whole lines, and when they are due after the first one, ms. */
export interface Batch {
  readonly due_ms: number;
  readonly lines: Buffer;
}

/**
 * When the ticks of a market are sent: each at its event time, in steps, from the first one on. It also tells when a bar can be known:
 * once the tick is due that moves the watermark to its end.
 */
export class Schedule {
  private readonly path: string;
  private readonly speed: number;
  private readonly transport: Transport;
  /** Of the first tick, ms since the epoch; NaN before it was read. */
  private first_ms = NaN;
  private newest_ms = -Infinity;
  /** Ends of seconds, s since the epoch, and when the tick is due that makes them final. */
  private readonly closings = new Map<number, number>();
  /** Starts of the seconds that have ticks. */
  private readonly seconds = new Set<number>();
  private lastSecond = -Infinity;
  /** The last end of a second that is final. */
  private final_s: number | undefined;

  /** `path`: ticks in the order of their times, a line each; `speed`: by how much event time goes faster than the clock. */
  constructor(path: string, speed = 1, transport: Transport = 'pipe') {
    this.path = path;
    this.speed = speed;
    this.transport = transport;
  }

  /** All ticks, in batches. */
  async *batches(): AsyncGenerator<Batch> {
    let rest: Buffer = Buffer.alloc(0);
    let due_ms = 0;
    for await (const chunk of createReadStream(this.path) as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let from = 0;
      let at = 0;
      for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, at)) {
        const next_ms = this.take(bytes.toString('latin1', at, end));
        if (next_ms > due_ms) {
          if (at > from) yield { due_ms, lines: bytes.subarray(from, at) };
          [from, due_ms] = [at, next_ms];
        }
        at = end + 1;
      }
      if (at > from) yield { due_ms, lines: bytes.subarray(from, at) };
      rest = bytes.subarray(at);
    }
  }

  /** When a result can be known, ms after the first tick is due; undefined where only the end of the input shows it. */
  closing_ms({ end_s, kind }: Result): number | undefined {
    if (kind === 'second') return this.closings.get(end_s);
    // A coarser bar is known with the first second behind it that has ticks, and a decision with the next one of the bars that decide.
    const deciding_s = DECIDING_S[this.transport];
    let next_s = kind === 'coarser' ? end_s : Math.min(...deciding_s.map((tf_s) => (Math.floor(end_s / tf_s) + 1) * tf_s));
    while (next_s < this.lastSecond && !this.seconds.has(next_s)) next_s++;
    return this.closings.get(next_s + 1);
  }

  /** Takes a tick; gives when it is due. */
  private take(line: string): number {
    const ns = /"event_ts":(\d+)/.exec(line)?.[1] ?? '0';
    const event_ms = Number(ns.slice(0, -6)) + Number(ns.slice(-6)) / 1e6;
    if (Number.isNaN(this.first_ms)) this.first_ms = event_ms;
    this.newest_ms = Math.max(this.newest_ms, event_ms);
    const due_ms = Math.floor((this.newest_ms - this.first_ms) / this.speed / STEP_MS) * STEP_MS;
    const second = Math.floor(event_ms / MS_PER_S);
    this.seconds.add(second);
    this.lastSecond = Math.max(this.lastSecond, second);
    const final_s = Math.floor((this.newest_ms - GRACE_MS) / MS_PER_S);
    this.final_s ??= second;
    while (this.final_s < final_s) this.closings.set(++this.final_s, due_ms);
    return due_ms;
  }
}
