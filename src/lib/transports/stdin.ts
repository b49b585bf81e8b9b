import { fstatSync } from 'node:fs';
import { messageOf, QfError } from '../runtime/errors.js';
import { QUIT, type Source } from '../runtime/transport.js';

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
    const { stdin } = process;
    const isPipe = kind.isFIFO() || kind.isSocket();
    const close = (): void => {
      if (isPipe && stop.reason !== QUIT) setTimeout(() => stdin.destroy(), LAST_READ_MS).unref();
      else stdin.destroy();
    };
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
