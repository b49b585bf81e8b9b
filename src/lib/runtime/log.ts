import { createRequire } from 'node:module';
import { isatty } from 'node:tty';
import pino, { type DestinationStream, type Logger } from 'pino';

const STDERR = 2;

/** Of lines that could not be written, such as on a full disk: so much is kept for when they can be. */
const MAX_WAITING_BYTES = 65_536;

/** Lines for whoever watches a stage, with fields for programs. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Structured log on stderr: JSON lines, or readable lines where stderr is a terminal. */
export function createLogger(stage: string, level: string): Logger {
  const options = {
    level,
    base: { stage },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, isatty(STDERR) ? prettyStream() : plainStream());
}

/** A log that cannot be written is no reason to stop the work. */
function plainStream(): DestinationStream {
  return pino.destination({ dest: STDERR, sync: true, maxLength: MAX_WAITING_BYTES }).on('error', () => undefined);
}

/** Loaded only here: it would be a fifth of the start of every stage. */
function prettyStream(): DestinationStream {
  const require = createRequire(import.meta.url);
  const pretty = require('pino-pretty') as (options: object) => DestinationStream;
  return pretty({
    destination: STDERR,
    sync: true,
    colorize: process.env['NO_COLOR'] === undefined,
    ignore: 'time,stage',
    messageFormat: '{stage}: {msg}',
  });
}
