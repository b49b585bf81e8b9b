import { Flags } from '@oclif/core';
import { DEFAULT_PG_SCHEMA } from '../runtime/database-schema.js';

/** The flag that names the schema with qf's tables, for the commands that use them. */
export const pgSchemaFlag = Flags.string({
  helpValue: 'NAME',
  summary: "Schema of the database that holds qf's tables",
  env: 'QF_PG_SCHEMA',
  default: DEFAULT_PG_SCHEMA,
});
