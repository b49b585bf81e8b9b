import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT, shell } from '../support/cli.js';

let dir: string;
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'qf-install-'))));
afterAll(() => {
  rmSync(dir, { recursive: true });
});

describe('ways to run qf', () => {
  test('npm i -g . puts it on the path', async () => {
    const install = await shell(`npm install --global --prefix ${dir} --no-audit --no-fund . && cd / && ${dir}/bin/qf --version`);
    expect(install.exitCode, install.stderr).toBe(0);
    expect(install.stdout).toMatch(/qf\/\d+\.\d+\.\d+ /);
  });

  test('npx qf runs the checkout', async () => {
    const run = await shell('npx qf --version');
    expect(run.stdout).toMatch(/^qf\/\d+\.\d+\.\d+ /);
  });

  test('the package has what is needed, with the manifest, and no sources or tests', async () => {
    const { stdout, exitCode } = await shell('npm pack --dry-run --json --ignore-scripts 2> /dev/null');
    expect(exitCode).toBe(0);
    const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
    const paths = files.map(({ path }) => path);
    for (const path of [
      'bin/qf',
      'oclif.manifest.json',
      'dist/lib/cli/main.js',
      'schemas/tick.schema.json',
      'schemas/config/venue.schema.json',
      'configs/venues/binance.yaml',
      'migrations/0001_bars.sql',
      'README.md',
      'LICENSE',
    ]) {
      expect(paths).toContain(path);
    }
    expect(paths.filter((path) => /^(src|test|bench|scripts)\//.test(path))).toEqual([]);
  });

  test('completion is set up for bash and zsh', async () => {
    for (const shellName of ['bash', 'zsh']) {
      const run = await shell(`XDG_CACHE_HOME=${dir} qf autocomplete script ${shellName}`);
      expect(run.exitCode, run.stderr).toBe(0);
      expect(run.stdout).toContain('QF_AC');
    }
  });

  test('the smoke test for the CI of somebody else passes with qf and fails without it', async () => {
    expect((await shell('scripts/ci/smoke.sh')).exitCode).toBe(0);
    expect((await shell(`PATH=/usr/bin:/bin ${ROOT}scripts/ci/smoke.sh`)).exitCode).toBe(1);
  });

  test('make demo ends with what the fills have earned, and with counts that add up', async () => {
    const run = await shell('make demo');
    expect(run.exitCode, run.stderr).toBe(0);
    expect(run.stdout).toMatch(/all +│ +80 │ +│ +│ +│ +0 │ +608\.75 │ 3164\.58 │ -2555\.83 │/);
    expect(run.stdout).toMatch(/bars1s +│ 450466 │ 449797 │ +203 │ +427 │ +39 │/);
    expect(run.stdout).toMatch(/paper-match │ +80 │ +80 │/);
  });
});
