// Drains a topic with kafkajs and does nothing with it. Usage: kafkajs-count.mjs TOPIC GROUP RECORDS; prints how many came.
import kafkajs from 'kafkajs';

const [topic, groupId, records] = process.argv.slice(2);
const kafka = new kafkajs.Kafka({ brokers: process.env.KAFKA_BROKERS.split(','), logLevel: kafkajs.logLevel.ERROR });
const consumer = kafka.consumer({ groupId });
let count = 0;

await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await new Promise((resolve) => {
  consumer.run({
    eachBatch: async ({ batch }) => {
      count += batch.messages.length;
      if (count >= Number(records)) resolve();
    },
  });
});
await consumer.disconnect();
console.log(count);
