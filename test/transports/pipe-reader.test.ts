import { execFileSync, spawn } from 'node:child_process';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHUNKS_KEPT, PipeReader } from '../../src/lib/transports/pipe-reader.js';
import { temporaryFolder } from '../support/files.js';

const folder = temporaryFolder();
const source = join(folder, 'source');
const pipe = join(folder, 'pipe');
writeFileSync(source, Buffer.from(Float64Array.from({ length: 500_000 }, (_, index) => index).buffer));
execFileSync('mkfifo', [pipe]);

/** The file through the pipe, from another program. */
function readerOfSource(): PipeReader {
  spawn('sh', ['-c', 'cat "$1" > "$2"', 'sh', source, pipe], { stdio: 'ignore' });
  return new PipeReader(openSync(pipe, 'r'));
}

describe('a pipe', () => {
  it('gives its bytes in order, each chunk unchanged while the promised number of further ones are asked for', async () => {
    const held: Buffer[] = [];
    const read: Buffer[] = [];
    for await (const chunk of readerOfSource().chunks()) {
      held.push(chunk);
      // Lets the reader read as far ahead as it may.
      await new Promise((resolve) => setImmediate(resolve));
      if (held.length > CHUNKS_KEPT) read.push(Buffer.from(held.shift() as Buffer));
    }
    const whole = Buffer.concat([...read, ...held]);
    expect(read.length).toBeGreaterThan(3 * CHUNKS_KEPT);
    expect(whole.equals(readFileSync(source))).toBe(true);
  });

  it('ends where it is closed, with what was read before', async () => {
    const reader = readerOfSource();
    let bytes = 0;
    for await (const chunk of reader.chunks()) {
      bytes += chunk.length;
      reader.close();
    }
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(readFileSync(source).length);
  });
});
