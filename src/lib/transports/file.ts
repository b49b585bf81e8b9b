import { close, createReadStream, open as openFd, write as writeFd } from 'node:fs';
import { access, constants, readFile } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { messageOf, QfError, systemCodeOf } from '../runtime/errors.js';
import type { FileAccess } from '../runtime/stage.js';
import type { Sink, Source } from '../runtime/transport.js';
import { stdinSource } from './stdin.js';
import { writeError } from './write-error.js';

/** Bytes of a file that are read at once. */
const READ_BYTES = 64 * 1024;

/** The path that stands for standard input. */
export const STDIN = '-';

/** RFC 1952, section 2.3.1. */
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

const openFile = promisify(openFd);
const closeFile = promisify(close);
const writeSome = promisify(writeFd);

/** A file that is written from its beginning; what it held before is replaced. */
export class FileSink implements Sink {
  readonly name: string;
  private readonly fd: number;

  private constructor(name: string, fd: number) {
    this.name = name;
    this.fd = fd;
  }

  /** Throws a usage error where the path cannot be opened. */
  static async open(path: string): Promise<FileSink> {
    try {
      return new FileSink(path, await openFile(path, 'w'));
    } catch (error) {
      throw new QfError('usage', `cannot open ${path} for writing: ${messageOf(error)}`, { cause: error });
    }
  }

  /** Standard output that has been redirected to a file or a device. */
  static stdout(): FileSink {
    return new FileSink('stdout', 1);
  }

  async write(bytes: Buffer): Promise<void> {
    let at = 0;
    try {
      while (at < bytes.length) {
        const { bytesWritten } = await writeSome(this.fd, bytes, at, bytes.length - at, null);
        at += bytesWritten;
      }
    } catch (error) {
      throw writeError(this.name, error, ` (after ${at} of the batch's ${bytes.length} bytes)`);
    }
  }

  async close(): Promise<void> {
    if (this.fd === 1) return;
    try {
      await closeFile(this.fd);
    } catch (error) {
      throw writeError(this.name, error);
    }
  }
}

/** One file of NDJSON, plain or gzip. Throws a usage error where it cannot be read. */
export async function fileSource(path: string): Promise<Source<Buffer>> {
  await nodeFiles.check(path);
  return { batches: (stop) => nodeFiles.open(path, stop) };
}

export const nodeFiles: FileAccess = {
  async readText(path) {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      throw readError(path, error);
    }
  },

  create: (path) => FileSink.open(path),

  async check(path) {
    if (path === STDIN) return;
    try {
      await access(path, constants.R_OK);
    } catch (error) {
      throw readError(path, error);
    }
  },

  async *open(path, stop) {
    try {
      yield* plain(path === STDIN ? stdinSource.batches(stop) : readFileChunks(path, stop));
    } catch (error) {
      if (!stop.aborted) throw error instanceof QfError ? error : readError(path, error);
    }
  },
};

async function* readFileChunks(path: string, stop: AbortSignal): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: READ_BYTES, signal: stop });
  try {
    yield* file as AsyncIterable<Buffer>;
  } finally {
    file.destroy();
  }
}

/** Bytes as they are, or decompressed where the first of them say that they are gzip. */
async function* plain(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks = bytes[Symbol.asyncIterator]();
  try {
    let head = Buffer.alloc(0);
    while (head.length < GZIP_MAGIC.length) {
      const next = await chunks.next();
      if (next.done === true) break;
      head = Buffer.concat([head, next.value]);
    }
    const whole = following(head, chunks);
    yield* head.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC) ? unzip(whole) : whole;
  } finally {
    await chunks.return?.();
  }
}

/** The first bytes, which had to be looked at, and those behind them. */
async function* following(first: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first;
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
}

async function* unzip(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let fed = 0;
  let dataEnd = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      const last = chunk.findLastIndex((byte) => byte !== 0);
      if (last !== -1) dataEnd = fed + last + 1;
      fed += chunk.length;
      // The streams behind hold chunks for longer than those of standard input are kept.
      yield Buffer.from(chunk);
    }
  }
  const gunzip = createGunzip({ chunkSize: READ_BYTES });
  // The callback only keeps a failure from being unhandled: reading `gunzip` throws it.
  yield* pipeline(Readable.from(counted()), gunzip, () => undefined) as AsyncIterable<Buffer>;
  // zlib takes zero bytes behind a member for padding and reads no further, also where another member follows.
  if (dataEnd > gunzip.bytesWritten) {
    const message = `${fed - gunzip.bytesWritten} bytes stand behind the end of the compressed data`;
    throw Object.assign(new Error(message), { code: 'Z_TRAILING_DATA' });
  }
}

function readError(path: string, error: unknown): QfError {
  const code = systemCodeOf(error) ?? '';
  const message = `cannot read ${path === STDIN ? 'standard input' : path}: ${messageOf(error)}`;
  if (code.startsWith('Z_')) return new QfError('bad_data', `${message} (the gzip file is damaged or cut off)`, { cause: error });
  const isWrongPath = ['ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR', 'ENAMETOOLONG'].includes(code);
  return new QfError(isWrongPath ? 'usage' : 'io', message, { cause: error });
}
