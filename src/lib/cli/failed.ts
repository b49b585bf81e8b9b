import type { Logger } from 'pino';
import { EXIT_CODES, messageOf, QfError } from '../runtime/errors.js';

/** Says what went wrong, and `more` where that helps; gives the exit code for it. */
export function failed(log: Logger, error: unknown, more = ''): number {
  if (!(error instanceof QfError)) {
    log.error({ err: error }, `a fault of qf: ${messageOf(error)}`);
    return EXIT_CODES.fault;
  }
  log.error({ code: error.code }, error.message + more);
  return EXIT_CODES[error.code];
}
