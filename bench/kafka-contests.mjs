// The contests of the Kafka benchmark: who drains a topic of ticks, and who stores a topic of bars.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import pg from 'pg';
import { contest } from './contest.mjs';
import { STORES } from './kafka-programs.mjs';
import { measure } from './measure.mjs';
import { qf } from './stack.mjs';

/** Rows that are read from the database at once. */
const PAGE_ROWS = 20_000;

/** Who drains a topic of ticks. `common`: rounds, directory, environment. */
export async function drain({ topics }, name, programs, { ticks, records, ...common }) {
  let runs = 0;
  const perform = async ({ command, isCount = false, output, ...entry }) => {
    const run = `${name}.${++runs}`;
    const bars = `bench.bars.${run}`;
    await topics.create(bars);
    const own = filledIn(command, {
      TICKS: ticks,
      BARS: bars,
      GROUP: `bench-${run.replaceAll('.', '-')}`,
      RECORDS: String(records),
    });
    const sample = await measure({ ...entry, command: own, output: isCount ? output : `${output}.said` });
    if (!isCount) await topics.dump(bars, output);
    await topics.delete(bars);
    return sample;
  };
  const bases = Object.fromEntries(programs.map(({ id }) => [id, () => id]));
  return contest({ name, unit: 'ticks', input: '/dev/null', records, programs, bases, perform, ...common });
}

/** `bars`: a topic, and the file that holds the same. */
export async function store(stack, { bars, file, records, ...common }) {
  const database = new pg.Client(stack.databaseUrl);
  await database.connect();
  try {
    return await contest({
      name: 'bars to Postgres',
      unit: 'bars',
      input: file,
      records,
      programs: STORES,
      bases: { unnest: () => 'unnest' },
      perform: storer(database, bars),
      ...common,
    });
  } finally {
    await database.end();
  }
}

/** A program on a schema and a group of its own. */
function storer(database, bars) {
  let runs = 0;
  return async ({ command, output, ...entry }) => {
    const schema = `bench_${++runs}`;
    qf(entry.environment, 'db', 'migrate', '--pg-schema', schema);
    const own = filledIn(command, { BARS: bars, GROUP: `bench-pg-${runs}`, SCHEMA: schema });
    const sample = await measure({ ...entry, command: own, output });
    await dumpTable(database, schema, output);
    await database.query(`drop schema ${schema} cascade`);
    return sample;
  };
}

/** Writes the bars of a schema to a file, a line each. */
async function dumpTable(database, schema, path) {
  const file = createWriteStream(path);
  await database.query('begin');
  await database.query(
    `declare bars no scroll cursor for select row_to_json(bar)::text as line from (
       select symbol, '1s' as tf, extract(epoch from ts)::bigint as ts, o, h, l, c, vol, n_trades from ${schema}.bars_1s) bar`,
  );
  for (;;) {
    const { rows } = await database.query(`fetch ${PAGE_ROWS} from bars`);
    if (rows.length === 0) break;
    file.write(rows.map(({ line }) => `${line}\n`).join(''));
  }
  await database.query('commit');
  file.end();
  await once(file, 'close');
}

function filledIn(command, names) {
  return command.map((word) => word.replace(/[A-Z]{4,}/, (name) => names[name] ?? name));
}
