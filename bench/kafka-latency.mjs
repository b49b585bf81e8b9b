// How long a bar takes from the tick that closes it until a reader of committed records has it in hand.
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../dist/lib/perf/statistics.js';
import { Arrivals, now_ms, startStage, watch } from './live.mjs';
import { PARTITIONS } from './stack.mjs';
import { summary } from './statistics.mjs';

const ENGINES = ['reference', 'wasm'];

/** A little faster than the clock, so that the seconds that close do not stay in step with the commits. */
const LOAD = ['--symbols', '500', '--rate', '5', '--hot-rate', '1000', '--step-ms', '10', '--pace', 'x1.03'];

export const LOAD_TEXT = `\`qf ingest sim ${LOAD.join(' ')}\``;

const START_S = 1704167100; // 2024-01-02T03:45:00Z

/** A second is closed by the first tick of a second that is this much later: its own length and the grace. */
const CLOSES_AFTER_S = 3;

/** What each run begins with and is not measured. */
const WARM_UP_MS = 2000;

/** For each engine and interval, round by round, the median and the 99th percentile, ms, of the bars of `seconds` s. */
export async function latencies(stack, { intervals_ms, rounds, seconds }) {
  const results = ENGINES.flatMap((engine) => intervals_ms.map((interval_ms) => ({ engine, interval_ms, samples: [] })));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < results.length; turn++) {
      const { engine, interval_ms, samples } = results[(turn + round) % results.length];
      const waits = await waitsOf(stack, `bench.live.${engine}.${interval_ms}.${round}`, { engine, interval_ms, seconds });
      samples.push({ bars: waits.length, p50_ms: quantile(waits, 0.5), p99_ms: quantile(waits, 0.99) });
    }
    console.error(`bench: latency: round ${round + 1} of ${rounds}`);
  }
  return results.map(({ samples, ...run }) => ({
    ...run,
    samples,
    bars: samples.reduce((total, { bars }) => total + bars, 0),
    p50_ms: summary(samples.map(({ p50_ms }) => p50_ms)),
    p99_ms: summary(samples.map(({ p99_ms }) => p99_ms)),
  }));
}

/** One run on topics of its own: the waits of all its bars, ms. */
async function waitsOf({ topics, environment }, name, { engine, interval_ms, seconds }) {
  const ticks = `${name}.ticks`;
  const bars = `${name}.bars`;
  await topics.create(ticks, bars);
  const places = ['--from', `kafka:${ticks}`, '--to', `kafka:${bars}`, '--group', name.replaceAll('.', '-')];
  const options = ['--engine', engine, '--commit-interval', `${interval_ms}ms`, '--max-future', 'off'];
  const stage = startStage(environment, ['bars1s', ...places, ...options]);
  const feed = startStage(environment, ['ingest', 'sim', ...LOAD, '--to', `kafka:${ticks}`]);
  const ended = Promise.race([stage.ended, feed.ended]);
  const over = new AbortController();
  const seen = new Arrivals();
  const watchers = Array.from({ length: PARTITIONS }, (_, partition) =>
    watch(topics.cluster, bars, partition, seen, over.signal),
  );
  let begun_ms;
  try {
    await Promise.race([seen.next(), ended]);
    await sleep(WARM_UP_MS);
    begun_ms = now_ms();
    // However slow the machine is, there is a bar to measure.
    await Promise.race([Promise.all([sleep(seconds * 1000), seen.next()]), ended]);
  } finally {
    over.abort();
    await Promise.all([feed.end(), stage.end(), ...watchers]);
  }
  const closings = await closingsOf(topics, ticks);
  await topics.delete(ticks, bars);
  return seen.records
    .filter(({ at_ms }) => at_ms >= begun_ms)
    .map(({ partition, value, at_ms }) => at_ms - closings[partition].get(JSON.parse(value).ts));
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
