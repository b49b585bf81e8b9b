// How long a command takes to say something, from the moment it is started.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { ticksThatCloseABar } from './input.mjs';
import { summary } from './statistics.mjs';

const TIMES = 20;

const CASES = [
  { id: 'node', name: '`node -e 0`, to its end', time: toEnd('node', '-e', '0') },
  { id: 'version', name: '`bin/qf --version`, to its end', time: toEnd('bin/qf', '--version') },
  {
    id: 'first-output',
    name: '`bin/qf bars1s`, to its first byte of output, stdin still open',
    time: toFirstOutput('bin/qf', 'bars1s', '--max-future', 'off'),
  },
];

/** `{ id, name, samples_ms, ms }` of each case; one run before the first counts for nothing. */
export async function startUp(environment) {
  const samples = CASES.map(() => []);
  for (let round = 0; round <= TIMES; round++) {
    for (const [i, { time }] of CASES.entries()) {
      const ms = await time(environment);
      if (round > 0) samples[i].push(ms);
    }
  }
  return CASES.map(({ id, name }, i) => ({ id, name, samples_ms: samples[i], ms: summary(samples[i]) }));
}

function toEnd(file, ...args) {
  return async (env) => {
    const start = performance.now();
    const child = spawn(file, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    await success(child);
    return performance.now() - start;
  };
}

function toFirstOutput(file, ...args) {
  return async (env) => {
    const start = performance.now();
    const child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'ignore'] });
    const ended = success(child);
    child.stdin.write(ticksThatCloseABar);
    await Promise.race([once(child.stdout, 'data'), ended]);
    const ms = performance.now() - start;
    child.stdout.resume();
    child.stdin.end();
    await ended;
    return ms;
  };
}

async function success(child) {
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${child.spawnargs.join(' ')}: exit ${code}`);
}
