// Adds up vitest's JSON reports and prints "N passed, N failed" as the last line. A report that is missing is a failure.
import { existsSync, readFileSync } from 'node:fs';

let [passed, failed, skipped] = [0, 0, 0];
for (const path of process.argv.slice(2)) {
  if (!existsSync(path)) {
    console.error(`no test report ${path}`);
    failed++;
    continue;
  }
  const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(readFileSync(path, 'utf8'));
  passed += numPassedTests;
  failed += Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0);
  skipped += numPendingTests;
}
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
if (passed === 0 || failed > 0) process.exitCode = 1;
