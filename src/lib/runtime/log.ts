import { createRequire } from 'node:module';
import { isatty } from 'node:tty';
import pino, { type DestinationStream, type Logger } from 'pino';

const STDERR = 2;

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
  return pino(options, isatty(STDERR) ? prettyStream() : pino.destination({ dest: STDERR, sync: true }));
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
