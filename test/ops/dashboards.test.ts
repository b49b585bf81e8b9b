import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../support/cli.js';
import { temporaryFolder } from '../support/files.js';
import { NO_GO } from '../support/foreign.js';

const DASHBOARDS = join(ROOT, 'configs/grafana/dashboards');
if (NO_GO !== undefined) console.warn(`dashboards are not held against Grafana's schema: ${NO_GO}`);

const folder = temporaryFolder();
const checker = join(folder, 'check');
const paths = readdirSync(DASHBOARDS).map((name) => join(DASHBOARDS, name));

/** What Grafana's schema says of dashboards. */
function check(...dashboards: string[]): string {
  const { stdout, stderr, status } = spawnSync(checker, dashboards, { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status === 0).toBe(stdout === '');
  return stdout;
}

describe.skipIf(NO_GO !== undefined)("the dashboards, by Grafana's schema", () => {
  beforeAll(() => {
    const built = spawnSync('go', ['build', '-o', checker, '.'], { cwd: join(ROOT, 'test/ops/dashboards'), encoding: 'utf8' });
    expect(built.status, built.stderr).toBe(0);
  });

  test('are valid', () => {
    expect(paths.length).toBeGreaterThanOrEqual(3);
    expect(check(...paths)).toBe('');
  });

  test.each([
    { what: 'a name that the schema does not know', from: '"refresh"', to: '"refrsh"', found: "unexpected field 'refrsh'" },
    {
      what: 'a query without its expression',
      from: '"expr"',
      to: '"exprr"',
      found: 'targets[0].expr: required field is missing',
    },
    { what: 'a width that is no number', from: '"w": 12', to: '"w": "12"', found: 'gridPos.w: json: cannot unmarshal string' },
  ])('$what would be found', ({ from, to, found }) => {
    const broken = join(folder, 'broken.json');
    writeFileSync(broken, readFileSync(join(DASHBOARDS, 'stage.json'), 'utf8').replace(from, to));
    expect(check(broken)).toContain(found);
  });
});
