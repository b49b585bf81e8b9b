// Measures the stages on Kafka: `make bench-kafka`. Environment: BENCH_TICKS, BENCH_ROUNDS,
// BENCH_HOUR_MIN (event time before a restore), BENCH_HOUR_PACE (how much faster than the clock), BENCH_NODE=path of another node.
// The full length is stored in docs/results/, anything shorter in runs/bench/. Exit 1 where outputs differ or a threshold does not hold.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { commit, machineFacts } from './machine.mjs';
import { checkBuilt, cleanEnvironment, commandLine, ownFolder, positive } from './settings.mjs';
import { judgeKafka } from './thresholds.mjs';

const FULL = { BENCH_TICKS: 12_000_000, BENCH_ROUNDS: 5, BENCH_HOUR_MIN: 60, BENCH_HOUR_PACE: 20 };

/** In full length, for each round of the slow programs; an interval for the median of a ratio needs many. */
const FAST_ROUNDS = 4;

const TICKS = 'bench.ticks';

process.chdir(resolve(import.meta.dirname, '..'));
checkBuilt('make bench-kafka');
const settings = Object.fromEntries(Object.entries(FULL).map(([name, value]) => [name, positive(name, value)]));
const isFull = Object.entries(FULL).every(([name, value]) => name === 'BENCH_HOUR_PACE' || settings[name] >= value);

// These read dist, so that they are loaded only where it is there.
const { qf, startStack } = await import('./stack.mjs');
const { drain } = await import('./kafka-contests.mjs');
const { fastPrograms, slowPrograms } = await import('./kafka-programs.mjs');
const { restores } = await import('./kafka-restore.mjs');
const { report } = await import('./kafka-report.mjs');

const directory = ownFolder(join(tmpdir(), 'qf-bench-'));
const machine = machineFacts();
const stack = await startStack(cleanEnvironment(directory));
const results = await measureAll();
keep(results);
process.exit();

async function measureAll() {
  const { BENCH_TICKS: ticks, BENCH_ROUNDS: rounds } = settings;
  const { topics, environment } = stack;
  const common = { rounds, directory, environment };
  await topics.connect();
  await topics.create(TICKS, 'dlq.bars1s');
  const sim = ['ingest', 'sim', '--symbols', '500', '--rate', '10', '--hot-pct', '0', '--count', String(ticks)];
  qf(environment, ...sim, '--pace', 'max', '--to', `kafka:${TICKS}`);
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

function keep(measured) {
  const thresholds = judgeKafka(measured);
  const made = {
    command: commandLine('make bench-kafka', Object.keys(FULL)),
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
  };
  const folder = isFull ? 'docs/results' : 'runs/bench';
  const page = report({ made, thresholds, ...measured });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'kafka.md'), page);
  writeFileSync(join(folder, 'kafka.json'), `${JSON.stringify({ made, thresholds, ...measured }, null, 1)}\n`);
  console.log(page);
  console.error(`bench: stored ${folder}/kafka.md and .json`);

  const unequal = [measured.slow, measured.fast].flatMap(({ programs }) => programs).filter(({ check }) => !check.equal);
  const broken = thresholds.filter(({ holds }) => holds === false);
  for (const { name, check } of unequal) console.error(`bench: ${name}: ${check.text}`);
  for (const { what, required, measured: value } of broken) console.error(`bench: ${what}: ${value}, required ${required}`);
  if (unequal.length + broken.length > 0) process.exitCode = 1;
}
