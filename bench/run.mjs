// Measures the pipe: `make bench`. Environment: BENCH_TICKS, BENCH_ROUNDS, BENCH_NODE=path of another node.
// The full length is stored in docs/results/, anything shorter in runs/bench/. Exit 1 where outputs differ or a threshold does not hold.
import { execFileSync } from 'node:child_process';
import { openSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ticksThatCloseABar, writeOtherTicks, writeTicks } from './input.mjs';
import { machineFacts } from './machine.mjs';
import { aggPrograms, barsPrograms, otherLoadPrograms, slowBarsPrograms } from './programs.mjs';
import { report } from './report.mjs';
import { complain, keep } from './results.mjs';
import { checkBuilt, cleanEnvironment, lengths, ownFolder } from './settings.mjs';
import { judge } from './thresholds.mjs';
import { findTools } from './tools.mjs';

const FULL = { BENCH_TICKS: 30_000_000, BENCH_ROUNDS: 5 };

/** For programs that take half a minute for them. */
const MAX_SLOW_TICKS = 10_000_000;

/** Of the other load: each of its ticks is a bar, which are compared in memory. */
const MAX_OTHER_TICKS = 5_000_000;

/** Whom a program is compared with; on one core with one on one core. */
const BASES = {
  pipe: ({ cores }) => (cores === 'one' ? 'pipe-one-core' : 'pipe'),
  readline: ({ cores }) => (cores === 'one' ? 'readline-one-core' : 'readline'),
  duckdb: () => 'duckdb-2',
};

process.chdir(resolve(import.meta.dirname, '..'));
checkBuilt('make bench');
const { settings, isFull } = lengths(FULL);
const { BENCH_TICKS: ticks, BENCH_ROUNDS: rounds } = settings;

// These read dist, so that they are loaded only where it is there.
const { contest } = await import('./contest.mjs');
const { startUp } = await import('./startup.mjs');

const directory = ownFolder(join(tmpdir(), 'qf-bench-'));

const results = await measureAll();
const { node } = results.tools;
const name = process.env.BENCH_NODE ? `pipe.node${/\d+/.exec(node)?.[0]}` : 'pipe';
keep(name, { target: 'make bench', names: Object.keys(FULL), isFull, results, pageOf: report });
complain([results.slow, results.bars1s, results.otherLoad, results.agg], results.thresholds);

async function measureAll() {
  const environment = cleanEnvironment(directory);
  const machine = machineFacts();
  const tools = findTools(environment, isFull);
  const shortInput = join(directory, 'short.ndjson');
  writeFileSync(shortInput, ticksThatCloseABar);
  const common = { rounds, directory, environment, bases: BASES };
  const ofTicks = async (name, write, records, programs) => {
    const input = join(directory, 'ticks.ndjson');
    write(input, records);
    return contest({ name, unit: 'ticks', input, shortInput, records, programs, ...common });
  };
  const slow = await ofTicks('slow bars1s', writeTicks, Math.min(ticks, MAX_SLOW_TICKS), slowBarsPrograms(tools));
  const bars1s = await ofTicks('bars1s', writeTicks, ticks, barsPrograms(tools));
  const otherLoad = await ofTicks('another load', writeOtherTicks, Math.min(ticks, MAX_OTHER_TICKS), otherLoadPrograms(tools));
  const input = join(directory, 'bars1s.qf.out');
  const shortBars = join(directory, 'short-bars.ndjson');
  writeFileSync(shortBars, execFileSync('head', ['-2', input]));
  const records = lineCount(input);
  const programs = aggPrograms(tools);
  const agg = await contest({ name: 'agg', unit: 'bars', input, shortInput: shortBars, records, programs, ...common });
  const startup = await startUp(environment);
  const thresholds = judge({ slow, bars1s, otherLoad, agg, startup, isFull });
  return { machine, tools, ticks, rounds, isFull, slow, bars1s, otherLoad, agg, startup, thresholds };
}

function lineCount(path) {
  return Number(execFileSync('wc', ['-l'], { stdio: [openSync(path), 'pipe', 'inherit'] }));
}
