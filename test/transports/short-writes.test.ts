import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { FileSink } from '../../src/lib/transports/file.js';
import { temporaryFolder } from '../support/files.js';

// The system takes at most seven bytes at once.
vi.mock(import('node:fs'), async (original) => {
  const { promisify } = await import('node:util');
  const fs = await original();
  const writeSome = promisify(fs.write);
  const shortWrite = (fd: number, bytes: Buffer, at: number, length: number): Promise<unknown> =>
    writeSome(fd, bytes, at, Math.min(length, 7), null);
  const write = Object.assign(() => undefined, { [promisify.custom]: shortWrite });
  return { ...fs, write: write as unknown as typeof fs.write };
});

const folder = temporaryFolder();

describe('a file of which the system takes only some bytes at once', () => {
  it('has all bytes of all batches, in order', async () => {
    const path = join(folder, 'out');
    const sink = await FileSink.open(path);
    const batches = ['a\n', 'exactly', '', '0123456789'.repeat(10), 'b'];
    for (const batch of batches) await sink.write(Buffer.from(batch));
    await sink.close();
    expect(readFileSync(path, 'utf8')).toBe(batches.join(''));
  });
});
