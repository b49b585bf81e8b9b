import { type ErrorCode, messageOf, QfError, systemCodeOf } from './errors.js';

/** What classes and codes of SQLSTATE mean to qf, and what to do where that is not plain from Postgres's own words. First match counts. */
const MEANINGS: readonly (readonly [state: RegExp, code: ErrorCode, advice: string])[] = [
  // A missing table, column or key of an upsert.
  [/^(42P01|42703|42P10)$/, 'usage', '; run qf db migrate, and where that applies nothing qf doctor'],
  [/^(28|3D)/, 'usage', '; correct DATABASE_URL'],
  [/^42501$/, 'usage', '; the user of DATABASE_URL needs that right'],
  // A full disk, and a failing one.
  [/^53100$/, 'io', "; free space on the database's disk"],
  [/^58/, 'io', ''],
  // Lost connections, other limits, a server that stops or only reads, conflicts and waits between transactions: a later try may work.
  [/^(08|40|53|57)|^(25006|25P03|25P04|55P03)$/, 'unavailable', ''],
  [/^2[23]/, 'bad_data', ''],
];

/** The SQLSTATE with which Postgres answered; undefined where the error is not its answer. */
export function sqlStateOf(error: unknown): string | undefined {
  // System codes such as EPIPE look alike; only answers have a severity.
  return error instanceof Error && 'severity' in error ? systemCodeOf(error) : undefined;
}

/**
 * What a failure of the `pg` package means. `unavailable` is worth another try, with a new connection; `bad_data` is a value or a
 * row that the database refuses. What is no failure of the database is handed back as it is. The message holds no address.
 */
export function databaseError(error: unknown): Error {
  if (error instanceof QfError || error instanceof TypeError || error instanceof RangeError) return error;
  // Where a name has several addresses, what failed for all of them has no message, only a code.
  const message = `Postgres: ${messageOf(error) || (systemCodeOf(error) ?? 'failed')}`;
  const state = sqlStateOf(error);
  // Whatever is not the server's answer is a connection that could not be made, or has gone.
  if (state === undefined) return new QfError('unavailable', message, { cause: error });
  const [, code, advice] = MEANINGS.find(([pattern]) => pattern.test(state)) ?? [undefined, 'fault', ` (${state})`];
  return new QfError(code, message + advice, { cause: error });
}
