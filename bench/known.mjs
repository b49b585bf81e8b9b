// Whether `qf perf compare` tells the truth about a stage whose speed is known: the fast engine, and the same one that sleeps for a fifth
// of the time that it took, so that it takes 1.20 times as long. Ends with 1 where the interval does not hold that.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const QF = fileURLToPath(new URL('../bin/qf', import.meta.url));
const SLOWER = 1.2;
const TICKS = process.env.BENCH_TICKS ?? '2000000';
const ROUNDS = process.env.BENCH_ROUNDS ?? '5';

// In braces: it is also put before another stage's pipe.
const SLOW = `{ ${[
  'from=$(date +%s%N)',
  'qf bars1s --engine wasm --max-future off',
  'to=$(date +%s%N)',
  `sleep "$(awk "BEGIN { print ($to - $from) * ${(SLOWER - 1).toFixed(2)} / 1e9 }")"`,
].join('; ')}; }`;

const folder = mkdtempSync(join(tmpdir(), 'qf-known-'));
try {
  const flags = ['--a', 'hot', '--b', 'hot', '--loads', '200', '--ticks', TICKS, '--rounds', ROUNDS, '--tag', 'known'];
  execFileSync(QF, ['perf', 'compare', ...flags], {
    cwd: folder,
    env: { ...process.env, BARS1S_CMD: SLOW },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const { contests } = JSON.parse(readFileSync(join(folder, 'runs/perf_compare/known/report.json'), 'utf8'));
  const { interval, ratio, verdict } = contests.find(({ stage }) => stage === 'bars1s').conclusion;
  const [low, high] = [1 / interval.high, 1 / interval.low];
  console.log(
    `takes ${(1 / ratio).toFixed(3)} times as long (95 % interval ${low.toFixed(3)}–${high.toFixed(3)}), ${verdict}; it is ${SLOWER}`,
  );
  if (low > SLOWER || high < SLOWER) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
