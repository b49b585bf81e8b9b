// Breaks the code on purpose, one mutation of test/mutations.json at a time, and sees that the tests notice: the fast ones or, with
// --torture as the first argument, the torture for the mutations that are marked so. Works on a copy of the checkout, so that the
// checkout stays as it is. Other arguments: words that the `why` of a mutation must contain.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** Time for the first run, which nothing is known of. A mutation that makes a loop endless gets a few times what it took. */
const FIRST_LIMIT_MS = 600_000;
const LIMIT_FACTOR = 4;

/** Threads and not processes, so that an endless loop dies with the run. */
const GATES = {
  fast: { include: ['test/{core,engines,properties,venues}/**/*.test.ts'], globalSetup: [] },
  torture: { include: ['test/torture/exactly-once.test.ts'], globalSetup: ['test/setup/stack.ts'] },
};

/** The same faults for each mutation. */
const SEED = process.env.QF_SEED ?? '1';

const root = resolve(import.meta.dirname, '..');

/** Copies every file that git knows or would add, and links what is installed and fetched. */
function copyCheckout(gate) {
  const copy = mkdtempSync(join(tmpdir(), 'qf-mutate-'));
  // As root, Postgres runs as nobody, who has to come in.
  chmodSync(copy, 0o755);
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of new Set(list.split('\0'))) {
    const from = join(root, file);
    if (file === '' || !existsSync(from) || !lstatSync(from).isFile()) continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(from, join(copy, file));
  }
  for (const name of ['node_modules', '.cache'])
    if (existsSync(join(root, name))) symlinkSync(join(root, name), join(copy, name));
  const config = { cacheDir: '.vite', test: { pool: 'threads', testTimeout: 60_000, hookTimeout: 120_000, ...GATES[gate] } };
  writeFileSync(join(copy, 'mutate.config.mjs'), `export default ${JSON.stringify(config)};\n`);
  return copy;
}

/** Runs the tests in the copy: how many ran, which failed first, and whether they came to an end. */
function runTests(copy, gate, limit_ms) {
  // The torture runs what is built.
  if (gate === 'torture') execFileSync('npm', ['run', '--silent', 'build'], { cwd: copy, stdio: 'ignore' });
  else
    for (const script of ['build-kernel.mjs', 'build-validators.mjs'])
      execFileSync('node', [`scripts/${script}`], { cwd: copy, stdio: 'ignore' });
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const vitest = join(copy, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--config', 'mutate.config.mjs', '--bail', '1', '--reporter', 'json', '--outputFile', report];
  const env = { ...process.env, QF_SEED: SEED, QF_FUZZ_S: '5' };
  const run = spawnSync(process.execPath, args, { cwd: copy, env, timeout: limit_ms, killSignal: 'SIGKILL', encoding: 'utf8' });
  if (run.error?.code === 'ETIMEDOUT') return { state: 'timeout', test: `no end within ${Math.round(limit_ms / 1000)} s` };
  if (!existsSync(report)) return { state: 'broken', test: (run.stderr || run.stdout).trim().slice(-300) };
  const { numTotalTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const failed = testResults.flatMap(({ assertionResults }) => assertionResults).find(({ status }) => status === 'failed');
  if (failed !== undefined) return { state: 'red', test: gate === 'fast' ? failed.fullName.trim() : messageIn(failed) };
  if (run.status !== 0 || numTotalTests === 0) return { state: 'broken', test: 'the tests did not run' };
  return { state: 'green', test: `${numTotalTests} tests` };
}

/** The torture is one test: what it has found says more than its name. */
function messageIn({ failureMessages: [message = ''] }) {
  return message.split('\n', 1)[0].slice(0, 160);
}

/** Applies one mutation, runs the tests, and takes the mutation back. */
function tryMutation(copy, gate, { file, find, replace }, limit_ms) {
  const path = join(copy, file);
  const original = readFileSync(path, 'utf8');
  const count = original.split(find).length - 1;
  if (count !== 1) return { state: 'broken', test: `"find" occurs ${count} times` };
  writeFileSync(
    path,
    original.replace(find, () => replace),
  );
  try {
    return runTests(copy, gate, limit_ms);
  } finally {
    writeFileSync(path, original);
  }
}

function main() {
  const [first, ...others] = process.argv.slice(2);
  const gate = first === '--torture' ? 'torture' : 'fast';
  const words = gate === 'torture' || first === undefined ? others : [first, ...others];
  const all = JSON.parse(readFileSync(join(root, 'test/mutations.json'), 'utf8')).filter(
    (each) => (each.gate ?? 'fast') === gate,
  );
  const mutations = all.filter(({ why }) => words.every((word) => why.includes(word)));
  const copy = copyCheckout(gate);
  process.once('SIGINT', () => {
    rmSync(copy, { recursive: true, force: true });
    process.exit(130);
  });
  try {
    const started_ms = Date.now();
    const before = runTests(copy, gate, FIRST_LIMIT_MS);
    const limit_ms = (Date.now() - started_ms) * LIMIT_FACTOR;
    console.log(`unmutated: ${before.state} (${before.test})`);
    if (before.state !== 'green') return 1;
    const survived = [];
    for (const mutation of mutations) {
      const { state, test } = tryMutation(copy, gate, mutation, limit_ms);
      const isKilled = state === 'red' || state === 'timeout';
      if (!isKilled) survived.push(mutation);
      const verdict = isKilled ? 'killed' : state === 'green' ? 'SURVIVED' : 'BROKEN';
      console.log(`${verdict.padEnd(8)}  ${mutation.why.padEnd(68)}  ${test}`);
    }
    console.log(`${mutations.length - survived.length} of ${mutations.length} mutations killed`);
    return survived.length > 0 || mutations.length === 0 ? 1 : 0;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

process.exitCode = main();
