import { withClient } from './database.js';

const ANSWER_MS = 30_000;

/** Positions of one schema. */
interface Table {
  /** With its schema, quoted. */
  readonly name: string;
  readonly tasks: readonly string[];
}

/** The tasks of all schemas that have stored a position, and are meant. */
export async function sinkTables(url: string, isMeant: (task: string) => boolean): Promise<Table[]> {
  return withClient(url, ANSWER_MS, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.qf_sink', table_schema) as name from information_schema.tables where table_name = 'qf_sink' order by 1`,
    );
    const found: Table[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ task: string }>(`select task from ${name} order by task`);
      found.push({ name, tasks: rows.map(({ task }) => task).filter(isMeant) });
    }
    return found.filter(({ tasks }) => tasks.length > 0);
  });
}

/** Forgets positions that `sinkTables` has found: the tasks begin anew. */
export async function deletePositions(url: string, tables: readonly Table[]): Promise<void> {
  await withClient(url, ANSWER_MS, async (client) => {
    await client.query('begin');
    for (const { name, tasks } of tables) await client.query(`delete from ${name} where task = any($1)`, [tasks]);
    await client.query('commit');
  });
}
