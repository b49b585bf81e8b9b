// What a benchmark is told by its environment, and the environment in which it runs programs.
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Ends with 2 where qf is not built. */
export function checkBuilt(command) {
  if (!existsSync('oclif.manifest.json') || !existsSync('dist/lib/cli/main.js')) fail(`qf is not built: run \`${command}\``);
}

/** Lengths by their names, as they are set, with the full ones in `full`; `isFull`: whether all reach these, but for those in `free`. */
export function lengths(full, free = []) {
  const settings = Object.fromEntries(Object.entries(full).map(([name, value]) => [name, positive(name, value)]));
  return { settings, isFull: Object.entries(full).every(([name, value]) => free.includes(name) || settings[name] >= value) };
}

export function positive(name, fallback) {
  const value = Number(process.env[name] || fallback);
  if (Number.isSafeInteger(value) && value > 0) return value;
  return fail(`${name} must be a whole number above 0, not "${process.env[name]}"`);
}

/** The settings of these names that are set, and the target, as they were typed. */
export function commandLine(target, names) {
  const settings = names.filter((name) => process.env[name]).map((name) => `${name}=${process.env[name]}`);
  if (process.env.BENCH_NODE) settings.push('BENCH_NODE=…');
  return [...settings, target].join(' ');
}

/** A folder that is deleted when the process ends, also by a signal. */
export function ownFolder(prefix) {
  const directory = mkdtempSync(prefix);
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ]) {
    process.on(signal, () => process.exit(code));
  }
  return directory;
}

/** No setting of the caller changes what is measured; `node` is the one that is asked for, past any version manager. */
export function cleanEnvironment(directory) {
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  symlinkSync(resolve(process.env.BENCH_NODE ?? process.execPath), join(bin, 'node'));
  const own = Object.entries(process.env).filter(([name]) => !/^(QF|NODE|BENCH)_/.test(name));
  return { ...Object.fromEntries(own), PATH: `${bin}:${process.env.PATH}`, LC_ALL: 'C' };
}

function fail(what) {
  console.error(`bench: ${what}`);
  process.exit(2);
}
