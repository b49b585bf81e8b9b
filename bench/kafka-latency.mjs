// How long a bar takes from the tick that closes it until a reader of committed records has it in hand.
import { setTimeout as sleep } from 'node:timers/promises';
import { kafkaOf } from '../dist/lib/transports/kafka/kafkajs.js';
import { Arrivals, now_ms, startStage, watch } from './live.mjs';
import { random } from './random.mjs';
import { PARTITIONS } from './stack.mjs';
import { quantile, summary } from './statistics.mjs';

export const INTERVALS_MS = [20, 100, 250];

const SYMBOLS = 40;
const TICKS_PER_SEND = 20;

/** Between two sends; uneven, so that no closing falls into step with the commits. */
const MIN_SEND_MS = 5;
const MAX_SEND_MS = 15;

/** Event time runs so much faster than the clock: more seconds close while it is measured. */
const PACE = 7;

const START_S = 1704167100; // 2024-01-02T03:45:00Z

/** A second is closed by the first tick of a second that is this much later: its own length and the grace. */
const CLOSES_AFTER_S = 3;

/** What each run begins with and is not measured. */
const WARM_UP_MS = 1000;

export const LATENCY_TEXT = `${SYMBOLS} symbols, ${TICKS_PER_SEND} ticks every ${MIN_SEND_MS} to ${MAX_SEND_MS} ms, event time ${PACE} times as fast as the clock`;

/** For each interval and round the median and the 99th percentile, ms, of the bars of `seconds` s. */
export async function latencies(stack, { rounds, seconds }) {
  const results = INTERVALS_MS.map((interval_ms) => ({ interval_ms, samples: [] }));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < results.length; turn++) {
      const { interval_ms, samples } = results[(turn + round) % results.length];
      const waits = await waitsOf(stack, `bench.live.${interval_ms}.${round}`, interval_ms, seconds);
      samples.push({ bars: waits.length, p50_ms: quantile(waits, 0.5), p99_ms: quantile(waits, 0.99) });
    }
    console.error(`bench: latency: round ${round + 1} of ${rounds}`);
  }
  return results.map(({ interval_ms, samples }) => ({
    interval_ms,
    samples,
    bars: samples.reduce((total, { bars }) => total + bars, 0),
    p50_ms: summary(samples.map(({ p50_ms }) => p50_ms)),
    p99_ms: summary(samples.map(({ p99_ms }) => p99_ms)),
  }));
}

/** One run on topics of its own: the waits of all its bars, ms. */
async function waitsOf({ topics, environment }, name, interval_ms, seconds) {
  const ticks = `${name}.ticks`;
  const bars = `${name}.bars`;
  await topics.create(ticks, bars);
  const places = ['--from', `kafka:${ticks}`, '--to', `kafka:${bars}`, '--group', name.replaceAll('.', '-')];
  const stage = startStage(environment, ['bars1s', ...places, '--max-future', 'off', '--commit-interval', `${interval_ms}ms`]);
  const over = new AbortController();
  const feed = sendTicks(topics.cluster.address, ticks, over.signal);
  const seen = new Arrivals();
  const watchers = Array.from({ length: PARTITIONS }, (_, partition) =>
    watch(topics.cluster, bars, partition, seen, over.signal),
  );
  let begun_ms;
  try {
    await Promise.race([seen.next(), stage.ended]);
    await sleep(WARM_UP_MS);
    begun_ms = now_ms();
    // However slow the machine is, there is a bar to measure.
    await Promise.race([Promise.all([sleep(seconds * 1000), seen.next()]), stage.ended]);
  } finally {
    over.abort();
    await stage.end();
    await Promise.all([feed, ...watchers]);
  }
  const closings = await closingsOf(topics, ticks);
  await topics.delete(ticks, bars);
  return seen.records
    .filter(({ at_ms }) => at_ms >= begun_ms)
    .map(({ partition, value, at_ms }) => at_ms - closings[partition].get(JSON.parse(value).ts));
}

async function sendTicks(address, topic, stop) {
  const producer = kafkaOf(address).producer();
  await producer.connect();
  const below = random(1);
  const begun_ms = performance.now();
  while (!stop.aborted) {
    const event_us = Math.floor((performance.now() - begun_ms) * 1000 * PACE);
    const messages = Array.from({ length: TICKS_PER_SEND }, () => {
      const symbol = `SIM${String(1 + below(SYMBOLS)).padStart(4, '0')}`;
      const event_ts = `${START_S + Math.floor(event_us / 1e6)}${String(event_us % 1e6).padStart(6, '0')}000`;
      return {
        key: symbol,
        value: `{"symbol":"${symbol}","event_ts":${event_ts},"ltp":${100 + below(100) / 20},"vol":${1 + below(100)}}`,
      };
    });
    await producer.send({ topic, messages });
    await sleep(MIN_SEND_MS + below(MAX_SEND_MS - MIN_SEND_MS + 1));
  }
  await producer.disconnect();
}

/** For each partition, by the second: when the tick was written that closed it, ms since the epoch. */
async function closingsOf(topics, topic) {
  return Promise.all(
    Array.from({ length: PARTITIONS }, async (_, partition) => {
      const closings = new Map();
      let through = START_S - 1;
      for await (const { value, timestamp_ms } of topics.records(topic, partition)) {
        const newest = Number(/"event_ts":(\d{10})/.exec(value)[1]);
        while (through < newest - CLOSES_AFTER_S) closings.set(++through, timestamp_ms);
      }
      return closings;
    }),
  );
}
