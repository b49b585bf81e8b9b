import { fstatSync } from 'node:fs';
import type { Sink } from '../runtime/transport.js';
import { FileSink } from './file.js';
import { writeError } from './write-error.js';

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
