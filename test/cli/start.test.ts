import { execa } from 'execa';
import { expect, test } from 'vitest';
import { NODE, ROOT } from '../support/cli.js';

test('a stage in a pipe starts without the packages that only services and configurations need', async () => {
  const args = ['--require', `${ROOT}test/support/loaded.cjs`, `${ROOT}bin/qf`, 'agg', '--log-level', 'error'];
  const { stderr } = await execa(NODE, args, { input: '' });
  const loaded = JSON.parse(stderr) as string[];
  expect(loaded).toContain('@oclif/core');
  for (const name of ['ajv', 'yaml', 'kafkajs', 'pg', 'prom-client', 'ws', 'luxon']) expect(loaded).not.toContain(name);
});
