import { describe, expect, test } from 'vitest';
import { examine, reportOf } from '../../src/lib/ops/doctor/examine.js';
import { fail, ok } from '../../src/lib/ops/doctor/finding.js';
import { QfError } from '../../src/lib/runtime/errors.js';

const check = (name: string, run: () => Promise<ReturnType<typeof ok>[]>) => ({ name, mend: `mend ${name}`, run });

describe('examine', () => {
  test('a check that never ends and one that throws are failures, and the others are still there', async () => {
    const findings = await examine(
      [
        check('silent', () => new Promise(() => undefined)),
        check('broken', () => Promise.reject(new QfError('unavailable', 'refused'))),
        check('good', () => Promise.resolve([ok('good', 'fine')])),
      ],
      10,
    );
    expect(findings).toEqual([
      fail('silent', 'silent: no answer within 0.01 s', 'mend silent'),
      fail('broken', 'refused', 'mend broken'),
      ok('good', 'fine'),
    ]);
  });

  test('the report has a line for each finding, and under it what mends it', () => {
    expect(reportOf([ok('disk', 'fine'), fail('broker', 'down\nfor long', 'qf up')])).toBe(
      'ok    disk    fine\nfail  broker  down for long\n              -> qf up\n',
    );
  });
});
