// Measures the pipe: `make bench`. Environment: BENCH_TICKS, BENCH_ROUNDS, BENCH_NODE=path of another node.
// The full length is stored in docs/results/, anything shorter in runs/bench/. Exit 1 where outputs differ or a threshold does not hold.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { contest } from './contest.mjs';
import { writeOtherTicks, writeTicks } from './input.mjs';
import { commit, machineFacts } from './machine.mjs';
import { aggPrograms, barsPrograms, otherLoadPrograms } from './programs.mjs';
import { report } from './report.mjs';
import { checkBuilt, cleanEnvironment, commandLine, ownFolder, positive } from './settings.mjs';
import { startUp } from './startup.mjs';
import { judge } from './thresholds.mjs';
import { findTools } from './tools.mjs';

const FULL_TICKS = 10_000_000;
const FULL_ROUNDS = 5;

/** Of the other load: each of its ticks is a bar, which are compared in memory. */
const MAX_OTHER_TICKS = 2_000_000;

/** Whom a program is compared with; on one core with one on one core. */
const BASES = {
  pipe: () => 'pipe',
  readline: ({ cores }) => (cores === 'one' ? 'readline-one-core' : 'readline'),
  duckdb: () => 'duckdb-2',
};

process.chdir(resolve(import.meta.dirname, '..'));
const ticks = positive('BENCH_TICKS', FULL_TICKS);
const rounds = positive('BENCH_ROUNDS', FULL_ROUNDS);
checkBuilt('make bench');
const isFull = ticks >= FULL_TICKS && rounds >= FULL_ROUNDS;

const directory = ownFolder(join(tmpdir(), 'qf-bench-'));

const results = await measureAll();
store(results);

async function measureAll() {
  const environment = cleanEnvironment(directory);
  const machine = machineFacts();
  const tools = findTools(environment, isFull);
  const input = join(directory, 'ticks.ndjson');
  writeTicks(input, ticks);
  const common = { rounds, directory, environment, bases: BASES };
  const bars1s = await contest({
    name: 'bars1s',
    unit: 'ticks',
    input,
    records: ticks,
    programs: barsPrograms(tools),
    ...common,
  });
  const other = join(directory, 'other.ndjson');
  const otherTicks = Math.min(ticks, MAX_OTHER_TICKS);
  writeOtherTicks(other, otherTicks);
  const otherLoad = await contest({
    name: 'another load',
    unit: 'ticks',
    input: other,
    records: otherTicks,
    programs: otherLoadPrograms(tools),
    ...common,
  });
  const bars = join(directory, 'bars1s.qf.out');
  const agg = await contest({
    name: 'agg',
    unit: 'bars',
    input: bars,
    records: linesOf(bars),
    programs: aggPrograms(tools),
    ...common,
  });
  const startup = await startUp(environment);
  const thresholds = judge({ bars1s, otherLoad, agg, startup, isFull });
  return { machine, tools, ticks, rounds, isFull, bars1s, otherLoad, agg, startup, thresholds };
}

function store(results) {
  const suffix = process.env.BENCH_NODE ? `.node${/\d+/.exec(results.tools.node)?.[0]}` : '';
  const folder = isFull ? 'docs/results' : 'runs/bench';
  const made = {
    command: commandLine('make bench', ['BENCH_TICKS', 'BENCH_ROUNDS']),
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    raw: `pipe${suffix}.json`,
  };
  const page = report({ made, ...results });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `pipe${suffix}.md`), page);
  writeFileSync(join(folder, made.raw), `${JSON.stringify({ made, ...results }, null, 1)}\n`);
  console.log(page);
  console.error(`bench: stored ${folder}/pipe${suffix}.md and .json`);

  const unequal = [results.bars1s, results.otherLoad, results.agg]
    .flatMap(({ programs }) => programs)
    .filter(({ check }) => !check.equal);
  const broken = results.thresholds.filter(({ holds }) => holds === false);
  for (const { name, check } of unequal) console.error(`bench: ${name}: ${check.text}`);
  for (const { what, required, measured } of broken) console.error(`bench: ${what}: ${measured}, required ${required}`);
  if (unequal.length + broken.length > 0) process.exitCode = 1;
}

function linesOf(path) {
  return readFileSync(path, 'utf8').split('\n').length - 1;
}
