import { QfError } from './errors.js';

/** The schema of the database that holds qf's tables where no other is named. */
export const DEFAULT_PG_SCHEMA = 'public';

/** Postgres keeps names that begin with `pg_` to itself. */
const SCHEMA = /^(?!pg_)[a-z_][a-z0-9_]{0,62}$/;

/** The name of a schema as it may stand in SQL. Throws a usage error where the text is none that qf accepts. */
export function checkPgSchema(text: string): string {
  if (SCHEMA.test(text)) return text;
  throw new QfError(
    'usage',
    `the schema ${JSON.stringify(text)} is no name of up to 63 lower-case letters, digits and underscores (--pg-schema, QF_PG_SCHEMA)`,
  );
}
