// Which branches of the kernels the tests reach: `kernel-coverage/run.mjs`. Ends with 1 where there is one that none reaches.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { instrument } from './instrument.mjs';

const FOLDER = '.cache/kernel-coverage';

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const branches = instrument('src/kernel', join(FOLDER, 'src'));
execFileSync('node', [resolve(import.meta.dirname, '../build-kernel.mjs'), FOLDER, join(FOLDER, 'src')], { stdio: 'inherit' });
const { status } = spawnSync(
  'npx',
  ['vitest', 'run', '--config', resolve(import.meta.dirname, 'vitest.config.mjs'), '--root', '.'],
  {
    stdio: 'inherit',
  },
);
if (status !== 0) process.exit(status ?? 1);

const reached = new Set(
  readdirSync(FOLDER)
    .filter((name) => name.startsWith('reached-'))
    .flatMap((name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8'))),
);
const fileOf = ({ place }) => place.split(':')[0];
for (const file of new Set(branches.map(fileOf))) {
  const own = branches.flatMap((branch, at) => (fileOf(branch) === file ? [at] : []));
  console.log(`${file.padEnd(24)} ${own.filter((at) => reached.has(at)).length} of ${own.length}`);
}
const missed = branches.filter((_, at) => !reached.has(at));
console.log(`\n${branches.length - missed.length} of ${branches.length} branches of the kernels are reached`);
for (const { place, what } of missed) console.log(`  ${place}: ${what}`);
process.exitCode = missed.length === 0 ? 0 : 1;
