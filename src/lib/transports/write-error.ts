import { ClosedPipeError, messageOf, QfError, systemCodeOf } from '../runtime/errors.js';

/** What a failed write means: the reader has gone, or the bytes could not be stored. `progress` says how far it came. */
export function writeError(name: string, error: unknown, progress = ''): Error {
  const code = systemCodeOf(error);
  if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') return new ClosedPipeError(`the reader of ${name} has gone`);
  return new QfError('io', `cannot write to ${name}: ${messageOf(error)}${progress}`, { cause: error });
}
