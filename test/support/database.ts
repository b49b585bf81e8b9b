import pg from 'pg';

/** A row of an answer. */
export type Row = Record<string, unknown>;

/** Runs one statement on a connection of its own. */
export async function sql(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}
