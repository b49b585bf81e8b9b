// Measures websocket frames to NDJSON: part of `make bench`. Environment: BENCH_FRAMES, BENCH_ROUNDS.
// The full length is stored in docs/results/, anything shorter in runs/bench/. Exit 1 where outputs differ.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { machineFacts } from './machine.mjs';
import { measure } from './measure.mjs';
import { count, spread, table } from './report.mjs';
import { keep } from './results.mjs';
import { checkBuilt, cleanEnvironment, lengths, ownFolder } from './settings.mjs';
import { speedRatio, summary } from './statistics.mjs';
import { SESSION_TEXT, tradesIn } from './ws-input.mjs';

const FULL = { BENCH_FRAMES: 1_000_000, BENCH_ROUNDS: 5 };

/** qf connects again after the session, and is told to go. */
const EXIT_UNAVAILABLE = 69;

const PROGRAMS = [
  {
    id: 'count',
    name: 'the socket itself',
    command: (url) => ['node', 'bench/peers/ws-count.mjs', `${url}?once`],
    does: 'counts frames: what any program on `ws` pays to receive them',
  },
  {
    id: 'json',
    name: 'ws + JSON.parse',
    command: (url) => ['node', 'bench/peers/ws-json.mjs', `${url}?once`],
    does: 'times and sizes are doubles; no reconnect, no bounds, no rejects, no gaps, no limit of its buffers',
  },
  {
    id: 'qf',
    name: 'qf ingest ws',
    command: (url) => [
      'bin/qf',
      'ingest',
      'ws',
      '--venue',
      'binance',
      '--url',
      url,
      '--backoff-min',
      '1ms',
      '--log-level',
      'warn',
    ],
    exit: EXIT_UNAVAILABLE,
    does: 'exact digits, every frame and tick accounted for, gaps, bounded queues, reconnects',
  },
];

process.chdir(resolve(import.meta.dirname, '..'));
checkBuilt('make bench');
const { settings, isFull } = lengths(FULL);
const { BENCH_FRAMES: frames, BENCH_ROUNDS: rounds } = settings;
const directory = ownFolder(join(tmpdir(), 'qf-bench-ws-'));
const environment = cleanEnvironment(directory);
const server = spawn(process.execPath, ['bench/ws-server.mjs', String(frames)], { stdio: ['ignore', 'pipe', 'inherit'] });
process.on('exit', () => server.kill());
const machine = machineFacts();
const [port] = await once(server.stdout, 'data');
const url = `ws://127.0.0.1:${String(port).trim()}/`;

const entries = PROGRAMS.map((program) => ({ ...program, output: join(directory, program.id), samples: [] }));
const run = ({ command, output, exit = 0 }) =>
  measure({ command: command(url), cores: 'any', input: '/dev/null', output, environment, exit });

for (const entry of entries) await run(entry);
const hashes = ['json', 'qf'].map((id) =>
  createHash('sha256')
    .update(readFileSync(join(directory, id)))
    .digest('hex'),
);
const counted = Number(readFileSync(join(directory, 'count'), 'utf8'));
const lines = readFileSync(join(directory, 'qf'), 'utf8').split('\n').length - 1;
if (hashes[0] !== hashes[1] || counted !== frames || lines !== tradesIn(frames)) {
  console.error(
    `bench: outputs differ: ${counted} of ${frames} frames, ${lines} of ${tradesIn(frames)} ticks, hashes ${hashes.join(' ')}`,
  );
  process.exit(1);
}
for (let round = 0; round < rounds; round++) {
  for (let turn = 0; turn < entries.length; turn++) {
    const entry = entries[(turn + round) % entries.length];
    entry.samples.push(await run(entry));
  }
  console.error(`bench: ws: round ${round + 1} of ${rounds}`);
}
server.kill();
keep('ws', { target: 'make bench', names: Object.keys(FULL), isFull, results: resultsOf(), pageOf });

function resultsOf() {
  const samplesOf = (id) => entries.find((entry) => entry.id === id).samples;
  const programs = entries.map(({ id, name, does, samples }) => ({
    id,
    name,
    does,
    samples,
    rate: summary(samples.map(({ wall_s }) => frames / wall_s)),
    cpu_s: summary(samples.map(({ user_s, system_s }) => user_s + system_s)),
    peak_mb: samples.every(({ peak_mb }) => peak_mb !== undefined) ? summary(samples.map(({ peak_mb }) => peak_mb)) : undefined,
    toJson: speedRatio(samples, samplesOf('json')),
    toSocket: speedRatio(samples, samplesOf('count')),
  }));
  return { machine, node: process.version, frames, rounds, programs };
}

function pageOf({ made, programs }) {
  return `# Websocket frames to NDJSON, measured

Made by \`${made.command}\` on ${made.date}, qf at ${made.commit}. Raw figures: [${made.raw}](${made.raw}).

Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memory_gb} GB, ${machine.system}; load before the start ${machine.load_before.toFixed(1)}. Node ${process.version}.

Absolute figures are facts of this machine; what carries over to another are the ratios.

${table(
  ['program', 'thousand frames/s', '× the socket', '× ws + JSON.parse', 'CPU s', 'MB'],
  programs.map(({ name, rate, cpu_s, peak_mb, toJson, toSocket }) => [
    name,
    spread(rate, 1e3, 0),
    spread(toSocket, 1, 2),
    spread(toJson, 1, 2),
    spread(cpu_s, 1, 1),
    peak_mb?.median.toFixed(0) ?? '–',
  ]),
)}
${table(
  ['program', 'what it does, and what not'],
  programs.map(({ name, does }) => [name, does]),
)}
- Input: ${count(frames)} frames, ${count(tradesIn(frames))} of them trades: ${SESSION_TEXT}. A server in another process sends them over
  loopback as fast as they are taken (\`bench/ws-server.mjs\`).
- Equal outputs first: ws + JSON.parse and qf wrote the same bytes, and every frame was counted.
- One warm-up, then ${rounds} interleaved rounds; medians with (min–max). Times are those of the whole program, its start included. A ratio is that of
  two runs of the same round, then the median of the rounds.
`;
}
