import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startOf } from '../../src/lib/ops/process/identity.js';
import { withLock } from '../../src/lib/ops/process/lock.js';
import {
  isAlive,
  readRecord,
  isProcessRecord,
  type ProcessRecord,
  recordOf,
  runningProcess,
  writeRecord,
} from '../../src/lib/ops/process/record.js';
import { startDetached, startRecorded } from '../../src/lib/ops/process/start.js';
import { stopProcess } from '../../src/lib/ops/process/stop.js';
import { temporaryFolder } from '../support/files.js';

const PATIENCE_MS = 30_000;
const folder = temporaryFolder();

/** A process of its own group that says when it is ready. */
async function start(script: string): Promise<{ child: ChildProcess; record: ProcessRecord }> {
  const child = spawn(process.execPath, ['-e', `${script}; setInterval(() => {}, 1000); console.log('ready')`], {
    detached: true,
  });
  await once(child.stdout, 'data');
  const record = recordOf(child.pid ?? 0);
  if (record === undefined) throw new Error('the process has ended');
  return { child, record };
}

/** The command line of a process; empty where it has ended. */
function argumentsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

describe('a process', () => {
  test('is known by its id and its start together', () => {
    const own = recordOf(process.pid);
    if (own === undefined) throw new Error('this process runs');
    expect(isAlive(own)).toBe(true);
    expect(isAlive({ ...own, started: 'at another time' })).toBe(false);
    expect(startOf(2 ** 22 + 1)).toBeUndefined();
  });

  test('that has ended is gone, also while nobody has asked for its exit code', async () => {
    const { child, record } = await start('');
    child.kill('SIGKILL');
    await expect.poll(() => isAlive(record)).toBe(false);
  });

  test('with a name full of spaces and parentheses is read rightly', async () => {
    const { child, record } = await start("process.title = 'a) Z 1 (b c'");
    expect(startOf(record.pid)).toBe(record.started);
    child.kill('SIGKILL');
  });

  test('is asked to end, and killed where it does not', async () => {
    const polite = await start('');
    expect(await stopProcess(polite.record, 'SIGTERM', PATIENCE_MS)).toBe('ended');
    expect(await stopProcess(polite.record, 'SIGTERM', PATIENCE_MS)).toBe('absent');
    const stubborn = await start("process.on('SIGTERM', () => {})");
    expect(await stopProcess(stubborn.record, 'SIGTERM', 200)).toBe('killed');
    expect(isAlive(stubborn.record)).toBe(false);
  });

  test('is left alone where only its id is the recorded one', async () => {
    const { child, record } = await start('');
    expect(await stopProcess({ ...record, started: 'at another time' }, 'SIGKILL', PATIENCE_MS)).toBe('absent');
    expect(isAlive(record)).toBe(true);
    child.kill('SIGKILL');
  });

  test('that is started detached leads a group, and its output is in the log', async () => {
    const log = join(folder, 'logs/child.log');
    const script = "console.log('out'); console.error('err'); setInterval(() => {}, 1000)";
    const program = { command: process.execPath, args: ['-e', script], cwd: folder, env: {}, log };
    const record = await startDetached(program);
    await expect.poll(() => readFileSync(log, 'utf8')).toBe('out\nerr\n');
    expect(await stopProcess(record, 'SIGTERM', PATIENCE_MS)).toBe('ended');
    await expect(startDetached({ ...program, command: '/no/such/program' })).rejects.toThrow('cannot start /no/such/program');
  });

  test.skipIf(process.platform !== 'linux')('that cannot be recorded is ended', async () => {
    const path = join(folder, 'a-folder.json');
    mkdirSync(path);
    const marker = randomUUID();
    const runs = (): boolean => readdirSync('/proc').some((pid) => argumentsOf(pid).includes(marker));
    const args = ['-e', `'${marker}'; setInterval(() => {}, 1000)`];
    const program = { command: process.execPath, args, cwd: folder, env: {}, log: join(folder, 'logs/unrecorded.log') };
    await expect(startRecorded(program, path)).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining(path) as string,
    });
    expect(runs()).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith('a-folder'))).toEqual(['a-folder.json']);
    const record = await startRecorded(program, join(folder, 'recorded.json'));
    expect(runs()).toBe(true);
    await stopProcess(record, 'SIGTERM', PATIENCE_MS);
  });
});

describe('a record', () => {
  test.each([
    '',
    'nonsense',
    '{}',
    '[]',
    'null',
    '{"pid":1,"started":"x","started_ms":0}',
    '{"pid":"7","started":"x","started_ms":0}',
  ])('that says %j is none', (text) => {
    const path = join(folder, 'strange.json');
    writeFileSync(path, text);
    expect(readRecord(path, isProcessRecord)).toBeUndefined();
    expect(runningProcess(path)).toBeUndefined();
    expect(existsSync(path)).toBe(false);
  });

  test('of a running process is kept, and nothing is left beside it', () => {
    const own = recordOf(process.pid);
    const path = join(folder, 'records/own.json');
    writeRecord(path, own ?? {});
    expect(runningProcess(path)).toEqual(own);
    expect(readdirSync(join(folder, 'records'))).toEqual(['own.json']);
  });
});

describe('the lock', () => {
  const path = join(folder, 'run/lock.json');

  test('lets one at a time work, and goes with it, also where the work fails', async () => {
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(`${name} begins`);
      await new Promise(setImmediate);
      order.push(`${name} ends`);
    };
    await Promise.all([withLock(path, work('a')), withLock(path, work('b'))]);
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
    await expect(withLock(path, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(existsSync(path)).toBe(false);
  });

  test('of a process that has ended does not count; that of a running one is waited for, within limits', async () => {
    writeRecord(path, { pid: process.pid, started: 'at another time', started_ms: 0 });
    expect(await withLock(path, () => Promise.resolve('done'))).toBe('done');
    writeRecord(path, recordOf(process.pid) ?? {});
    await expect(withLock(path, () => Promise.resolve(), 1)).rejects.toThrow(`process ${process.pid} starts or stops this stack`);
  });
});
