import { fstatSync } from 'node:fs';
import { messageOf, QfError } from '../runtime/errors.js';
import type { Sink, Source } from '../runtime/transport.js';
import { FileSink } from './file.js';
import { writeError } from './write-error.js';

/**
 * How long a pipe is still read after a stop. Ctrl-C reaches every stage of a pipe at once: what the stage before has written
 * until its own end shall not be lost.
 */
const LAST_READ_MS = 500;

/** Standard input, in chunks as the system hands them over. */
export const stdinSource: Source<Buffer> = {
  async *batches(stop) {
    const kind = fstatSync(0);
    // Node takes a directory for an empty input.
    if (kind.isDirectory()) throw new QfError('usage', 'standard input is a directory');
    const { stdin } = process;
    const close = (): void => void setTimeout(() => stdin.destroy(), kind.isFIFO() ? LAST_READ_MS : 0).unref();
    stop.addEventListener('abort', close, { once: true });
    try {
      if (!stop.aborted) yield* stdin as AsyncIterable<Buffer>;
    } catch (error) {
      if (!stop.aborted) throw new QfError('io', `cannot read standard input: ${messageOf(error)}`, { cause: error });
    } finally {
      stop.removeEventListener('abort', close);
    }
  },
};

/** Standard output, written in a way that fits what it is. */
export function stdoutSink(): Sink {
  const kind = fstatSync(1);
  // Node writes files through a stream that takes a short write for a whole one: on a disk that fills up, bytes would be lost.
  const isStream = kind.isFIFO() || kind.isSocket() || process.stdout.isTTY;
  return isStream ? new StreamSink() : FileSink.stdout();
}

class StreamSink implements Sink {
  readonly name = 'stdout';

  constructor() {
    // Every write reports its own failure; without a listener the stream would also end the process.
    process.stdout.on('error', () => undefined);
  }

  write(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      process.stdout.write(bytes, (error) => {
        if (error) reject(writeError(this.name, error));
        else resolve();
      });
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
