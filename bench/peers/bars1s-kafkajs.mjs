// 1 s bars on Kafka as most people write them: kafkajs, eachBatch, JSON.parse, and a transaction for each batch that writes the bars
// and the offset. Usage: bars1s-kafkajs.mjs TOPIC OUTPUT GROUP RECORDS
import kafkajs from 'kafkajs';

const GRACE_S = 2;

const [topic, output, groupId, records] = process.argv.slice(2);
const kafka = new kafkajs.Kafka({ brokers: process.env.KAFKA_BROKERS.split(','), logLevel: kafkajs.logLevel.ERROR });
const consumer = kafka.consumer({ groupId });
const producer = kafka.producer({ transactionalId: groupId, idempotent: true, maxInFlightRequests: 1 });
const partitions = new Map();
let count = 0;

await consumer.connect();
await producer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await new Promise((resolve, reject) => {
  consumer.run({ eachBatchAutoResolve: false, autoCommit: false, eachBatch: (payload) => take(payload, resolve).catch(reject) });
});
await consumer.disconnect();
await producer.disconnect();

async function take({ batch, resolveOffset }, end) {
  const bars = [];
  let state = partitions.get(batch.partition);
  if (state === undefined) partitions.set(batch.partition, (state = { seconds: new Map(), newest: 0 }));
  for (const { value } of batch.messages) add(state, JSON.parse(value.toString()), bars);
  count += batch.messages.length;
  const isEnd = count >= Number(records);
  if (isEnd) for (const open of partitions.values()) flush(open, Infinity, bars);
  await commit(batch, bars);
  resolveOffset(batch.lastOffset());
  if (isEnd) end();
}

async function commit(batch, bars) {
  const transaction = await producer.transaction();
  if (bars.length > 0)
    await transaction.send({ topic: output, messages: bars.map((bar) => ({ key: bar.symbol, value: JSON.stringify(bar) })) });
  const offsets = [{ partition: batch.partition, offset: String(BigInt(batch.lastOffset()) + 1n) }];
  await transaction.sendOffsets({ consumerGroupId: groupId, topics: [{ topic, partitions: offsets }] });
  await transaction.commit();
}

function add(state, { symbol, event_ts, ltp, vol }, closed) {
  const ts = Math.floor(event_ts / 1e9);
  if (ts > state.newest) {
    state.newest = ts;
    flush(state, ts - GRACE_S, closed);
  }
  let bars = state.seconds.get(ts);
  if (bars === undefined) state.seconds.set(ts, (bars = new Map()));
  const bar = bars.get(symbol);
  if (bar === undefined) {
    bars.set(symbol, { symbol, tf: '1s', ts, o: ltp, h: ltp, l: ltp, c: ltp, vol, n_trades: 1 });
    return;
  }
  bar.c = ltp;
  if (ltp > bar.h) bar.h = ltp;
  if (ltp < bar.l) bar.l = ltp;
  bar.vol += vol;
  bar.n_trades++;
}

function flush(state, before, closed) {
  for (const [ts, bars] of state.seconds) {
    if (ts >= before) continue;
    closed.push(...bars.values());
    state.seconds.delete(ts);
  }
}
