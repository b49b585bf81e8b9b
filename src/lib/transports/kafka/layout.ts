import type { Clock } from '../../runtime/clock.js';
import { QfError } from '../../runtime/errors.js';
import type { RecordTime } from '../../runtime/stage.js';
import type { KafkaAddress } from './address.js';
import { ensureStateTopic } from './ensure-state-topic.js';
import type { StateOwner } from './state-topic.js';
import { countPartitions, topicNow } from './topics.js';

/** Which topics a stage reads and writes. */
export interface StageTopics {
  /** As in names of topics: `bars1s`. */
  readonly stage: string;
  readonly group: string;
  readonly address: KafkaAddress;
  readonly clock: Clock;
  readonly input: string;
  /** Topic of each stream that the stage writes. */
  readonly outputs: ReadonlyMap<string, string>;
  /** What of the options decides what the state means. */
  readonly options: string;
}

/** The topics of a stage as they are. Plain data: threads share it. */
export interface Layout {
  readonly owner: StateOwner;
  readonly state: string;
  readonly rejects: string;
  /** For each partition of the input the offset behind the last record that is there now. */
  readonly ends: readonly bigint[];
}

/** The topics of a stage that reads several partitions, or topics, as one task. */
export interface JoinedLayout extends Layout {
  readonly partitions: readonly { readonly topic: string; readonly partition: number; readonly end: bigint }[];
}

/** Which topics such a stage reads and writes. */
export interface JoinedTopics extends StageTopics {
  /** Topics that `input` is the name of together. */
  readonly inputs: readonly string[];
  /** By what several partitions are merged; undefined where there may be only one. */
  readonly timeOf: ((value: Buffer) => RecordTime | undefined) | undefined;
  /** How many partitions each stream needs. */
  readonly partitions: ReadonlyMap<string, number>;
}

/** Finds the topics of a stage that joins its inputs. Throws `usage` with what mends it. */
export async function layOutJoined(topics: JoinedTopics): Promise<JoinedLayout> {
  const { address, clock, group, stage, input, inputs, outputs, options, timeOf, partitions: needed } = topics;
  const cluster = { address, clock };
  const state = `qf.state.${group}.${stage}.${input}`;
  const rejects = `dlq.${stage}`;
  const found = await Promise.all(inputs.map(async (topic) => ({ topic, ...(await topicNow(cluster, topic)) })));
  const partitions = found.flatMap(({ topic, ends }) => ends.map((end, partition) => ({ topic, partition, end })));
  if (timeOf === undefined && partitions.length > 1)
    throw new QfError(
      'usage',
      `topic ${inputs.join(',')} has ${partitions.length} partitions and must have one: its order is that of the account`,
    );
  await ensureStateTopic(cluster, state, 1);
  const widest = Math.max(...found.map(({ ends }) => ends.length));
  const counts = await countPartitions(cluster, [rejects, ...outputs.values()]);
  checkAtLeast(counts, rejects, widest, `${inputs.join(',')} has ${widest}: it must have as many`);
  for (const [stream, topic] of outputs) {
    const count = needed.get(stream) ?? 1;
    checkAtLeast(counts, topic, count, `${stage} writes to ${count}: it must have them`);
  }
  const topicId = found.map((one) => one.topicId).join(',');
  return { state, rejects, partitions, ends: [], owner: { topicId, partitions: partitions.length, options } };
}

/** Finds the topics, and that all have as many partitions. Throws `usage` with what mends it. */
export async function layOut(topics: StageTopics): Promise<Layout> {
  const { address, clock, group, stage, input, outputs, options } = topics;
  const cluster = { address, clock };
  const state = `qf.state.${group}.${stage}.${input}`;
  const rejects = `dlq.${stage}`;
  const { topicId, ends } = await topicNow(cluster, input);
  await ensureStateTopic(cluster, state, ends.length);
  const counts = await countPartitions(cluster, [...outputs.values(), rejects, state]);
  for (const [topic, count] of counts) checkSame(topic, count, input, ends.length);
  return { state, rejects, owner: { topicId, partitions: ends.length, options }, ends };
}

function checkAtLeast(counts: ReadonlyMap<string, number>, topic: string, needed: number, why: string): void {
  const count = counts.get(topic) ?? 0;
  if (count < needed) throw new QfError('usage', `topic ${topic} has ${count} partitions and ${why}`);
}

function checkSame(topic: string, count: number, input: string, expected: number): void {
  if (count === expected) return;
  throw new QfError(
    'usage',
    `topic ${topic} has ${count} partitions and ${input} has ${expected}: they must have as many, because a stage writes to the partition that it reads`,
  );
}
