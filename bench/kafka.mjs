// Measures the stages on Kafka: `make bench-kafka`. Environment: BENCH_TICKS, BENCH_ROUNDS,
// BENCH_HOUR_MIN (event time before a restore), BENCH_HOUR_PACE (how much faster than the clock), BENCH_NODE=path of another node.
// The full length is stored in docs/results/, anything shorter in runs/bench/. Exit 1 where outputs differ or a threshold does not hold.
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { machineFacts } from './machine.mjs';
import { SIM_ARGUMENTS } from './programs-text.mjs';
import { complain, keep } from './results.mjs';
import { checkBuilt, cleanEnvironment, lengths, ownFolder } from './settings.mjs';
import { judgeKafka } from './thresholds.mjs';

const FULL = { BENCH_TICKS: 12_000_000, BENCH_ROUNDS: 5, BENCH_HOUR_MIN: 60, BENCH_HOUR_PACE: 20 };

/** In full length, for each round of the slow programs; an interval for the median of a ratio needs many. */
const FAST_ROUNDS = 4;

const TICKS = 'bench.ticks';

process.chdir(resolve(import.meta.dirname, '..'));
checkBuilt('make bench-kafka');
const { settings, isFull } = lengths(FULL, ['BENCH_HOUR_PACE']);

// These read dist, so that they are loaded only where it is there.
const { qf, startStack } = await import('./stack.mjs');
const { drain } = await import('./kafka-contests.mjs');
const { fastPrograms, slowPrograms } = await import('./kafka-programs.mjs');
const { restores } = await import('./kafka-restore.mjs');
const { report } = await import('./kafka-report.mjs');

const directory = ownFolder(join(tmpdir(), 'qf-bench-'));
const machine = machineFacts();
const stack = await startStack(cleanEnvironment(directory));
const measured = await measureAll();
const results = { thresholds: judgeKafka(measured), ...measured };
keep('kafka', { target: 'make bench-kafka', names: Object.keys(FULL), isFull, results, pageOf: report });
complain([results.slow, results.fast], results.thresholds);
process.exit();

async function measureAll() {
  const { BENCH_TICKS: ticks, BENCH_ROUNDS: rounds } = settings;
  const { topics, environment } = stack;
  const common = { rounds, directory, environment };
  await topics.connect();
  await topics.create(TICKS, 'dlq.bars1s');
  qf(environment, ...SIM_ARGUMENTS, '--count', String(ticks), '--to', `kafka:${TICKS}`);
  const ofTicks = { ticks: TICKS, records: ticks, ...common };
  const slow = await drain(stack, 'slow', slowPrograms(isFull), ofTicks);
  const fast = await drain(stack, 'fast', fastPrograms(isFull), { ...ofTicks, rounds: isFull ? rounds * FAST_ROUNDS : rounds });

  const restore = await restores(stack, { rounds, minutes: settings.BENCH_HOUR_MIN, pace: settings.BENCH_HOUR_PACE });
  await topics.disconnect();
  return { settings, isFull, machine, versions: versions(), slow, fast, restore };
}

function versions() {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  return {
    node: process.version,
    ...stack.versions,
    kafkajs: dependencies.kafkajs,
    platformatic: dependencies['@platformatic/kafka'],
  };
}
