// Measures what goes into Kafka, and out of it into Postgres: part of `make bench-kafka`. Environment: BENCH_TICKS, BENCH_ROUNDS,
// BENCH_NODE=path of another node. The full length is stored in docs/results/, anything shorter in runs/bench/. Exit 1 where outputs
// differ or a threshold does not hold.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { commit, machineFacts } from './machine.mjs';
import { checkBuilt, cleanEnvironment, commandLine, ownFolder, positive } from './settings.mjs';
import { judgeTransfer } from './thresholds.mjs';

const FULL = { BENCH_TICKS: 12_000_000, BENCH_ROUNDS: 5 };

const TICKS = 'bench.ticks';
const BARS = 'bench.bars';

process.chdir(resolve(import.meta.dirname, '..'));
checkBuilt('make bench-kafka');
const settings = Object.fromEntries(Object.entries(FULL).map(([name, value]) => [name, positive(name, value)]));
const isFull = Object.entries(FULL).every(([name, value]) => settings[name] >= value);

// These read dist, so that they are loaded only where it is there.
const { qf, startStack } = await import('./stack.mjs');
const { fill, store } = await import('./transfer-contests.mjs');
const { pageOf } = await import('./transfer-report.mjs');

const directory = ownFolder(join(tmpdir(), 'qf-bench-'));
const machine = machineFacts();
const stack = await startStack(cleanEnvironment(directory));
keep(await measureAll());
process.exit();

async function measureAll() {
  const { BENCH_TICKS: ticks, BENCH_ROUNDS: rounds } = settings;
  const { topics, environment } = stack;
  const common = { rounds, directory, environment };
  await topics.connect();
  const filled = await fill(stack, { records: ticks, ...common });

  await topics.create(TICKS, BARS, 'dlq.bars1s');
  const sim = ['ingest', 'sim', '--symbols', '500', '--rate', '10', '--hot-pct', '0', '--count', String(ticks)];
  qf(environment, ...sim, '--pace', 'max', '--to', `kafka:${TICKS}`);
  qf(environment, 'bars1s', '--from', `kafka:${TICKS}`, '--to', `kafka:${BARS}`, '--until-end', '--max-future', 'off');
  const file = join(directory, 'bars.ndjson');
  await topics.dump(BARS, file);
  const stored = await store(stack, { bars: BARS, file, records: linesOf(file), ...common });
  await topics.disconnect();
  return { settings, isFull, machine, versions: { node: process.version, ...stack.versions }, fill: filled, store: stored };
}

function keep(measured) {
  const thresholds = judgeTransfer(measured);
  const made = {
    command: commandLine('make bench-kafka', Object.keys(FULL)),
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
  };
  const folder = isFull ? 'docs/results' : 'runs/bench';
  const page = pageOf({ made, thresholds, ...measured });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'transfer.md'), page);
  writeFileSync(join(folder, 'transfer.json'), `${JSON.stringify({ made, thresholds, ...measured }, null, 1)}\n`);
  console.log(page);
  console.error(`bench: stored ${folder}/transfer.md and .json`);

  const unequal = [measured.fill, measured.store].flatMap(({ programs }) => programs).filter(({ check }) => !check.equal);
  const broken = thresholds.filter(({ holds }) => holds === false);
  for (const { name, check } of unequal) console.error(`bench: ${name}: ${check.text}`);
  for (const { what, required, measured: value } of broken) console.error(`bench: ${what}: ${value}, required ${required}`);
  if (unequal.length + broken.length > 0) process.exitCode = 1;
}

function linesOf(path) {
  return readFileSync(path, 'utf8').split('\n').length - 1;
}
