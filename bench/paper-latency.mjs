// How long it takes from the mark behind the bars that decide until what each stage makes of it is in the hands of a reader of
// committed records.
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../dist/lib/perf/statistics.js';
import { kafkaOf } from '../dist/lib/transports/kafka/kafkajs.js';
import { Arrivals, now_ms, startStage, watch } from './live.mjs';
import { BARS, createOutputs, deleteOutputs, FLOW, marksAt, messagesOf, onKafka } from './paper-flow.mjs';
import { minutesOf } from './paper-market.mjs';
import { random } from './random.mjs';
import { summary } from './statistics.mjs';

/** Between two minutes of the market; uneven, so that they do not fall into step with the commits. */
const MIN_MINUTE_MS = 150;
const MAX_MINUTE_MS = 350;

/** Minutes behind the first fill that are not measured. */
const WARM_UP_MINUTES = 10;

export const LATENCY_TEXT = `a minute of the market every ${MIN_MINUTE_MS} to ${MAX_MINUTE_MS} ms`;

/** For each interval: for each stage the median and the 99th percentile, ms, since the mark, and since its own input. */
export async function latencies(stack, configs, { intervals_ms, rounds, seconds }) {
  const results = intervals_ms.map((interval_ms) => ({ interval_ms, samples: [] }));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < results.length; turn++) {
      const { interval_ms, samples } = results[(turn + round) % results.length];
      samples.push(await run(stack, configs, `bench.live.${interval_ms}.${round}`, interval_ms, seconds));
    }
    console.error(`bench: latency: round ${round + 1} of ${rounds}`);
  }
  return results.map(({ interval_ms, samples }) => ({
    interval_ms,
    stages: FLOW.map(({ stage, output }, index) => {
      const figures = samples.map((sample) => sample[index]);
      const over = (name) => summary(figures.map((figure) => figure[name]));
      const records = figures.reduce((total, figure) => total + figure.records, 0);
      return {
        stage,
        output,
        records,
        p50_ms: over('p50_ms'),
        p99_ms: over('p99_ms'),
        own_p50_ms: over('own_p50_ms'),
        own_p99_ms: over('own_p99_ms'),
      };
    }),
    samples,
  }));
}

/** One run of the whole flow on topics of its own. */
async function run({ topics, environment }, configs, name, interval_ms, seconds) {
  await topics.create(`${name}.${BARS}`);
  await createOutputs(topics, name);
  const places = { input: name, output: name, group: name.replaceAll('.', '-') };
  const stages = FLOW.map((_, index) =>
    startStage(environment, [...onKafka(index, configs, places), '--commit-interval', `${interval_ms}ms`]),
  );
  const over = new AbortController();
  const seen = new Arrivals();
  const watchers = FLOW.map(({ output }) => watch(topics.cluster, `${name}.${output}`, 0, seen, over.signal));
  const broken = Promise.race(stages.map(({ ended }) => ended));
  const producer = kafkaOf(topics.cluster.address).producer();
  await producer.connect();
  try {
    return await measured(producer, name, seen, seconds, broken);
  } finally {
    await producer.disconnect();
    over.abort();
    await Promise.all(stages.map((stage) => stage.end()));
    await Promise.all(watchers);
    await topics.delete(`${name}.${BARS}`);
    await deleteOutputs(topics, name);
  }
}

/** Sends the market; what is measured begins some minutes behind the first fill. */
async function measured(producer, name, seen, seconds, broken) {
  const below = random(3);
  const sent = new Map();
  const fills = `${name}.fills`;
  let first_s = Infinity;
  let until_ms = Infinity;
  for (const { end_s, bars } of minutesOf(Infinity)) {
    sent.set(end_s, now_ms());
    await producer.send({ topic: `${name}.${BARS}`, messages: [...messagesOf(bars), ...marksAt(end_s)] });
    await Promise.race([sleep(MIN_MINUTE_MS + below(MAX_MINUTE_MS - MIN_MINUTE_MS + 1)), broken]);
    if (first_s === Infinity && seen.records.some(({ topic }) => topic === fills)) first_s = end_s + WARM_UP_MINUTES * 60;
    if (end_s === first_s) until_ms = now_ms() + seconds * 1000;
    if (now_ms() > until_ms) break;
  }
  const last_s = [...sent.keys()].at(-1);
  // Whatever was decided by then has its fill.
  const decided = () => new Set(eventsOf(seen, name, 0).keys());
  while (eventsOf(seen, name, FLOW.length - 1).size < decided().size) await Promise.race([seen.next(), broken]);
  return figuresOf(seen, name, sent, first_s, last_s);
}

/** When each decision was first in hand on the topic of a stage, by its pair and the end of its bar. */
function eventsOf({ records }, name, index) {
  const events = new Map();
  for (const { topic, value, at_ms } of records) {
    if (topic !== `${name}.${FLOW[index].output}`) continue;
    const { pair_id, ts, extra } = JSON.parse(value);
    const end_s = ts + 60;
    const key = `${pair_id ?? extra.pair_id} ${end_s}`;
    // The second leg is the one that completes it.
    events.set(key, { end_s, at_ms });
  }
  return events;
}

function figuresOf(seen, name, sent, first_s, last_s) {
  let before = new Map();
  return FLOW.map((_, index) => {
    const events = eventsOf(seen, name, index);
    const counted = [...events].filter(([, { end_s }]) => end_s >= first_s && end_s <= last_s);
    const waits = counted.map(([, { end_s, at_ms }]) => at_ms - sent.get(end_s));
    const own = counted.map(([key, { end_s, at_ms }]) => at_ms - (before.get(key)?.at_ms ?? sent.get(end_s)));
    before = events;
    return {
      records: counted.length,
      p50_ms: quantile(waits, 0.5),
      p99_ms: quantile(waits, 0.99),
      own_p50_ms: quantile(own, 0.5),
      own_p99_ms: quantile(own, 0.99),
    };
  });
}
