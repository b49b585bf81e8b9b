// What goes into Kafka and out of it as a page for people.
import { race } from './race.mjs';
import { count, table, VERDICTS } from './report.mjs';
import { PARTITIONS } from './stack.mjs';

export function pageOf({ made, machine, versions, isFull, thresholds, fill, store }) {
  const { rounds } = store;
  return `# Into Kafka, and out of it into Postgres, measured

Made by \`${made.command}\` on ${made.date}, qf at ${made.commit}. Raw figures: [${made.raw}](${made.raw}).

Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memory_gb} GB, ${machine.system}; load before the start ${machine.load_before.toFixed(1)}.
Node ${versions.node}, Kafka ${versions.kafka}, Postgres ${versions.postgres}. Broker, database and the programs share the cores.

Absolute figures are facts of this machine; what carries over to another are the ratios.

## What must hold

${table(
  ['', 'required', 'measured (median)', 'holds'],
  thresholds.map(({ what, required, measured, holds }) => [what, required, measured, VERDICTS.get(holds)]),
)}
${isFull ? '' : 'This run was short: what depends on its length is not judged.\n\n'}## The simulator to a topic: ${count(fill.records)} ticks in ${PARTITIONS} partitions

${race(fill, [['× making them', 'made']])}
## 1 s bars to Postgres: ${count(store.records)} bars

${race(store, [
  ['× a bare COPY', 'copy'],
  ['× a bare stream of upserts', 'unnest'],
])}
## How

- Broker and database are a native stack of the benchmark's own (\`qf up --only infra\`), which is deleted behind it.
- Every program has a topic or a schema, and a group, of its own in each run. Time, CPU and memory are those of the whole program, its start included.
- Equal outputs first: committed ticks by a hash over each partition, bars in the table by symbol and time against those of qf, every field, volumes
  digit for digit where the program keeps them exactly. A program that differs gets no figures.
- One warm-up, then ${rounds} round${rounds === 1 ? '' : 's'}; in each every program runs once, each round beginning with another one. Figures are medians with (min–max) over the
  rounds. A ratio is that of two runs of the same round, then the median of the rounds.
`;
}
