import { createHash } from 'node:crypto';
import { Backoff } from '../../runtime/backoff.js';
import type { Clock } from '../../runtime/clock.js';
import { givenUp, mayPass, QfError } from '../../runtime/errors.js';
import type { Log } from '../../runtime/log.js';
import { FencedError } from '../../runtime/task.js';
import type { Sink } from '../../runtime/transport.js';
import type { KafkaAddress } from './address.js';
import { BatchProducer } from './batch-producer.js';
import type { Compression } from './compression.js';
import { DoubleBuffer } from './double-buffer.js';
import { ensureStateTopic } from './ensure-state-topic.js';
import { readLatest } from './latest.js';
import type { Cluster } from './cluster.js';
import { LineSets } from './line-sets.js';
import type { PlacedRecord, PlacedSet } from './record-set.js';
import { readSendLimits } from './send-limits.js';
import { savedIn } from './state-topic.js';
import { describeTopic } from './topics.js';

const LINE_BREAK = 0x0a;

/** Version of the state's shape. */
const SCHEMA = 1;

/** Between attempts to write again. */
const MIN_RETRY_MS = 100;
const MAX_RETRY_MS = 5000;

/** An input that gives the same lines each time that it is read. */
export interface RepeatableInput {
  /** As in names of topics: `ingest-file`. */
  readonly stage: string;
  /** What tells it from other inputs, such as its paths and options. */
  readonly identity: string;
}

export interface ResumingSinkSettings {
  readonly address: KafkaAddress;
  readonly topic: string;
  readonly group: string;
  readonly input: RepeatableInput;
  readonly compression: Compression;
  /** Most lines that wait for a transaction. */
  readonly batchSize: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly stop: AbortSignal;
  /** How long the brokers may be away, ms. */
  readonly giveUp_ms: number;
}

/** How much of an input is on the topic. */
interface Written {
  readonly lines: number;
  /** SHA-256 over these lines with their line breaks. */
  readonly sha256: string;
}

const NOTHING: Written = { lines: 0, sha256: createHash('sha256').digest('hex') };

/**
 * Lines of an input that can be read again from its start, to a topic, each once. Lines go in transactions, each together with the
 * number of lines that are on the topic by then; a run that is started again passes over these, and makes sure that they are the
 * same. While one transaction is under way the next one is filled.
 */
export class ResumingSink implements Sink {
  readonly name: string;
  private readonly settings: ResumingSinkSettings;
  private readonly cluster: Cluster;
  /** Of the task: also its transactional id, and the key of its state. */
  private readonly task: string;
  private readonly stateTopic: string;
  private producer: BatchProducer | undefined;
  private written = NOTHING;
  /** Lines that were on the topic when it began. */
  private passed = 0;
  /** Lines that this process has been given, and the hash over them. Whenever something is waited for, they belong together. */
  private given = 0;
  private readonly hash = createHash('sha256');
  /** What the next transaction takes, and what the one under way has. */
  private readonly lines: DoubleBuffer<LineSets>;

  private constructor(settings: ResumingSinkSettings, partitions: number) {
    this.settings = settings;
    const { address, topic, group, input, clock, batchSize } = settings;
    this.name = `kafka:${topic}`;
    this.cluster = { address, clock };
    const id = createHash('sha256').update(input.identity).digest('hex').slice(0, 16);
    this.task = `${group}/${input.stage}/${topic}/${id}`;
    this.stateTopic = `qf.state.${group}.${input.stage}.${topic}`;
    const sets = (): LineSets => new LineSets(topic, partitions, batchSize);
    this.lines = new DoubleBuffer(sets(), sets(), (full) => this.commit(full.sets()));
  }

  /** Throws `unavailable` where no broker answers. */
  static async open(settings: ResumingSinkSettings): Promise<ResumingSink> {
    const { address, clock, topic } = settings;
    const sink = new ResumingSink(settings, (await describeTopic({ address, clock }, topic)).partitions);
    await ensureStateTopic(sink.cluster, sink.stateTopic, 1);
    await sink.takeOver();
    const { lines } = sink.written;
    sink.passed = lines;
    if (lines > 0)
      settings.log.info(
        { lines },
        `${lines.toLocaleString('en-US')} lines are on ${settings.topic} already; going on behind them`,
      );
    return sink;
  }

  /**
   * Resolves when the lines are under way, or wait for the transaction before theirs. Throws `bad_data` where the input is another one
   * than before, `fenced` where another process writes it.
   */
  async write(bytes: Buffer): Promise<void> {
    for (let at = this.passOver(bytes); at < bytes.length;) {
      const taken = this.lines.filling.add(bytes.subarray(at));
      this.hash.update(bytes.subarray(at, at + taken.bytes));
      this.given += taken.count;
      at += taken.bytes;
      if (this.lines.filling.isFull) await this.lines.room();
    }
    this.lines.flush();
  }

  async close(): Promise<void> {
    await this.lines.finish().finally(() => this.producer?.close());
    const missing = this.written.lines - this.given;
    if (missing > 0) this.settings.log.warn({ missing }, 'the input has ended before the lines that are on the topic already');
  }

  /** Takes the lines that are on the topic already; gives where the others begin. */
  private passOver(bytes: Buffer): number {
    if (this.given >= this.passed) return 0;
    let at = 0;
    for (; at < bytes.length && this.given < this.passed; this.given++) {
      const lineBreak = bytes.indexOf(LINE_BREAK, at);
      at = lineBreak === -1 ? bytes.length : lineBreak + 1;
    }
    this.hash.update(bytes.subarray(0, at));
    if (this.given === this.passed) this.checkSame();
    return at;
  }

  private checkSame(): void {
    if (this.hash.copy().digest('hex') === this.written.sha256) return;
    throw new QfError(
      'bad_data',
      `input_reset: the first ${this.given} lines are others than those on ${this.settings.topic} by ${this.task}. ` +
        'Begin anew with another --group',
    );
  }

  /** Writes until it is known to be written. */
  private async commit(sets: readonly PlacedSet[]): Promise<void> {
    const { clock, log, stop, giveUp_ms } = this.settings;
    const next: Written = { lines: this.given, sha256: this.hash.copy().digest('hex') };
    const before = this.written.lines;
    const backoff = new Backoff(MIN_RETRY_MS, MAX_RETRY_MS, Math.random);
    const begun_ms = clock.now_ms();
    for (;;) {
      try {
        if (this.producer === undefined) await this.takeOver();
        // The answer to the last commit may be all that was lost.
        if (this.written.lines === next.lines) return;
        if (this.written.lines !== before) throw new FencedError(`${this.task} is not at ${before} any more`);
        await this.producer?.commit(sets, [this.stateOf(next)]);
        this.written = next;
        return;
      } catch (error) {
        await this.producer?.close();
        this.producer = undefined;
        if (error instanceof FencedError)
          throw new QfError('fenced', `another process writes the same input to ${this.settings.topic}`, { cause: error });
        if (!mayPass(error) || stop.aborted) throw error;
        const away_ms = clock.now_ms() - begun_ms;
        if (away_ms >= giveUp_ms) throw givenUp(error, away_ms);
        log.warn({ task: this.task, away_ms }, `${error.message}; trying again`);
        await clock.waitUntil(clock.now_ms() + backoff.next(), stop);
      }
    }
  }

  /** Shuts out whoever wrote before, and reads how far the input is written. */
  private async takeOver(): Promise<void> {
    const { topic, compression } = this.settings;
    const limits = await readSendLimits(this.cluster, [topic, this.stateTopic]);
    const producer = await BatchProducer.open(this.cluster, this.task, compression, limits);
    try {
      const text = (await readLatest(this.cluster, this.stateTopic, 0)).get(this.task);
      this.written = text === undefined ? NOTHING : (savedIn(text, `${this.stateTopic}/0`, SCHEMA) as Written);
      this.producer = producer;
    } catch (error) {
      await producer.close();
      throw error;
    }
  }

  private stateOf(written: Written): PlacedRecord {
    return { topic: this.stateTopic, partition: 0, key: this.task, value: JSON.stringify({ schema: SCHEMA, ...written }) };
  }
}
