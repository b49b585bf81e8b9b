// Takes all partitions of a stage over, as the stage does, and prints the seconds from the start of this process to the first fetch of
// the last one. Usage: take-over.mjs TICKS STATE
import { systemClock } from '../../dist/lib/runtime/clock.js';
import { describeTopic } from '../../dist/lib/transports/kafka/topics.js';
import { kafkaOf } from '../../dist/lib/transports/kafka/kafkajs.js';
import { PartitionReader } from '../../dist/lib/transports/kafka/partition-reader.js';
import { TaskState } from '../../dist/lib/transports/kafka/state-topic.js';
import { TransactionalProducer } from '../../dist/lib/transports/kafka/transactions.js';

const [ticks, stateTopic] = process.argv.slice(2);
const address = { brokers: process.env.KAFKA_BROKERS.split(','), tls: undefined, sasl: undefined };
const cluster = { address, clock: systemClock };
const kafka = kafkaOf(address);
const { topicId, partitions } = await describeTopic(cluster, ticks);

async function takeOver(partition) {
  const producer = await TransactionalProducer.open(kafka, `${stateTopic}/${partition}`);
  const saved = await new TaskState().restore(cluster, stateTopic, partition, { topicId, partitions, options: '{}' });
  const reader = await PartitionReader.open(cluster, ticks, partition, saved?.position ?? 'start');
  const { records } = await reader.fetch();
  if (records.length === 0) throw new Error(`${ticks}/${partition}: nothing to fetch at ${reader.position}`);
  const end_s = performance.now() / 1000;
  await reader.close();
  await producer.close();
  return end_s;
}

console.log(Math.max(...(await Promise.all(Array.from({ length: partitions }, (_, partition) => takeOver(partition))))));
