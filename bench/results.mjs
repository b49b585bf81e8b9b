// Keeps what a benchmark has measured, and says what does not hold.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commit } from './machine.mjs';
import { commandLine } from './settings.mjs';

/**
 * Stores `results` as NAME.json, and as the page that `pageOf` makes of them and of how they were made: in full length in docs/results/,
 * else in runs/bench/. `names`: the settings that `target`, a command, was given.
 */
export function keep(name, { target, names, isFull, results, pageOf }) {
  const raw = `${name}.json`;
  const made = { command: commandLine(target, names), date: new Date().toISOString().slice(0, 10), commit: commit(), raw };
  const folder = isFull ? 'docs/results' : 'runs/bench';
  const page = pageOf({ made, ...results });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, raw), `${JSON.stringify({ made, ...results }, null, 1)}\n`);
  writeFileSync(join(folder, `${name}.md`), page);
  console.log(page);
  console.error(`bench: stored ${folder}/${name}.md and .json`);
}

/** Names every program of the contests that differs and every threshold that does not hold, for which the process then ends with 1. */
export function complain(contests, thresholds) {
  const unequal = contests.flatMap(({ programs }) => programs).filter(({ check }) => !check.equal);
  const broken = thresholds.filter(({ holds }) => holds === false);
  for (const { name, check } of unequal) console.error(`bench: ${name}: ${check.text}`);
  for (const { what, required, measured } of broken) console.error(`bench: ${what}: ${measured}, required ${required}`);
  if (unequal.length + broken.length > 0) process.exitCode = 1;
}
