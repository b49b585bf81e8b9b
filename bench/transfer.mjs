// Measures what goes into Kafka, and out of it into Postgres: part of `make bench-kafka`. Environment: BENCH_TICKS, BENCH_ROUNDS,
// BENCH_NODE=path of another node. The full length is stored in docs/results/, anything shorter in runs/bench/. Exit 1 where outputs
// differ or a threshold does not hold.
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { machineFacts } from './machine.mjs';
import { SIM_ARGUMENTS } from './programs-text.mjs';
import { complain, keep } from './results.mjs';
import { checkBuilt, cleanEnvironment, lengths, ownFolder } from './settings.mjs';
import { judgeTransfer } from './thresholds.mjs';

const FULL = { BENCH_TICKS: 12_000_000, BENCH_ROUNDS: 5 };

const TICKS = 'bench.ticks';
const BARS = 'bench.bars';

process.chdir(resolve(import.meta.dirname, '..'));
checkBuilt('make bench-kafka');
const { settings, isFull } = lengths(FULL);

// These read dist, so that they are loaded only where it is there.
const { qf, startStack } = await import('./stack.mjs');
const { fill, store } = await import('./transfer-contests.mjs');
const { pageOf } = await import('./transfer-report.mjs');

const directory = ownFolder(join(tmpdir(), 'qf-bench-'));
const machine = machineFacts();
const stack = await startStack(cleanEnvironment(directory));
const measured = await measureAll();
const results = { thresholds: judgeTransfer(measured), ...measured };
keep('transfer', { target: 'make bench-kafka', names: Object.keys(FULL), isFull, results, pageOf });
complain([results.fill, results.store], results.thresholds);
process.exit();

async function measureAll() {
  const { BENCH_TICKS: ticks, BENCH_ROUNDS: rounds } = settings;
  const { topics, environment } = stack;
  const common = { rounds, directory, environment };
  await topics.connect();
  const filled = await fill(stack, { records: ticks, ...common });

  await topics.create(TICKS, BARS, 'dlq.bars1s');
  qf(environment, ...SIM_ARGUMENTS, '--count', String(ticks), '--to', `kafka:${TICKS}`);
  qf(environment, 'bars1s', '--from', `kafka:${TICKS}`, '--to', `kafka:${BARS}`, '--until-end', '--max-future', 'off');
  const file = join(directory, 'bars.ndjson');
  await topics.dump(BARS, file);
  const stored = await store(stack, { bars: BARS, file, records: linesOf(file), ...common });
  await topics.disconnect();
  return { settings, isFull, machine, versions: { node: process.version, ...stack.versions }, fill: filled, store: stored };
}

function linesOf(path) {
  return readFileSync(path, 'utf8').split('\n').length - 1;
}
