// Loaded before qf, by the torture only (`node --import`): sends the process a signal of its own at a named point. QF_FAULT is a list
// of SIGNAL@POINT:N, each of which waits for the N-th time that the point is passed once the one before it has fired.
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import { Connection, Consumer } from '@platformatic/kafka';

const STDERR = 2;

/** Dead members are replaced sooner than by qf's own times: there are so many of them. */
const MEMBERSHIP = { sessionTimeout: 1500, rebalanceTimeout: 3000, heartbeatInterval: 200 };

const faults = (process.env.QF_FAULT ?? '').split(',').map((text) => {
  const [, signal, point, count] = /^(SIG[A-Z]+)@([a-z-]+):(\d+)$/.exec(text) ?? [];
  return { signal, point, left: Number(count) };
});

/** Before each transaction, so that an ingest lasts. */
const pause_ms = Number(process.env.QF_PAUSE_MS ?? 0);

function pass(point) {
  const [fault] = faults;
  if (fault?.point !== point || --fault.left > 0) return;
  faults.shift();
  writeSync(STDERR, `fault ${fault.signal} at ${point}\n`);
  process.kill(process.pid, fault.signal);
}

async function around(point, work) {
  pass(`before-${point}`);
  const result = await work();
  pass(`after-${point}`);
  return result;
}

const require = createRequire(import.meta.url);
const { Kafka } = require('kafkajs');
const { Client } = require('pg');

const makeProducer = Kafka.prototype.producer;
Kafka.prototype.producer = function (options) {
  const producer = makeProducer.call(this, options);
  if (options.transactionalId === undefined) return producer;
  const begin = async () => {
    await setTimeout(pause_ms);
    return watched(await around('begin', producer.transaction));
  };
  return { ...producer, transaction: begin };
};

/** A transaction that sends the state behind everything else, so that there is a point between them. */
function watched(transaction) {
  const sendBatch = async ({ topicMessages }) => {
    const isState = ({ topic }) => topic.startsWith('qf.state.');
    for (const [point, part] of [
      ['produce', topicMessages.filter((messages) => !isState(messages))],
      ['state', topicMessages.filter(isState)],
    ])
      if (part.length > 0) await around(point, () => transaction.sendBatch({ topicMessages: part }));
  };
  return { ...transaction, sendBatch, commit: () => around('commit', transaction.commit) };
}

/**
 * Requests of the engine that speaks the protocol itself, by their numbers (https://kafka.apache.org/protocol#protocol_api_keys):
 * AddPartitionsToTxn, Produce, EndTxn. Outputs and state are one request there.
 */
const REQUESTS = new Map([
  [24, ['begin']],
  [0, ['produce', 'state']],
  [26, ['commit']],
]);

const { send } = Connection.prototype;
Connection.prototype.send = function (key, ...others) {
  const points = REQUESTS.get(key);
  if (points === undefined) return send.call(this, key, ...others);
  const answered = others.pop();
  for (const point of points) pass(`before-${point}`);
  return send.call(this, key, ...others, (error, ...answer) => {
    if (!error) for (const point of points) pass(`after-${point}`);
    answered(error, ...answer);
  });
};

const SQL = [
  [/^begin$/, 'sink-begin'],
  [/^(insert into|update) qf_sink\b/, 'sink-update'],
  [/^(insert into|copy) (bars_|rejects)/, 'sink-rows'],
  [/^commit$/, 'sink-commit'],
];

const { query } = Client.prototype;
Client.prototype.query = function (statement, ...others) {
  const work = () => query.call(this, statement, ...others);
  const isStream = typeof statement !== 'string';
  const point = SQL.find(([pattern]) => pattern.test(isStream ? statement.text : statement))?.[1];
  if (point === undefined) return work();
  if (!isStream) return around(point, work);
  pass(`before-${point}`);
  return work().once('finish', () => pass(`after-${point}`));
};

const { joinGroup } = Consumer.prototype;
Consumer.prototype.joinGroup = function (options, callback) {
  return joinGroup.call(this, { ...MEMBERSHIP, ...options }, callback);
};
