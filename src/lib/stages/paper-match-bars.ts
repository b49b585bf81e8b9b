import type { Bar, Outcome } from '../core/model/model.js';
import { decidedAt, isOfPair, type Order } from '../core/model/paper.js';
import { timeframeName } from '../core/model/time.js';
import { BarMatcher, type BarMatchSettings } from '../core/paper/match-bars.js';
import type { CostsConfig } from '../core/model/configs.js';
import { BarDecoder } from '../engines/reference/bar-codec.js';
import { type LineReader, LineSplitter } from '../engines/reference/lines.js';
import { type Control, OrderDecoder } from '../engines/reference/order-codec.js';
import { refusalText } from '../engines/reference/reject.js';
import { RecordProcessor, type RecordStep } from '../engines/reference/record-processor.js';
import { QfError } from '../runtime/errors.js';
import { merge } from '../runtime/merge.js';
import type { GaugeValues } from '../runtime/metrics.js';
import type { Produced, Processor } from '../runtime/processor.js';
import type { SourceStage, StageContext } from '../runtime/stage.js';
import type { Source } from '../runtime/transport.js';
import { FillOut } from './fill-out.js';

const NS_PER_S = 1e9;

/** Orders and bars that are handed on together. */
const BATCH_ITEMS = 1024;

interface Settings {
  readonly config: CostsConfig;
  readonly participation: number;
  /** ns. */
  readonly ttl: number;
}

/** A line of the orders, whatever is in it, or a bar; at the time by which they are merged, s. */
type Item =
  | { readonly at_s: number; readonly line: Buffer; readonly size: number; readonly number: number }
  | { readonly at_s: number; readonly bar: Bar };

/** `paper match --fill next-bar`: orders from `input`, merged with the bars of a file. */
export function matchOnBars(
  { config, participation, ttl }: Settings,
  path: string,
  context: StageContext,
  input: Source<Buffer>,
): SourceStage<unknown> {
  const settings = { costs: config, participation, ttl_s: ttl / NS_PER_S };
  const source: Source<readonly Item[]> = {
    batches: (stop) =>
      merge<Item>(
        [ordersIn(input.batches(stop), stop), barsIn(path, context.files.open(path, stop), stop)],
        (a, b) => a.at_s - b.at_s,
        BATCH_ITEMS,
      ),
  };
  return { source, processor: new BarMatchProcessor(settings, context.isStrict) };
}

/** Makes items of the lines of orders; a line that is none stands where the order before it stands. */
class OrderLines implements LineReader {
  private readonly decoder = new OrderDecoder();
  private items: Item[] = [];
  private at_s = -Infinity;

  line(bytes: Buffer, start: number, end: number, number: number): void {
    const record = this.decoder.decode(bytes, start, end) === undefined ? this.decoder.record : undefined;
    if (record !== undefined && !('control' in record) && isOfPair(record)) this.at_s = decidedAt(record);
    this.items.push({ at_s: this.at_s, line: Buffer.from(bytes.subarray(start, end)), size: end - start, number });
  }

  tooLong(head: Buffer, size: number, number: number): void {
    this.items.push({ at_s: this.at_s, line: Buffer.from(head), size, number });
  }

  take(): readonly Item[] {
    const { items } = this;
    this.items = [];
    return items;
  }
}

async function* ordersIn(chunks: AsyncIterable<Buffer>, stop: AbortSignal): AsyncGenerator<readonly Item[]> {
  const lines = new OrderLines();
  const splitter = new LineSplitter(lines);
  for await (const chunk of chunks) {
    splitter.push(chunk);
    yield lines.take();
  }
  if (!stop.aborted) splitter.end();
  yield lines.take();
}

/** Whole lines of orders, and bars, in the order in which they are matched. */
export function itemsOf(orders: Buffer, bars: readonly Bar[]): readonly Item[] {
  const lines = new OrderLines();
  new LineSplitter(lines).push(orders);
  // The order of equals stays: orders before bars.
  return [...lines.take(), ...bars.map((bar) => ({ at_s: bar.ts, bar }))].sort((a, b) => a.at_s - b.at_s);
}

/** Throws `bad_data` at the first line that is no bar, or of another timeframe. */
async function* barsIn(path: string, chunks: AsyncIterable<Buffer>, stop: AbortSignal): AsyncGenerator<readonly Item[]> {
  const decoder = new BarDecoder();
  let items: Item[] = [];
  let tf_s: number | undefined;
  const wrong = (number: number, what: string): QfError => new QfError('bad_data', `${path}: line ${number}: ${what}`);
  const reader: LineReader = {
    line(bytes, start, end, number) {
      const refusal = decoder.decode(bytes, start, end);
      if (refusal !== undefined) throw wrong(number, `no bar: ${refusalText(refusal)}`);
      const { record: bar } = decoder;
      if ('mark_s' in bar) return;
      tf_s ??= bar.tf_s;
      if (bar.tf_s !== tf_s)
        throw wrong(
          number,
          `a bar of ${timeframeName(bar.tf_s)} behind bars of ${timeframeName(tf_s)}: give bars of one timeframe`,
        );
      items.push({ at_s: bar.ts, bar });
    },
    tooLong(_head, _size, number) {
      throw wrong(number, 'no bar: line_too_long');
    },
  };
  const splitter = new LineSplitter(reader);
  for await (const chunk of chunks) {
    splitter.push(chunk);
    yield items;
    items = [];
  }
  if (!stop.aborted) splitter.end();
  yield items;
}

class BarMatchStep implements RecordStep<Order | Control> {
  readonly matcher: BarMatcher;
  private readonly out: FillOut;

  constructor(settings: BarMatchSettings, out: FillOut) {
    this.out = out;
    this.matcher = new BarMatcher(settings, out);
  }

  take(record: Order | Control): Outcome | 'held' {
    if ('control' in record) return 'ignored';
    this.matcher.take(record);
    return 'held';
  }

  end(): void {
    this.matcher.end();
  }

  gauges(): GaugeValues {
    return this.out.gauges();
  }
}

/** Takes lines of orders and bars, in the order in which they were merged. */
export class BarMatchProcessor implements Processor<readonly Item[]> {
  private readonly orders: RecordProcessor<Order | Control>;
  private step: BarMatchStep | undefined;

  constructor(settings: BarMatchSettings, isStrict: boolean) {
    this.orders = new RecordProcessor({
      stage: 'paper-match',
      decoder: new OrderDecoder(),
      step: (out) => (this.step = new BarMatchStep(settings, new FillOut(out))),
      streams: [],
      isStrict,
      onCapacity: 'too many orders wait: use a shorter --ttl',
    });
  }

  get counts(): RecordProcessor<Order | Control>['counts'] {
    return this.orders.counts;
  }

  gauges(): GaugeValues {
    return this.orders.gauges();
  }

  push(items: readonly Item[]): void {
    for (const item of items) {
      if ('bar' in item) this.step?.matcher.bar(item.bar);
      else if (item.size > item.line.length) this.orders.tooLong(item.line, item.size, item.number);
      else this.orders.line(item.line, 0, item.size, item.number);
    }
  }

  end(): void {
    this.orders.end();
  }

  take(): Produced {
    return this.orders.take();
  }
}
