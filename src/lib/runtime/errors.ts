/** How a command can end, and the exit code that says so. */
export const EXIT_CODES = {
  ok: 0,
  /** The command line or a configuration is wrong. */
  usage: 2,
  /** Bad data where it may not be passed over. */
  bad_data: 65,
  /** A service cannot be reached. */
  unavailable: 69,
  /** A fault or a limit of qf itself. */
  fault: 70,
  /** Reading or writing failed. */
  io: 74,
  /** Another process has taken over. */
  fenced: 75,
} as const;

export type ErrorCode = Exclude<keyof typeof EXIT_CODES, 'ok'>;

/** An error that a user is meant to read: what happened, where, and what to do. */
export class QfError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Whether the same may work later: a service is away, or the disk that it writes to is full. */
export function mayPass(error: unknown): error is QfError {
  return error instanceof QfError && (error.code === 'unavailable' || error.code === 'io');
}

/** What to say of an error that has not passed in the time that it was given. */
export function givenUp(error: QfError, waited_ms: number): QfError {
  const waited = `given up after ${Math.round(waited_ms / 1000)} s (--give-up)`;
  return new QfError(error.code, `${error.message}; ${waited}`, { cause: error });
}

/** The reader of our output has gone; not a failure. */
export class ClosedPipeError extends Error {}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The system's error code, such as `ENOSPC`, of whatever was thrown. */
export function systemCodeOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
