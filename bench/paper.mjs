// Measures the paper flow: `make bench-paper`. Environment: BENCH_MINUTES (of the market), BENCH_ROUNDS, BENCH_LATENCY_S (of each run),
// BENCH_NODE=path of another node. The full length is stored in docs/results/, anything shorter, of one commit interval, in runs/bench/.
// Exit 1 where a stage writes other bytes to Kafka than to a pipe.
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { machineFacts } from './machine.mjs';
import { keep } from './results.mjs';
import { checkBuilt, cleanEnvironment, lengths, ownFolder } from './settings.mjs';

const FULL = { BENCH_MINUTES: 10_000, BENCH_ROUNDS: 5, BENCH_LATENCY_S: 20 };
const INTERVALS_MS = [20, 100];

process.chdir(resolve(import.meta.dirname, '..'));
checkBuilt('make bench-paper');
const { settings, isFull } = lengths(FULL);

// These read dist, so that they are loaded only where it is there.
const { startStack } = await import('./stack.mjs');
const { createShared } = await import('./paper-flow.mjs');
const { writeConfigs } = await import('./paper-market.mjs');
const { latencies } = await import('./paper-latency.mjs');
const { throughputs } = await import('./paper-throughput.mjs');
const { report } = await import('./paper-report.mjs');

const directory = ownFolder(join(tmpdir(), 'qf-bench-'));
const machine = machineFacts();
const stack = await startStack(cleanEnvironment(directory));
const results = await measureAll();
keep('paper', { target: 'make bench-paper', names: Object.keys(FULL), isFull, results, pageOf: report });
process.exit();

async function measureAll() {
  const { BENCH_MINUTES: minutes, BENCH_ROUNDS: rounds, BENCH_LATENCY_S: seconds } = settings;
  const { topics } = stack;
  const configs = writeConfigs(directory);
  await topics.connect();
  await createShared(topics);
  const throughput = await throughputs(stack, configs, { minutes, rounds, directory });
  const latency = await latencies(stack, configs, {
    intervals_ms: isFull ? INTERVALS_MS : INTERVALS_MS.slice(0, 1),
    rounds,
    seconds,
  });
  await topics.disconnect();
  return { settings, isFull, machine, versions: { node: process.version, ...stack.versions }, throughput, latency };
}
