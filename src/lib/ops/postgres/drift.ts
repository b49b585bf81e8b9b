import { checkPgSchema } from '../../runtime/database-schema.js';
import { driftOf } from '../../transports/postgres/drift.js';
import { TABLE_NAMES } from '../../transports/postgres/tables.js';
import { withClient } from './database.js';
import type { SchemaAddress } from './migrate.js';

/** How each table that qf writes differs from what it has made, in words. */
export async function tableDrifts({
  url,
  schema,
  limit_ms,
}: SchemaAddress & { readonly limit_ms: number }): Promise<ReadonlyMap<string, readonly string[]>> {
  checkPgSchema(schema);
  return withClient(url, limit_ms, async (client) => {
    await client.query(`set search_path to "${schema}"`);
    const drifts = new Map<string, string[]>();
    for (const table of TABLE_NAMES) {
      const { rows } = await client.query<{ exists: boolean }>('select to_regclass($1) is not null as exists', [table]);
      drifts.set(table, rows[0]?.exists === true ? await driftOf((text) => client.query(text), table) : ['it is missing']);
    }
    return drifts;
  });
}
