// The contests of the Kafka benchmark: who drains a topic of ticks, and who stores a topic of bars.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import pg from 'pg';
import { contest } from './contest.mjs';
import { drainPrograms, STORES } from './kafka-programs.mjs';
import { measure } from './measure.mjs';
import { qf } from './stack.mjs';

/** Rows that are read from the database at once. */
const PAGE_ROWS = 20_000;

/** `isFull`: what a program needs may be installed. `common`: rounds, directory, environment. */
export async function drain(stack, { ticks, records, isFull, ...common }) {
  return contest({
    name: 'bars1s on Kafka',
    unit: 'ticks',
    input: '/dev/null',
    records,
    programs: drainPrograms(isFull),
    bases: {
      client: () => 'kafkajs-count',
      reader: () => 'reader-count',
      plain: () => 'plain',
      go: () => 'go',
      streams: () => 'streams',
    },
    perform: drainer(stack, ticks, records),
    ...common,
  });
}

/** A program, or several of it in one group, on a topic for its bars and a group of its own. */
function drainer({ topics }, ticks, records) {
  let runs = 0;
  return async ({ command, processes = 1, isCount = false, output, ...entry }) => {
    const bars = `bench.bars.${++runs}`;
    await topics.create(bars);
    const own = filledIn(command, { TICKS: ticks, BARS: bars, GROUP: `bench-${runs}`, RECORDS: String(records) });
    const outputs = Array.from({ length: processes }, (_, i) => `${output}.${i}`);
    const samples = await Promise.all(
      outputs.map((path) => measure({ ...entry, command: own, output: isCount ? output : path })),
    );
    if (!isCount) await topics.dump(bars, output);
    await topics.delete(bars);
    return together(samples);
  };
}

/** Several processes that have worked at the same time. */
function together(samples) {
  const sum = (figure) => samples.reduce((total, sample) => total + sample[figure], 0);
  return {
    wall_s: Math.max(...samples.map(({ wall_s }) => wall_s)),
    user_s: sum('user_s'),
    system_s: sum('system_s'),
    peak_mb: samples.every(({ peak_mb }) => peak_mb !== undefined) ? sum('peak_mb') : undefined,
  };
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
      bases: { bare: () => 'unnest' },
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
