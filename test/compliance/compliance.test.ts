import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import ndjson from 'ndjson';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/lib/runtime/clock.js';
import { loaded, valuesOf } from '../../src/lib/runtime/options.js';
import type { StageSpec, TransformSpec } from '../../src/lib/runtime/stage.js';
import { STAGES } from '../../src/lib/stages/index.js';
import { nodeFiles } from '../../src/lib/transports/file.js';
import { ROOT, shell, startQf, summariesIn } from '../support/cli.js';
import { contextWith } from '../support/context.js';
import { untilAsleep } from '../support/process.js';
import { HAS_TERMINAL, onTerminal } from '../support/terminal.js';
import { SAMPLES, type Sample } from './samples.js';

const MALFORMED = '{"symbol":\n';

let dir: string;
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'qf-compliance-'))));
afterAll(() => {
  rmSync(dir, { recursive: true });
});

function sampleOf(stage: StageSpec): Sample {
  const sample = SAMPLES[stage.name];
  if (sample === undefined) throw new Error(`test/compliance/samples.ts has no sample for ${stage.name}`);
  return sample;
}

function commandOf(stage: StageSpec): string {
  return ['qf', stage.name, ...sampleOf(stage).args].join(' ');
}

/** Parsed by the library that users of the output may use as well. */
async function parseNdjson(text: string): Promise<unknown[]> {
  const parser = ndjson.parse({ strict: true });
  const records: unknown[] = [];
  parser.on('data', (record: unknown) => records.push(record));
  const ended = new Promise((resolve, reject) => parser.on('end', resolve).on('error', reject));
  parser.end(text);
  await ended;
  return records;
}

function expectAccount(summary: Record<string, unknown> | undefined): void {
  const count = (name: string): number => Number(summary?.[name]);
  expect(count('in')).toBe(count('used') + count('late') + count('duplicate') + count('rejected') + count('ignored'));
  expect(summary?.['adds_up']).toBe(true);
}

/** Lines of records in a stage's sample input. */
function recordsIn(stage: StageSpec): number {
  const { input = '', headerLines = 0 } = sampleOf(stage);
  return input.trimEnd().split('\n').length - headerLines;
}

const readers = STAGES.filter((stage) => sampleOf(stage).input !== undefined);
const transforms = STAGES.filter((stage): stage is TransformSpec => stage.kind !== 'source');

describe.each(STAGES.map((stage) => [stage.name, stage] as const))('%s', (name, stage) => {
  test('writes only NDJSON to stdout, and a summary that adds up to stderr', async () => {
    const run = await shell(commandOf(stage), { input: sampleOf(stage).input ?? '' });
    expect(run.exitCode, run.stderr).toBe(0);
    const isNdjson = !stage.produces.some((kind) => kind === 'text' || kind === 'page');
    if (isNdjson) expect((await parseNdjson(run.stdout)).length).toBeGreaterThan(0);
    const [summary] = summariesIn(run.stderr);
    expect(summary).toMatchObject({ stage: name.replace(' ', '-'), ended: 'end' });
    expect(Number(summary?.['in'])).toBeGreaterThan(0);
    expectAccount(summary);
  });

  test('its help has a usage line, every option and two examples', async () => {
    const { stdout, exitCode } = await shell(`qf ${name} --help`);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`$ qf ${name}`);
    for (const option of Object.keys(stage.options)) expect(stdout).toContain(`--${option}`);
    expect(stage.examples.length).toBeGreaterThanOrEqual(2);
  });

  test('every default of its options is a value that the option accepts', () => {
    for (const option of Object.values(stage.options)) {
      if (option.kind !== 'switch' && option.default !== undefined) option.parse(option.default);
    }
  });
});

describe.each(readers.map((stage) => [stage.name, stage] as const))('%s as a reader', (_, stage) => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s: stops reading, finishes what it has, and says so by its exit code',
    async (signal) => {
      const child = startQf([...stage.name.split(' '), ...sampleOf(stage).args, '--log-level', 'debug']);
      const started = new Promise<void>((resolve) => {
        child.stderr.on('data', (chunk: Buffer) => {
          if (chunk.toString().includes('"msg":"started"')) resolve();
        });
      });
      child.stdin.write(sampleOf(stage).input ?? '');
      await started;
      child.kill(signal);
      const { exitCode, stderr } = await child;
      expect(exitCode, stderr).toBe(signal === 'SIGINT' ? 130 : 143);
      const [summary] = summariesIn(stderr);
      expect(summary).toMatchObject({ ended: signal, unwritten_records: 0 });
      expectAccount(summary);
    },
  );

  test('a malformed line is counted, reported with its place, and stops the stage only with --strict', async () => {
    const rejects = join(dir, `${stage.name}.ndjson`);
    const { input: good = '', linePrefix = '' } = sampleOf(stage);
    const input = `${good}${linePrefix}${MALFORMED}`;
    const lenient = await shell(`${commandOf(stage)} --rejects '${rejects}'`, { input });
    expect(lenient.exitCode, lenient.stderr).toBe(stage.name === 'check' ? 65 : 0);
    expect(summariesIn(lenient.stderr)[0]).toMatchObject({ in: recordsIn(stage) + 1, rejected: 1 });
    const last = readFileSync(rejects, 'utf8').trimEnd().split('\n').at(-1) ?? '';
    expect(JSON.parse(last)).toMatchObject({
      stage: stage.name.replace(' ', '-'),
      size: MALFORMED.length - 1,
      raw: MALFORMED.trimEnd(),
    });
    const strict = await shell(`${commandOf(stage)} --strict`, { input });
    expect(strict.exitCode).toBe(65);
    expect(strict.stderr).toContain('--strict stops here');
  });

  test('empty input gives an empty result and exit code 0', async () => {
    const run = await shell(commandOf(stage));
    expect(run.exitCode, run.stderr).toBe(0);
    expect(summariesIn(run.stderr)[0]).toMatchObject({ in: 0, ended: 'end' });
    const isNdjson = !stage.produces.some((kind) => kind === 'text' || kind === 'page');
    if (isNdjson) expect(run.stdout).toBe('');
  });
});

describe.each(transforms.map((stage) => [stage.name, stage] as const))('%s as a transform', (_, stage) => {
  test('its output does not depend on where the input is cut', async () => {
    const input = Buffer.from(sampleOf(stage).input ?? '');
    const whole = await outputOf(stage, input, input.length);
    expect(whole.length).toBeGreaterThan(0);
    for (const size of [1, 3, 1024, 1024 * 1024]) expect(await outputOf(stage, input, size)).toBe(whole);
  });

  test.skipIf(!HAS_TERMINAL)('on a terminal, without --from, it shows its help instead of waiting', async () => {
    const command = [stage.name, ...(stage.args === undefined ? [] : ['table'])].join(' ');
    const run = await shell(onTerminal(`qf ${command}`));
    expect(run.stdout).toContain('USAGE');
    expect(run.exitCode).toBe(2);
  });
});

/** Output of a stage with the options of its sample, fed with chunks of `size` bytes. */
async function outputOf(stage: TransformSpec, input: Buffer, size: number): Promise<string> {
  const { args } = sampleOf(stage);
  const given = Object.keys(stage.options).filter((name) => args.includes(`--${name}`));
  const texts = Object.fromEntries(given.map((name) => [name, args[args.indexOf(`--${name}`) + 1] ?? '']));
  const options = await loaded(stage.options, valuesOf(stage.options, texts), (path) => nodeFiles.readText(path));
  const context = contextWith({ clock: systemClock, files: nodeFiles, args: args.filter((arg) => !arg.startsWith('-')) });
  const processor = stage.create(options, context);
  const parts: Buffer[] = [];
  for (let at = 0; at < input.length; at += size) {
    processor.push(input.subarray(at, at + size), systemClock.now_ms());
    parts.push(processor.take().output.bytes);
  }
  processor.end();
  parts.push(processor.take().output.bytes);
  return Buffer.concat(parts).toString();
}

describe('a pipe whose reader goes', () => {
  test.each([
    ['qf ingest sim --pace max', 'head -1'],
    ['qf ingest sim --pace max | qf bars1s', 'head -3'],
    ['qf ingest sim --pace max | qf bars1s | qf agg --tf 1m', 'head -1'],
    ['qf ingest sim --pace max | qf fmt csv', 'head -1'],
    [
      'qf ingest sim --symbols 20 --rate 1 --hot-pct 0 --pace max | qf bars1s | qf agg --tf 3m,5m | qf pairs watch | qf pairs exec | qf risk size | qf risk guard | qf paper match',
      'head -1',
    ],
  ])('%s | %s ends by itself, every stage with exit code 0', async (pipe, reader) => {
    const run = await shell(`${pipe} | ${reader} > /dev/null; echo "\${PIPESTATUS[@]}"`);
    expect(
      run.stdout
        .trim()
        .split(' ')
        .every((code) => code === '0'),
      run.stdout,
    ).toBe(true);
    for (const summary of summariesIn(run.stderr)) expect(summary).toMatchObject({ ended: 'closed_pipe', adds_up: true });
    expect(summariesIn(run.stderr)).toHaveLength(pipe.split('|').length);
  });
});

describe('a source without end', () => {
  test('Ctrl-C on a whole pipe: each stage has read all that the one before has written', async () => {
    const log = join(dir, 'pipe.log');
    const script = `
      set -m
      export QF_LOG_LEVEL=debug
      (qf ingest sim --pace max | qf bars1s | qf agg --tf 1m > /dev/null) 2> ${log} &
      until [ "$(grep -c '"msg":"started"' ${log})" = 3 ]; do :; done
      kill -INT -- -$!
      wait $!
      echo $?`;
    const run = await shell(script);
    expect(run.stdout.trim()).toBe('130');
    const [sim, bars, agg] = ['ingest-sim', 'bars1s', 'agg'].map((stage) =>
      summariesIn(readFileSync(log, 'utf8')).find((summary) => summary['stage'] === stage),
    );
    expect(bars?.['in']).toBe(sim?.['written_records']);
    expect(agg?.['in']).toBe(bars?.['written_records']);
    for (const summary of [sim, bars, agg]) expectAccount(summary);
  });

  test('a second signal ends a stage whose output nobody takes', async () => {
    const child = spawn(process.execPath, [`${ROOT}bin/qf`, 'ingest', 'sim', '--pace', 'max'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const pid = child.pid as number;
    const ended = new Promise((resolve) => child.on('exit', resolve));
    await untilFull(child.stdout);
    await untilAsleep(pid);
    child.kill('SIGINT');
    await untilAsleep(pid);
    expect(child.exitCode).toBeNull();
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    child.stdout.destroy();
  });
});

/** Resolves when a stream that nobody reads has something to read. */
function untilFull(stream: Readable): Promise<void> {
  return new Promise((resolve) => stream.once('readable', resolve));
}
