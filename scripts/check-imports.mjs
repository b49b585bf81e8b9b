// Checks the import rules, and that there was something to check: a version of dependency-cruiser that does not understand
// the installed TypeScript looks at no module and finds no fault.
import { spawnSync } from 'node:child_process';

const MIN_MODULES = 30;

const cruise = spawnSync('depcruise', ['src', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'], {
  encoding: 'utf8',
  maxBuffer: 2 ** 28,
});
if (cruise.error) throw cruise.error;
if (cruise.stdout === '') {
  console.error(cruise.stderr);
  process.exit(1);
}
const { modules, summary } = JSON.parse(cruise.stdout);
const own = modules.filter(({ source }) => source.startsWith('src/'));
for (const { rule, from, to } of summary.violations) console.error(`${rule.name}: ${from} -> ${to}`);
console.log(
  `import rules: ${own.length} modules, ${summary.totalDependenciesCruised} imports, ${summary.violations.length} violations`,
);
if (own.length < MIN_MODULES) {
  console.error(`expected at least ${MIN_MODULES} modules: the check has not seen the source`);
  process.exitCode = 1;
}
if (summary.violations.length > 0) process.exitCode = 1;
