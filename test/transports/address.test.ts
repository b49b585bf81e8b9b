import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSink, openSource, pathIn } from '../../src/lib/transports/address.js';
import { stdinSource } from '../../src/lib/transports/stdin.js';
import { temporaryFolder } from '../support/files.js';

const folder = temporaryFolder();

describe('the path in an address', () => {
  it.each([
    ['file:a.ndjson', 'a.ndjson'],
    ['file:/tmp/a b', '/tmp/a b'],
    ['file:file:a', 'file:a'],
    ['file: ', ' '],
    ['file:a\nb', 'a\nb'],
    ['file:stdin', 'stdin'],
  ])('%j is %j', (address, path) => {
    expect(pathIn(address)).toBe(path);
  });

  it.each(['', 'file', 'file:', 'FILE:a', ' file:a', 'stdin', 'stdout', 'a.ndjson', 'kafka:ticks'])('%j is none', (address) => {
    expect(pathIn(address)).toBeUndefined();
  });
});

describe('an address', () => {
  it('of stdin is standard input', async () => {
    expect(await openSource('stdin')).toBe(stdinSource);
  });

  it('of stdout is standard output', async () => {
    expect((await openSink('stdout')).name).toBe('stdout');
  });

  it('of a file is that file, for reading', async () => {
    const path = join(folder, 'in');
    writeFileSync(path, 'a\n');
    const source = await openSource(`file:${path}`);
    const chunks: Buffer[] = [];
    for await (const chunk of source.batches(new AbortController().signal)) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('a\n');
  });

  it('of a file is that file, for writing', async () => {
    const path = join(folder, 'out');
    const sink = await openSink(`file:${path}`);
    await sink.write(Buffer.from('a\n'));
    await sink.close();
    expect(readFileSync(path, 'utf8')).toBe('a\n');
  });

  it('of a file that cannot be opened is wrong use', async () => {
    const path = join(folder, 'none', 'file');
    await expect(openSource(`file:${path}`)).rejects.toMatchObject({ code: 'usage' });
    await expect(openSink(`file:${path}`)).rejects.toMatchObject({ code: 'usage' });
  });

  it.each(['', 'stdout', 'file:', '-', 'a.ndjson'])('%j is refused as a source', async (address) => {
    const message = `--from "${address}": expected stdin|file:PATH`;
    await expect(openSource(address)).rejects.toMatchObject({ code: 'usage', message });
  });

  it.each(['', 'stdin', 'file:', '-', 'a.ndjson'])('%j is refused as a sink', async (address) => {
    const message = `--to "${address}": expected stdout|file:PATH`;
    await expect(openSink(address)).rejects.toMatchObject({ code: 'usage', message });
  });
});
