import type { Bar } from '../core/model/model.js';
import { timeframeName } from '../core/model/time.js';
import { BarDecoder } from '../engines/reference/bar-codec.js';
import { kindOf } from '../engines/reference/kind.js';
import { type LineReader, LineSplitter, MAX_LINE_BYTES } from '../engines/reference/lines.js';
import { Counts } from '../runtime/counts.js';
import { QfError } from '../runtime/errors.js';
import { OrderedJoin } from '../runtime/ordered-join.js';
import type { Output, Processor, Produced } from '../runtime/processor.js';
import type { RecordTime, StageContext } from '../runtime/stage.js';
import { agg } from './agg.js';
import { bars1s } from './bars1s.js';
import { pairsExec } from './pairs-exec.js';
import { pairsWatch } from './pairs-watch.js';
import { paperMatch } from './paper-match.js';
import { BarMatchProcessor, itemsOf } from './paper-match-bars.js';
import { riskGuard } from './risk-guard.js';
import { riskSize } from './risk-size.js';
import { Chain, joined, type Link } from './run-paper-chain.js';
import type { RunOptions } from './run-paper-options.js';

const NS_PER_S = 1e9;
const LF = 0x0a;

/** What each stage writes, as `--show` calls it. */
const SHOWN: Readonly<Record<string, RunOptions['show']>> = {
  'pairs watch': 'signals',
  'pairs exec': 'orders',
  'risk size': 'sized',
  'risk guard': 'allowed',
  'paper match': 'fills',
};

/** Bars as they are read, and as they are aggregated from these: the inputs of the pairs. */
const READ = 0;
const COARSER = 1;

/** Ticks or bars to fills, through the processors of the stages. */
export class PaperRun implements Processor<Buffer> {
  readonly counts = new Counts();
  private readonly given: RunOptions;
  private readonly context: StageContext;
  /** Until the first line has come, which says whether ticks or bars do. */
  private head: Buffer | undefined = Buffer.alloc(0);
  private ticks: Chain | undefined;
  private readonly bars: BarsRun;
  private rejects: Output[] = [];

  constructor(given: RunOptions, context: StageContext) {
    this.given = given;
    this.context = context;
    this.bars = new BarsRun(given, context);
  }

  push(chunk: Buffer, arrival_ms: number): void {
    if (this.head === undefined) {
      this.read(chunk, arrival_ms);
      return;
    }
    this.head = Buffer.concat([this.head, chunk]);
    if (this.head.includes(LF) || this.head.length > MAX_LINE_BYTES) this.begin(arrival_ms);
  }

  end(): void {
    if (this.head !== undefined) this.begin(0);
    for (const { bytes } of this.ticks?.end(0) ?? []) this.bars.push(bytes, 0);
    this.bars.end();
  }

  take(): Produced {
    const { output, rejects, counts } = this.bars.take();
    const all = joined([...this.rejects, ...(this.ticks === undefined ? [] : [this.ticks.takeRejects()]), rejects]);
    this.rejects = [];
    const read = this.ticks?.links[0]?.processor.counts ?? counts;
    this.counts.restore({ ...(read.saved() as object), out: this.counts.out + output.records });
    return { output, rejects: all };
  }

  private begin(arrival_ms: number): void {
    const head = this.head ?? Buffer.alloc(0);
    this.head = undefined;
    const lineEnd = head.indexOf(LF);
    if (kindOf(head, 0, lineEnd === -1 ? head.length : lineEnd) === 'tick') {
      const options = { grace: this.given.grace, 'max-future': 'off', live: false, 'idle-flush': undefined } as const;
      this.ticks = new Chain([{ name: 'bars1s', processor: bars1s.create(options, this.context) }], () => undefined);
    }
    this.read(head, arrival_ms);
  }

  private read(chunk: Buffer, arrival_ms: number): void {
    this.bars.push(this.ticks?.push(chunk, arrival_ms).bytes ?? chunk, arrival_ms);
  }
}

/** Bars of one timeframe to fills. */
class BarsRun implements LineReader {
  private readonly context: StageContext;
  private readonly show: RunOptions['show'];
  private readonly timeframes: readonly number[];
  private readonly splitter = new LineSplitter(this);
  private readonly decoder = new BarDecoder();
  private readonly join = new OrderedJoin<Buffer>(2);
  private readonly trade: Chain;
  private readonly matcher: BarMatchProcessor | undefined;
  /** Timeframe of the bars that are read: that of the first one. */
  private from_s: number | undefined;
  private coarser: Chain | undefined;
  /** Lines for the coarser timeframes. */
  private lines: Buffer[] = [];
  /** Bars that orders may still be filled on, oldest first. */
  private untouched: Bar[] = [];
  private shown: Output[] = [];
  private arrival_ms = 0;

  constructor({ pairs, risk, costs, fill, participation, ttl, show }: RunOptions, context: StageContext) {
    this.context = context;
    this.show = show;
    this.timeframes = [...new Set(pairs.map(({ tf_s }) => tf_s))].sort((a, b) => a - b);
    const links: Link[] = [
      { name: 'pairs watch', processor: pairsWatch.create({ config: pairs }, context) },
      { name: 'pairs exec', processor: pairsExec.create({ config: pairs, risk }, context) },
      { name: 'risk size', processor: riskSize.create({ config: risk }, context) },
      { name: 'risk guard', processor: riskGuard.create({ config: risk }, context) },
    ];
    if (fill === 'ref') {
      const options = { config: costs, fill, bars: undefined, participation, ttl };
      links.push({ name: 'paper match', processor: paperMatch.create(options, context) });
    } else this.matcher = new BarMatchProcessor({ costs, participation, ttl_s: ttl / NS_PER_S }, context.isStrict);
    this.trade = new Chain(links, (name, written) => this.see(name, written));
  }

  push(chunk: Buffer, arrival_ms: number): void {
    this.arrival_ms = arrival_ms;
    this.splitter.push(chunk);
    this.flush();
  }

  end(): void {
    this.splitter.end();
    this.flush();
    for (const { bytes } of this.coarser?.end(this.arrival_ms) ?? []) this.putCoarser(bytes);
    this.join.end(READ);
    this.join.end(COARSER);
    this.tradeReleased();
    for (const { bytes } of this.trade.end(this.arrival_ms)) this.match(bytes, Infinity);
    this.matcher?.end();
    this.match(Buffer.alloc(0), Infinity);
  }

  /** With the counts of the stage that reads. */
  take(): Produced & { readonly counts: Counts } {
    const output = joined(this.shown);
    this.shown = [];
    const chains = [...(this.coarser === undefined ? [] : [this.coarser]), this.trade];
    const [reading] = chains;
    const rejects = joined(chains.map((chain) => chain.takeRejects()));
    return { output, rejects, counts: reading?.links[0]?.processor.counts ?? new Counts() };
  }

  line(bytes: Buffer, start: number, end: number): void {
    const line = Buffer.from(`${bytes.toString('latin1', start, end)}\n`, 'latin1');
    const record = this.decoder.decode(bytes, start, end) === undefined ? this.decoder.record : undefined;
    if (record === undefined) this.keep(line, undefined, true);
    else if ('mark_s' in record) this.keep(line, { at_s: record.mark_s, isMark: true }, this.isTraded());
    else {
      if (this.from_s === undefined) this.begin(record.tf_s);
      const isOurs = record.tf_s === this.from_s;
      if (isOurs && this.matcher !== undefined) this.untouched.push(record);
      this.keep(line, { at_s: record.ts + record.tf_s, isMark: false }, isOurs && this.isTraded());
    }
  }

  /** Whoever reads it refuses it, and counts that. */
  tooLong(head: Buffer, size: number): void {
    this.keep(Buffer.concat([head, Buffer.alloc(size - head.length, ' '), Buffer.from('\n')]), undefined, true);
  }

  private isTraded(): boolean {
    return this.coarser === undefined || this.timeframes.includes(this.from_s ?? NaN);
  }

  /** `isRead`: whether the pairs read it too, where there are coarser timeframes. */
  private keep(line: Buffer, time: RecordTime | undefined, isRead: boolean): void {
    if (this.coarser !== undefined) this.lines.push(line);
    if (this.coarser === undefined || (isRead && time !== undefined)) this.join.put(READ, line, time);
  }

  private begin(tf_s: number): void {
    this.from_s = tf_s;
    const finer = this.timeframes.find((wanted) => wanted < tf_s);
    if (finer !== undefined) {
      const [wanted, read] = [timeframeName(finer), timeframeName(tf_s)];
      throw new QfError('usage', `there are pairs of ${wanted}, and bars of ${read}: give bars of ${wanted} or finer`);
    }
    const coarser = this.timeframes.filter((wanted) => wanted > tf_s);
    if (coarser.length > 0) {
      const processor = agg.create({ tf: coarser, 'from-tf': undefined }, this.context);
      this.coarser = new Chain([{ name: 'agg', processor }], () => undefined);
    } else this.join.end(COARSER);
    if (!this.timeframes.includes(tf_s)) this.join.end(READ);
  }

  private flush(): void {
    const lines = Buffer.concat(this.lines);
    this.lines = [];
    if (this.coarser !== undefined) this.putCoarser(this.coarser.push(lines, this.arrival_ms).bytes);
    this.tradeReleased();
  }

  private putCoarser(bytes: Buffer): void {
    for (let start = 0, end = 0; start < bytes.length; start = end + 1) {
      end = bytes.indexOf(LF, start);
      this.decoder.decode(bytes, start, end);
      const { record } = this.decoder;
      const time = 'mark_s' in record ? { at_s: record.mark_s, isMark: true } : { at_s: record.ts + record.tf_s, isMark: false };
      this.join.put(COARSER, bytes.subarray(start, end + 1), time);
    }
  }

  private tradeReleased(): void {
    const through_s = this.join.passed_s;
    const released = this.join.release().map(({ record }) => record);
    const outputs = [this.trade.push(Buffer.concat(released), this.arrival_ms)];
    // At the end everything has passed, and the stages are told so by their end.
    if (Number.isFinite(through_s)) outputs.push(this.trade.passThrough(through_s, this.arrival_ms));
    this.match(joined(outputs).bytes, through_s);
  }

  /** Orders that are allowed, and the bars up to where no other order can come before them. */
  private match(allowed: Buffer, through_s: number): void {
    if (this.matcher === undefined) return;
    const count = this.untouched.findIndex(({ ts }) => ts > through_s);
    const bars = this.untouched.splice(0, count === -1 ? this.untouched.length : count);
    this.matcher.push(itemsOf(allowed, bars));
    const { output, rejects } = this.matcher.take();
    this.trade.addRejects(rejects);
    if (output.records > 0) this.see('paper match', output);
  }

  private see(name: string, written: Output): void {
    if (SHOWN[name] === this.show) this.shown.push(written);
  }
}
