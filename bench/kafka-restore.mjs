// How long a stage takes to take its partitions over, after it has committed for an hour of event time.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { PARTITIONS, qf } from './stack.mjs';
import { summary } from './statistics.mjs';

const SYMBOLS = 500;
const RATE = 1;
const COMMIT_INTERVAL = '5ms';

const TICKS = 'bench.hour';
const BARS = 'bench.hour.bars';
const GROUP = 'bench-hour';
const STATE = `qf.state.${GROUP}.bars1s.${TICKS}`;

/** Of a group that has done nothing yet. */
const EMPTY_STATE = 'bench.empty-state';

export const RESTORE_TEXT = `${SYMBOLS} symbols with ${RATE} tick a second each, a commit every ${COMMIT_INTERVAL}`;

/** `minutes` of event time, sent `pace` times as fast as the clock. */
export async function restores({ topics, environment }, { rounds, minutes, pace }) {
  await topics.create(TICKS, BARS, EMPTY_STATE);
  // A market that begins at the present is sent without transactions, several times as fast.
  const market = ['--symbols', String(SYMBOLS), '--rate', String(RATE), '--hot-pct', '0', '--start', 'now'];
  const ingest = ['ingest', 'sim', ...market, '--to', `kafka:${TICKS}`, '--log-level', 'warn'];
  const stage = ['bars1s', '--from', `kafka:${TICKS}`, '--to', `kafka:${BARS}`, '--group', GROUP, '--max-future', 'off'];
  const live = start(environment, [...stage, '--commit-interval', COMMIT_INTERVAL, '--log-level', 'warn']);
  await start(environment, [...ingest, '--duration', `${minutes}m`, '--pace', `x${pace}`]).done;
  live.stop();
  await live.done;
  qf(environment, ...stage, '--until-end', '--keep-open');
  const state = await sizeOf(topics);
  // What the first fetch of each partition finds.
  qf(environment, ...ingest, '--duration', '1s', '--pace', 'max');

  const samples = { restored: [], fresh: [] };
  for (let round = 0; round < rounds; round++) {
    samples.restored.push(takeOver(environment, STATE));
    samples.fresh.push(takeOver(environment, EMPTY_STATE));
  }
  return { minutes, pace, ...state, samples, restored_s: summary(samples.restored), fresh_s: summary(samples.fresh) };
}

/** What the state topic has held, and what of it is there still, over all partitions. */
async function sizeOf(topics) {
  const size = { written: 0, records: 0, bytes: 0, keys: 0 };
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const keys = new Set();
    let end = 0;
    for await (const { key, value, offset } of topics.records(STATE, partition)) {
      size.records++;
      size.bytes += key.length + (value?.length ?? 0);
      if (value === null) keys.delete(key.toString());
      else keys.add(key.toString());
      end = Number(offset) + 1;
    }
    size.keys += keys.size;
    size.written += end;
  }
  return size;
}

/** Seconds from the start of a process until it has all partitions. */
function takeOver(env, stateTopic) {
  const { status, stdout, stderr } = spawnSync('node', ['bench/peers/take-over.mjs', TICKS, stateTopic], {
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`take-over.mjs: exit ${status}: ${stderr.slice(-500)}`);
  return Number(stdout);
}

function start(env, args) {
  const child = spawn('bin/qf', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  let isStopped = false;
  const done = once(child, 'close').then(([code]) => {
    process.off('exit', kill);
    if (code !== 0 && !isStopped) throw new Error(`qf ${args.join(' ')}: exit ${code}`);
  });
  const stop = () => {
    isStopped = true;
    child.kill('SIGTERM');
  };
  return { done, stop };
}
