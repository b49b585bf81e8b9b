import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT, shell, summariesIn } from './support/cli.js';

const CASES = join(ROOT, 'test/cases');

/** Write `expout` anew instead of comparing it; see test/cases/README.md. */
const IS_UPDATE = process.env['UPDATE_CASES'] === '1';

/** `command/NNNN-name` of every case. */
const names = foldersIn(CASES).flatMap((command) => foldersIn(join(CASES, command)).map((name) => `${command}/${name}`));

function foldersIn(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** A file of a case; undefined where the case has none of this name. */
function fileOf(folder: string, name: string): Buffer | undefined {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path) : undefined;
}

function linesIn(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** Lines as they are, but each that contains what is expected in its place as just that: a difference shows only what is wrong. */
function asExpected(lines: readonly string[], expected: readonly string[]): string[] {
  return lines.map((line, index) => (line.includes(expected[index] ?? line) ? (expected[index] ?? line) : line));
}

async function check(name: string): Promise<void> {
  const folder = join(CASES, name);
  const scratch = mkdtempSync(join(tmpdir(), 'qf-case-'));
  try {
    const script = readFileSync(join(folder, 'cmd'), 'utf8');
    const input = fileOf(folder, 'input') ?? '';
    // Latin-1 has a character for every byte: the output is compared as bytes, whatever they are.
    const result = await shell(script, { cwd: folder, input, env: { T: scratch }, encoding: 'latin1' });
    const stderr = Buffer.from(result.stderr, 'latin1').toString('utf8');
    const stdout = Buffer.from(result.stdout, 'latin1');
    const errors = linesIn(fileOf(folder, 'experr')?.toString('utf8') ?? '');
    expect(result.exitCode, stderr).toBe(Number(fileOf(folder, 'expcode') ?? 0));
    expect(asExpected(linesIn(stderr), errors)).toEqual(errors);
    for (const summary of summariesIn(stderr)) expect(summary['adds_up']).toBe(true);
    if (IS_UPDATE) writeFileSync(join(folder, 'expout'), stdout);
    const expected = readFileSync(join(folder, 'expout'));
    expect(stdout.toString('utf8')).toBe(expected.toString('utf8'));
    expect(stdout.equals(expected)).toBe(true);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

describe('cases', () => {
  test('there are enough of them, and each has its files', () => {
    expect(names.length).toBeGreaterThan(40);
    for (const name of names) {
      expect(name).toMatch(/^[a-z0-9-]+\/\d{4}-[a-z0-9-]+$/);
      expect(existsSync(join(CASES, name, 'cmd')), name).toBe(true);
      expect(IS_UPDATE || existsSync(join(CASES, name, 'expout')), name).toBe(true);
    }
  });

  test('two cases of a command never have the same number', () => {
    const numbers = names.map((name) => name.replace(/(\d{4}).*/, '$1'));
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  describe.concurrent('qf', () => {
    test.for(names)('%s', check);
  });
});
