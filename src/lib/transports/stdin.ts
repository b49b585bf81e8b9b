import { fstatSync } from 'node:fs';
import { messageOf, QfError } from '../runtime/errors.js';
import { QUIT, type Source } from '../runtime/transport.js';
import { PipeReader } from './pipe-reader.js';

/**
 * How long a pipe is still read after a stop. Ctrl-C reaches every stage of a pipe at once: what the stage before has written
 * until its own end shall not be lost.
 */
const LAST_READ_MS = 2000;

/** Standard input, in chunks as the system hands them over. */
export const stdinSource: Source<Buffer> = {
  async *batches(stop) {
    const kind = fstatSync(0);
    // Node takes a directory for an empty input.
    if (kind.isDirectory()) throw new QfError('usage', 'standard input is a directory');
    const isPipe = kind.isFIFO() || kind.isSocket();
    const input = isPipe ? new PipeReader(0) : new StreamReader();
    const close = (): void => {
      if (isPipe && stop.reason !== QUIT) setTimeout(() => input.close(), LAST_READ_MS).unref();
      else input.close();
    };
    stop.addEventListener('abort', close, { once: true });
    try {
      if (!stop.aborted) yield* input.chunks();
    } catch (error) {
      if (!stop.aborted) throw new QfError('io', `cannot read standard input: ${messageOf(error)}`, { cause: error });
    } finally {
      stop.removeEventListener('abort', close);
    }
  },
};

/** A terminal, a file, a device: what Node itself makes of it. */
class StreamReader {
  chunks(): AsyncIterable<Buffer> {
    return process.stdin as AsyncIterable<Buffer>;
  }

  close(): void {
    process.stdin.destroy();
  }
}
