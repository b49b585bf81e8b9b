import type { Bar, Outcome } from '../core/model/model.js';
import { timeframeName } from '../core/model/time.js';
import { BarDecoder } from '../engines/reference/bar-codec.js';
import { LineProcessor } from '../engines/reference/line-processor.js';
import { Counts } from '../runtime/counts.js';
import { QfError } from '../runtime/errors.js';
import { OrderedJoin } from '../runtime/ordered-join.js';
import type { Output, Produced } from '../runtime/processor.js';
import type { RecordTime, StageContext } from '../runtime/stage.js';
import { agg } from './agg.js';
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

/** Bars of one timeframe to fills. */
export class BarsRun extends LineProcessor {
  private readonly context: StageContext;
  private readonly show: RunOptions['show'];
  private readonly timeframes: readonly number[];
  private readonly decoder = new BarDecoder();
  private readonly join = new OrderedJoin<Buffer>(2);
  private readonly trade: Chain;
  private readonly matcher: BarMatchProcessor | undefined;
  /** Timeframe of the bars that are read: that of the first one. */
  private from_s: number | undefined;
  /** The furthest mark before that. */
  private early: { readonly line: Buffer; readonly mark_s: number } | undefined;
  private coarser: Chain | undefined;
  /** Lines for the coarser timeframes. */
  private lines: Buffer[] = [];
  /** Bars that orders may still be filled on, oldest first. */
  private untouched: Bar[] = [];
  private shown: Output[] = [];
  private arrival_ms = 0;

  constructor({ pairs, risk, costs, fill, participation, ttl, show }: RunOptions, context: StageContext) {
    super('run-paper', context.isStrict);
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

  override push(chunk: Buffer, arrival_ms: number): void {
    this.arrival_ms = arrival_ms;
    super.push(chunk, arrival_ms);
    this.flush();
  }

  override end(): void {
    super.end();
    if (this.from_s === undefined && this.early !== undefined) this.counts.add('ignored');
    this.flush();
    for (const { bytes } of this.coarser?.end(this.arrival_ms) ?? []) this.putCoarser(bytes);
    this.join.end(READ);
    this.join.end(COARSER);
    this.tradeReleased();
    for (const { bytes } of this.trade.end(this.arrival_ms)) this.match(bytes, Infinity);
    this.matcher?.end();
    this.match(Buffer.alloc(0), Infinity);
  }

  override take(): Produced {
    const output = joined(this.shown);
    this.shown = [];
    const refused = [super.take().rejects, this.coarser?.takeRejects(), this.trade.takeRejects()];
    return { output, rejects: joined(refused.filter((rejects) => rejects !== undefined)) };
  }

  /** What was refused here, and what became of all else in the stage that reads it. */
  allCounts(): Counts {
    const [reading] = (this.coarser ?? this.trade).links;
    const counts = new Counts();
    counts.addAll(this.counts);
    if (reading !== undefined) counts.addAll(reading.processor.counts);
    return counts;
  }

  protected judge(bytes: Buffer, start: number, end: number): Outcome | 'held' {
    const refusal = this.decoder.decode(bytes, start, end);
    if (refusal !== undefined) return refusal;
    const { record } = this.decoder;
    const line = Buffer.from(`${bytes.toString('latin1', start, end)}\n`, 'latin1');
    if ('mark_s' in record) {
      if (this.from_s === undefined) return this.keepEarly(line, record.mark_s);
      this.keepMark(line, record.mark_s);
      return 'held';
    }
    if (this.from_s === undefined) this.begin(record.tf_s);
    const isOurs = record.tf_s === this.from_s;
    if (isOurs && this.matcher !== undefined) this.untouched.push(record);
    this.keep(line, { at_s: record.ts + record.tf_s, isMark: false }, isOurs && this.timeframes.includes(record.tf_s));
    return 'held';
  }

  /** Who reads a mark before all bars is not known yet: the furthest one is kept for him. */
  private keepEarly(line: Buffer, mark_s: number): Outcome | 'held' {
    const isFirst = this.early === undefined;
    if (this.early === undefined || mark_s > this.early.mark_s) this.early = { line, mark_s };
    return isFirst ? 'held' : 'ignored';
  }

  private keepMark(line: Buffer, mark_s: number): void {
    this.keep(line, { at_s: mark_s, isMark: true }, this.timeframes.includes(this.from_s ?? NaN));
  }

  /** `isTraded`: whether it is for the pairs as it is, where there are coarser timeframes too. */
  private keep(line: Buffer, time: RecordTime, isTraded: boolean): void {
    if (this.coarser !== undefined) this.lines.push(line);
    if (this.coarser === undefined || isTraded) this.join.put(READ, line, time);
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
      const processor = agg.create({ tf: coarser, 'from-tf': undefined, engine: 'reference' }, this.context);
      this.coarser = new Chain([{ name: 'agg', processor }], () => undefined);
    } else this.join.end(COARSER);
    if (this.early !== undefined) this.keepMark(this.early.line, this.early.mark_s);
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
