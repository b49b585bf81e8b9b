import { messageOf } from '../../runtime/errors.js';
import { withTimeout } from '../process/timeout.js';
import { type Check, fail, type Finding } from './finding.js';

/** Longest time of a check, whatever it waits for. */
const CHECK_MS = 15_000;

/** Carries out all checks at once. None can hold up the others, and none is left out. */
export async function examine(checks: readonly Check[], limit_ms = CHECK_MS): Promise<Finding[]> {
  const findings = await Promise.all(
    checks.map((check) =>
      withTimeout(check.name, limit_ms, check.run()).catch((error: unknown) => [fail(check.name, messageOf(error), check.mend)]),
    ),
  );
  return findings.flat();
}

/** The findings as text: a line for each, and under what is not right how to mend it. */
export function reportOf(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  return findings
    .map(({ check, status, what, mend }) => {
      const line = `${status.padEnd(4)}  ${check.padEnd(width)}  ${what.replaceAll('\n', ' ')}\n`;
      return mend === undefined ? line : `${line}${' '.repeat(width + 8)}-> ${mend}\n`;
    })
    .join('');
}
