import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { FileSink, fileSource, nodeFiles } from '../../src/lib/transports/file.js';
import { temporaryFolder } from '../support/files.js';

const folder = temporaryFolder();
mkdirSync(join(folder, 'folder'));

/** Text that hardly shrinks, so that its gzip is long as well. */
const LONG = Array.from({ length: 60_000 }, (_, index) => `${Math.imul(index, 2_654_435_761) >>> 0}\n`).join('');

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Everything that is read of a file, and what was thrown behind it. */
async function read(path: string, stop = new AbortController().signal): Promise<{ text: string; error: unknown }> {
  const chunks: Buffer[] = [];
  let error: unknown;
  try {
    for await (const chunk of nodeFiles.open(path, stop)) chunks.push(chunk);
  } catch (thrown) {
    error = thrown;
  }
  return { text: Buffer.concat(chunks).toString(), error };
}

describe('a file', () => {
  it.each([
    ['plain', LONG],
    ['empty', ''],
    ['of one byte', 'x'],
    ['of the first byte of gzip alone', '\x1f'],
    ['of text that looks like gzip only in its second byte', 'x\x8b\n'],
  ])('that is %s is read as it is', async (_, text) => {
    expect(await read(fileOf('plain.csv', text))).toEqual({ text, error: undefined });
  });

  it.each(['a.csv.gz', 'a.csv', 'a'])('of gzip is known by its bytes, whatever its name is: %s', async (name) => {
    expect(await read(fileOf(name, gzipSync(LONG)))).toEqual({ text: LONG, error: undefined });
  });

  it('that is only named like gzip is read as it is', async () => {
    expect(await read(fileOf('plain.csv.gz', 'a,b\n'))).toEqual({ text: 'a,b\n', error: undefined });
  });

  it('of several gzip members is all of them', async () => {
    const members = ['a\n', '', LONG, 'b\n'].map((text) => gzipSync(text));
    expect(await read(fileOf('members.gz', Buffer.concat(members)))).toEqual({ text: `a\n${LONG}b\n`, error: undefined });
  });

  it('of gzip without content is empty', async () => {
    expect(await read(fileOf('empty.gz', gzipSync('')))).toEqual({ text: '', error: undefined });
  });

  it('is given to a stage in the same way', async () => {
    const source = await fileSource(fileOf('source.gz', gzipSync('a\n')));
    const chunks: Buffer[] = [];
    for await (const chunk of source.batches(new AbortController().signal)) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('a\n');
  });

  it('is read as one text', async () => {
    expect(await nodeFiles.readText(fileOf('text.csv', 'é\n'))).toBe('é\n');
  });
});

describe('a damaged gzip file', () => {
  const whole = gzipSync(LONG);
  const behind = '(the gzip file is damaged or cut off)';

  it.each([
    ['is cut off behind its first two bytes', 2],
    ['is cut off in its header', 8],
    ['is cut off in the middle', Math.floor(whole.length / 2)],
    ['lacks its last byte', whole.length - 1],
  ])('that %s is bad data, behind what could be read', async (_, length) => {
    const path = fileOf('cut.gz', whole.subarray(0, length));
    const { text, error } = await read(path);
    expect(error).toMatchObject({ code: 'bad_data', message: `cannot read ${path}: unexpected end of file ${behind}` });
    expect(LONG.startsWith(text)).toBe(true);
    expect(text.length > 0).toBe(length > 1000);
  });

  it('whose second member is cut off is bad data, behind the first', async () => {
    const { text, error } = await read(fileOf('second.gz', Buffer.concat([gzipSync('a\n'), gzipSync('b\n').subarray(0, 12)])));
    expect(text.startsWith('a\n')).toBe(true);
    expect(error).toMatchObject({ code: 'bad_data' });
  });

  it.each([
    ['its method', 2, 'unknown compression method'],
    ['its checksum', whole.length - 8, 'incorrect data check'],
    ['its length', whole.length - 1, 'incorrect length check'],
  ])('with another byte in %s is bad data', async (_, at, message) => {
    const bytes = Buffer.from(whole);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at);
    const path = fileOf('corrupt.gz', bytes);
    expect((await read(path)).error).toMatchObject({ code: 'bad_data', message: `cannot read ${path}: ${message} ${behind}` });
  });

  it('with other bytes in the middle is bad data', async () => {
    const bytes = Buffer.from(whole).fill(0xff, 100_000, 100_100);
    expect((await read(fileOf('middle.gz', bytes))).error).toMatchObject({ code: 'bad_data' });
  });
});

describe('a path that cannot be read', () => {
  const missing = join(folder, 'missing');
  const reason = `ENOENT: no such file or directory`;

  it('because nothing is there is wrong use, before anything is read', async () => {
    const error = { code: 'usage', message: `cannot read ${missing}: ${reason}, access '${missing}'` };
    await expect(fileSource(missing)).rejects.toMatchObject(error);
    await expect(nodeFiles.check(missing)).rejects.toMatchObject(error);
  });

  it('because nothing is there any more is wrong use', async () => {
    expect(await read(missing)).toMatchObject({
      text: '',
      error: { code: 'usage', message: `cannot read ${missing}: ${reason}, open '${missing}'` },
    });
    await expect(nodeFiles.readText(missing)).rejects.toMatchObject({ code: 'usage' });
  });

  it('because it is a folder is wrong use', async () => {
    const path = join(folder, 'folder');
    expect((await read(path)).error).toMatchObject({
      code: 'usage',
      message: `cannot read ${path}: EISDIR: illegal operation on a directory, read`,
    });
    await expect(nodeFiles.readText(path)).rejects.toMatchObject({ code: 'usage' });
  });

  it('because a file stands where a folder should be is wrong use', async () => {
    const path = join(fileOf('file', ''), 'below');
    await expect(nodeFiles.check(path)).rejects.toMatchObject({ code: 'usage' });
  });

  it('is not standard input', async () => {
    await expect(nodeFiles.check('-')).resolves.toBeUndefined();
  });
});

describe('a stop', () => {
  it.each([
    ['a plain file', LONG],
    ['a gzip file', gzipSync(LONG)],
  ])('in the middle of %s ends it quietly', async (_, content) => {
    const path = fileOf('stopped', content);
    const stop = new AbortController();
    const chunks: Buffer[] = [];
    for await (const chunk of nodeFiles.open(path, stop.signal)) {
      chunks.push(chunk);
      stop.abort('SIGINT');
    }
    const text = Buffer.concat(chunks).toString();
    expect(LONG.startsWith(text)).toBe(true);
    expect(text.length).toBeLessThan(LONG.length);
  });

  it('before a file is opened reads nothing of it', async () => {
    expect(await read(fileOf('stopped', LONG), AbortSignal.abort('SIGINT'))).toEqual({ text: '', error: undefined });
  });
});

describe('a file that is written', () => {
  it('replaces what was there', async () => {
    const path = fileOf('out', 'something longer');
    const sink = await FileSink.open(path);
    await sink.write(Buffer.from('new'));
    await sink.close();
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  it('is empty as soon as it is open', async () => {
    const path = fileOf('out', 'old');
    const sink = await FileSink.open(path);
    expect(readFileSync(path, 'utf8')).toBe('');
    await sink.close();
  });

  it('has all bytes of all batches, in order', async () => {
    const path = join(folder, 'out');
    const sink = await FileSink.open(path);
    const batches = ['a\n', '', LONG, 'é\n'.repeat(500_000), 'b'];
    for (const batch of batches) await sink.write(Buffer.from(batch));
    await sink.close();
    expect(readFileSync(path, 'utf8') === batches.join('')).toBe(true);
  });

  it('is named by its path', async () => {
    const path = join(folder, 'out');
    const sink = await FileSink.open(path);
    await sink.close();
    expect(sink.name).toBe(path);
  });

  it.each([
    ['is a folder', 'folder', 'EISDIR: illegal operation on a directory'],
    ['has no folder', 'none/out', 'ENOENT: no such file or directory'],
  ])('is wrong use where its path %s', async (_, name, reason) => {
    const path = join(folder, name);
    await expect(FileSink.open(path)).rejects.toMatchObject({
      code: 'usage',
      message: `cannot open ${path} for writing: ${reason}, open '${path}'`,
    });
  });

  it.skipIf(!existsSync('/dev/full'))('says that the device is full, and how much of the batch it has taken', async () => {
    const sink = await FileSink.open('/dev/full');
    await expect(sink.write(Buffer.from('twelve bytes'))).rejects.toMatchObject({
      code: 'io',
      message: "cannot write to /dev/full: ENOSPC: no space left on device, write (after 0 of the batch's 12 bytes)",
    });
    await sink.close();
  });
});

describe('a reader that stops half-way', () => {
  it('leaves no file open', async () => {
    const path = join(folder, 'half.bin');
    writeFileSync(path, Buffer.alloc(5_000_000, 'x'));
    const inode = statSync(path).ino;
    for await (const chunk of nodeFiles.open(path, new AbortController().signal)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    const isOpen = (): boolean => readdirSync('/proc/self/fd').some((fd) => isSame(`/proc/self/fd/${fd}`, inode));
    await vi.waitUntil(() => !isOpen());
  });
});

function isSame(path: string, inode: number): boolean {
  try {
    return statSync(path).ino === inode;
  } catch {
    return false;
  }
}

describe('zero bytes behind gzip data', () => {
  it('are padding at the end', async () => {
    const { text, error } = await read(fileOf('padded.gz', Buffer.concat([gzipSync('one\n'), Buffer.alloc(10)])));
    expect(text).toBe('one\n');
    expect(error).toBeUndefined();
  });

  it('do not hide what follows them', async () => {
    const { text, error } = await read(
      fileOf('hidden.gz', Buffer.concat([gzipSync('one\n'), Buffer.alloc(10), gzipSync('two\n')])),
    );
    expect(text).toBe('one\n');
    expect(error).toMatchObject({
      code: 'bad_data',
      message: expect.stringMatching(/hidden\.gz: 34 bytes stand behind the end of the compressed data/) as string,
    });
  });
});
