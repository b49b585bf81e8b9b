// The contests of what goes into Kafka and out of it: who fills a topic of ticks, and who stores a topic of bars.
import { once } from 'node:events';
import { createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import pg from 'pg';
import { contest } from './contest.mjs';
import { DIGESTS } from './equality.mjs';
import { measure } from './measure.mjs';
import { filledIn } from './programs-text.mjs';
import { qf } from './stack.mjs';
import { COPY, FILLERS, STORES } from './transfer-programs.mjs';

/** Rows that are read from the database at once. */
const PAGE_ROWS = 20_000;

/** Who fills a topic of ticks. */
export async function fill({ topics }, { records, ...common }) {
  let runs = 0;
  const perform = async ({ command, isCount = false, output, ...entry }) => {
    const run = ++runs;
    const ticks = `bench.filled.${run}`;
    await topics.create(ticks);
    const own = filledIn(command, { TICKS: ticks, GROUP: `bench-filled-${run}`, RECORDS: String(records) });
    const sample = await measure({ ...entry, command: own, output: isCount ? output : `${output}.said` });
    if (!isCount) writeFileSync(output, await topics.digest(ticks));
    await topics.delete(ticks);
    return sample;
  };
  const bases = { made: () => 'made' };
  return contest({
    ...{ name: 'ticks to Kafka', unit: 'ticks', input: '/dev/null', records, programs: FILLERS, bases, perform, kind: DIGESTS },
    ...common,
  });
}

/** Who stores bars. `bars`: a topic, and the file that holds the same. */
export async function store(stack, { bars, file, records, ...common }) {
  const copyFile = `${file}.copy`;
  writeFileSync(copyFile, copyTextOf(file));
  const database = new pg.Client(stack.databaseUrl);
  await database.connect();
  try {
    return await contest({
      name: 'bars to Postgres',
      unit: 'bars',
      input: file,
      records,
      programs: STORES,
      bases: { copy: () => 'copy', unnest: () => 'unnest' },
      perform: storer(database, bars, copyFile),
      ...common,
    });
  } finally {
    await database.end();
  }
}

/** A program on a schema and a group of its own. */
function storer(database, bars, copyFile) {
  let runs = 0;
  return async ({ command, output, isCopy = false, isReplay = false, ...entry }) => {
    const schema = `bench_${++runs}`;
    qf(entry.environment, 'db', 'migrate', '--pg-schema', schema);
    const own = (words) => filledIn(words, { BARS: bars, GROUP: `bench-pg-${runs}`, SCHEMA: schema });
    const copying = { ...entry, input: copyFile, output };
    if (isReplay) await measure({ ...copying, command: own(COPY.command) });
    const sample = await measure({ ...(isCopy ? copying : { ...entry, output }), command: own(command) });
    await dumpTable(database, schema, output);
    await database.query(`drop schema ${schema} cascade`);
    return sample;
  };
}

/** The bars of a file in the text format of COPY, with every digit that they have there. */
function copyTextOf(file) {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => `${rowOf(line).join('\t')}\n`).join('');
}

function rowOf(line) {
  const { symbol, ts } = JSON.parse(line);
  const [, ...numbers] = /"o":([^,]*),"h":([^,]*),"l":([^,]*),"c":([^,]*),"vol":([^,]*),"n_trades":(\d+)/.exec(line);
  return [symbol, new Date(ts * 1000).toISOString(), ...numbers];
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
