import type { Bar, Mark } from '../core/model/model.js';
import { timeframeName } from '../core/model/time.js';
import { compareKeys } from '../core/recon.js';
import { BarDecoder } from '../engines/reference/bar-codec.js';
import { QfError } from '../runtime/errors.js';
import { merge } from '../runtime/merge.js';
import type { InputRecord } from '../runtime/task-processor.js';
import { describeTopic } from '../transports/kafka/topics.js';
import type { Cluster } from '../transports/kafka/cluster.js';
import { PartitionReader } from '../transports/kafka/partition-reader.js';
import { isSelected, type Selection } from './selection.js';

/** Bars of one partition that may stand out of order: qf writes none so, and they are kept until their place comes. */
const MAX_STRAYS = 100_000;

const BATCH_BARS = 5000;

/** Takes a record that is no bar of its topic's timeframe: where it stands, and what is wrong with it. */
export type Refuse = (place: string, detail: string) => Promise<void>;

/** A topic of bars as it is at the start: what is written later is not read. */
export interface BarTopic {
  readonly name: string;
  /** undefined: there is no bar. */
  readonly tf_s: number | undefined;
  readonly partitions: readonly PartitionBars[];
}

/** What the partitions of a topic have in common. */
interface Reading {
  readonly cluster: Cluster;
  readonly topic: string;
  readonly selection: Selection;
  /** Timeframe of the first bar; the others must have it, too. */
  tf_s: number | undefined;
}

/** Reads a topic once, to find what is not in order, and what are no bars. */
export async function openBarTopic(cluster: Cluster, topic: string, selection: Selection, refuse: Refuse): Promise<BarTopic> {
  const { partitions: count } = await describeTopic(cluster, topic);
  const reading: Reading = { cluster, topic, selection, tf_s: undefined };
  const partitions: PartitionBars[] = [];
  for (let partition = 0; partition < count; partition++) partitions.push(await PartitionBars.scan(reading, partition, refuse));
  return { name: topic, tf_s: reading.tf_s, partitions };
}

/** The selected bars of all partitions, by time and symbol. */
export function barsOf({ partitions }: BarTopic): AsyncGenerator<readonly Bar[]> {
  return merge(
    partitions.map((partition) => partition.bars()),
    compareKeys,
    BATCH_BARS,
  );
}

/** The bars of a partition. qf writes them by time and symbol, but whoever compares must not rely on that. */
export class PartitionBars {
  private readonly reading: Reading;
  private readonly partition: number;
  /** Selected bars that do not stand behind all before them, by time and symbol. */
  private readonly strays: Bar[] = [];
  private start = 0n;
  private end = 0n;
  private closedThrough = -Infinity;

  private constructor(reading: Reading, partition: number) {
    this.reading = reading;
    this.partition = partition;
  }

  /** Throws `bad_data` where too many bars are out of order. */
  static async scan(reading: Reading, partition: number, refuse: Refuse): Promise<PartitionBars> {
    const bars = new PartitionBars(reading, partition);
    const reader = await PartitionReader.open(reading.cluster, reading.topic, partition, 'start');
    bars.start = reader.position;
    try {
      bars.end = await reader.log.committedEnd();
      for await (const { strays } of bars.inOrder(reader, refuse)) bars.keep(strays);
    } finally {
      await reader.close();
    }
    bars.strays.sort(compareKeys);
    return bars;
  }

  /** Every window that ends at or before this time is closed by a bar or a mark. */
  get closedThrough_s(): number {
    return this.closedThrough;
  }

  /** The selected bars by time and symbol; of those with the same key, the first one comes first. */
  bars(): AsyncGenerator<readonly Bar[]> {
    return merge([this.readAgain(), batchOf(this.strays)], compareKeys, BATCH_BARS);
  }

  private async *readAgain(): AsyncGenerator<readonly Bar[]> {
    const { cluster, topic } = this.reading;
    const reader = await PartitionReader.open(cluster, topic, this.partition, this.start);
    try {
      for await (const { sorted } of this.inOrder(reader, () => Promise.resolve())) yield sorted;
    } finally {
      await reader.close();
    }
  }

  private keep(strays: readonly Bar[]): void {
    this.strays.push(...strays);
    if (this.strays.length > MAX_STRAYS)
      throw new QfError(
        'bad_data',
        `${this.name}: more than ${MAX_STRAYS.toLocaleString('en-US')} bars stand out of order or twice: has it been filled twice?`,
      );
  }

  private get name(): string {
    return `${this.reading.topic}/${this.partition}`;
  }

  private async *inOrder(
    reader: PartitionReader,
    refuse: Refuse,
  ): AsyncGenerator<{ readonly sorted: Bar[]; readonly strays: Bar[] }> {
    const decoder = new BarDecoder();
    let last: Bar | undefined;
    while (reader.position < this.end) {
      const { records } = await reader.fetch();
      const sorted: Bar[] = [];
      const strays: Bar[] = [];
      for (const record of records) {
        if (record.offset >= this.end) break;
        const decoded = this.decode(decoder, record);
        if (typeof decoded === 'string') await refuse(`${this.name}@${record.offset}`, decoded);
        else if (decoded === undefined) continue;
        else if (last === undefined || compareKeys(decoded, last) > 0) sorted.push((last = decoded));
        else strays.push(decoded);
      }
      yield { sorted, strays };
    }
  }

  /** A selected bar; undefined for what is not selected and for marks; or what is wrong, in words. */
  private decode(decoder: BarDecoder, { value }: InputRecord): Bar | string | undefined {
    if (value === null) return 'it has no value';
    const refusal = decoder.decode(value, 0, value.length);
    if (refusal !== undefined) return `${refusal.reason} ${refusal.detail}`.trimEnd();
    const record = decoder.record;
    const { reading } = this;
    if (isMark(record)) {
      this.closedThrough = Math.max(this.closedThrough, record.mark_s);
      return undefined;
    }
    reading.tf_s ??= record.tf_s;
    if (record.tf_s !== reading.tf_s) return `its timeframe is ${timeframeName(record.tf_s)}`;
    this.closedThrough = Math.max(this.closedThrough, record.ts);
    return isSelected(reading.selection, record, record.tf_s) ? record : undefined;
  }
}

function isMark(record: Bar | Mark): record is Mark {
  return 'mark_s' in record;
}

async function* batchOf(bars: readonly Bar[]): AsyncGenerator<readonly Bar[]> {
  yield await Promise.resolve(bars);
}
