// Measures the latency of bars on Kafka: part of `make bench-kafka`. Environment: BENCH_ROUNDS, BENCH_LATENCY_S (of each run),
// BENCH_NODE=path of another node. The full length is stored in docs/results/, anything shorter, of one commit interval, in runs/bench/.
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { machineFacts } from './machine.mjs';
import { count, spread, table } from './report.mjs';
import { keep } from './results.mjs';
import { checkBuilt, cleanEnvironment, lengths, ownFolder } from './settings.mjs';

const FULL = { BENCH_ROUNDS: 5, BENCH_LATENCY_S: 15 };
const INTERVALS_MS = [20, 100, 250];

process.chdir(resolve(import.meta.dirname, '..'));
checkBuilt('make bench-kafka');
const { settings, isFull } = lengths(FULL);
const { BENCH_ROUNDS: rounds, BENCH_LATENCY_S: seconds } = settings;

// These read dist, so that they are loaded only where it is there.
const { PARTITIONS, startStack } = await import('./stack.mjs');
const { LOAD_TEXT, latencies } = await import('./kafka-latency.mjs');

const machine = machineFacts();
const stack = await startStack(cleanEnvironment(ownFolder(join(tmpdir(), 'qf-bench-'))));
await stack.topics.connect();
await stack.topics.create('dlq.bars1s');
const latency = await latencies(stack, { intervals_ms: isFull ? INTERVALS_MS : INTERVALS_MS.slice(0, 1), rounds, seconds });
await stack.topics.disconnect();
const versions = { node: process.version, kafka: stack.versions.kafka };
const results = { settings, machine, versions, latency };
keep('latency', { target: 'make bench-kafka', names: Object.keys(FULL), isFull, results, pageOf });
process.exit();

function pageOf({ made }) {
  return `# From the tick that closes a bar to the bar in hand, on Kafka

Made by \`${made.command}\` on ${made.date}, qf at ${made.commit}. Raw figures: [${made.raw}](${made.raw}).

Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memory_gb} GB, ${machine.system}; load before the start ${machine.load_before.toFixed(1)}.
Node ${versions.node}, Kafka ${versions.kafka}. The broker, the feed, the stage and the reader share the cores.

Absolute figures are facts of this machine; what carries over to another are the ratios.

${table(
  ['engine', 'commit interval', 'bars', 'median, ms', '99th percentile, ms'],
  latency.map(({ engine, interval_ms, bars, p50_ms, p99_ms }) => [
    engine,
    `${interval_ms} ms`,
    count(bars),
    spread(p50_ms, 1, 0),
    spread(p99_ms, 1, 0),
  ]),
)}
- Load: ${LOAD_TEXT}, into ${PARTITIONS} partitions; one process of \`qf bars1s\`, exactly once.
- It is from the record timestamp of the tick that closes a bar, which its producer gives it, until a reader of committed records
  (\`PartitionReader\`) has the bar. A bar is in hand only with the transaction that holds it: half a commit interval is what it waits on average.
- All bars of a second in a partition are closed by one tick, ${PARTITIONS} of them in a second.
- Engines and intervals run in turn, ${rounds} round${rounds === 1 ? '' : 's'} of ${seconds} s each; median and percentile are those of a round's bars, and here their medians
  with (min–max) over the rounds.
`;
}
