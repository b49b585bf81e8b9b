// Drains a topic with the reader that qf uses, all partitions at once, and does nothing with it.
// Usage: reader-count.mjs TOPIC PARTITIONS; prints how many records came.
import { systemClock } from '../../dist/lib/runtime/clock.js';
import { PartitionReader } from '../../dist/lib/transports/kafka/partition-reader.js';

const [topic, partitions] = process.argv.slice(2);
const address = { brokers: process.env.KAFKA_BROKERS.split(','), tls: undefined, sasl: undefined };
let count = 0;

async function drain(partition) {
  const reader = await PartitionReader.open({ address, clock: systemClock }, topic, partition, 'start');
  const end = await reader.log.end();
  while (reader.position < end) {
    const { records } = await reader.fetch();
    count += records.length;
  }
  await reader.close();
}

await Promise.all(Array.from({ length: Number(partitions) }, (_, partition) => drain(partition)));
console.log(count);
