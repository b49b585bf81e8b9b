// The results on Kafka as a page for people.
import { RESTORE_TEXT } from './kafka-restore.mjs';
import { count, spread, table, VERDICTS } from './report.mjs';
import { PARTITIONS } from './stack.mjs';

export function report({ made, machine, versions, settings, isFull, thresholds, fill, slow, fast, store, restore }) {
  const rounds = settings.BENCH_ROUNDS;
  return `# Stages on Kafka, measured

Made by \`${made.command}\` on ${made.date}, qf at ${made.commit}. Raw figures: [kafka.json](kafka.json).

Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memory_gb} GB, ${machine.system}; load before the start ${machine.load_before.toFixed(1)}.
Node ${versions.node}, Kafka ${versions.kafka}, Postgres ${versions.postgres}, kafkajs ${versions.kafkajs}, @platformatic/kafka ${versions.platformatic}. Broker, database and the
programs share the cores.

Absolute figures are facts of this machine; what carries over to another are the ratios.

## What must hold

${table(
  ['', 'required', 'measured (median)', 'holds'],
  thresholds.map(({ what, required, measured, holds }) => [what, required, measured, VERDICTS.get(holds)]),
)}
${isFull ? '' : 'This run was short: what depends on its length is not judged.\n\n'}## The simulator to a topic: ${count(fill.records)} ticks

${race(fill, [['× making them', 'made']])}
## Ticks to 1 s bars: ${count(fast.records)} ticks in ${PARTITIONS} partitions

${race(fast, [
  ["× qf's reader alone", 'reader-count'],
  ['× Go', 'go'],
])}
## The same in slower programs

${race(slow, [
  ['× kafkajs alone', 'kafkajs-count'],
  ['× kafkajs + JSON.parse + transactions', 'plain'],
  ['× Kafka Streams', 'streams'],
])}
## 1 s bars to Postgres: ${count(store.records)} bars

${race(store, [
  ['× a bare COPY', 'copy'],
  ['× a bare stream of upserts', 'unnest'],
])}
## Taking over

${table(
  ['state', 'records written', 'records left', 'bytes left', 'values', 's from start to first fetch'],
  [
    ['none', '0', '0', '0', '0', spread(restore.fresh_s, 1, 2)],
    [
      `after ${restore.minutes} min`,
      ...[restore.written, restore.records, restore.bytes, restore.keys].map(count),
      spread(restore.restored_s, 1, 2),
    ],
  ],
)}
## How

- Broker and database are a native stack of the benchmark's own (\`qf up --only infra\`), which is deleted behind it.
- Input: \`qf ingest sim --symbols 500 --rate 10 --hot-pct 0\`, written once. Every program has a group and output topics of its own in each run. Time, CPU
  and memory are those of the whole program, its start, joining and leaving the group included.
- Equal outputs first: the ticks on the topic of the simulator by a hash over each partition; the bars that every program has left on its topic or in its table against those of qf, by symbol and time, in any order, every
  field, volumes digit for digit where the program sums them exactly. A program that differs gets no figures.
- One warm-up, then ${rounds} round${rounds === 1 ? '' : 's'}, of programs that take seconds ${fast.rounds}; in each every program runs once, each round beginning with another one. Figures are medians with (min–max) over the
  rounds. A ratio is that of two runs of the same round, then the median of the rounds; its 95 % interval is a percentile bootstrap of that median.
- Taking over: ${restore.minutes} min of event time at ${restore.pace} times the pace of the clock, ${RESTORE_TEXT}; then a new process for each figure, in turn with
  one without a state (\`bench/peers/take-over.mjs\`): all ${PARTITIONS} partitions, each with its producer, its state read to the end, and its first fetch.
`;
}

function race({ unit, programs }, ratioColumns) {
  const figures = programs.map(({ name, check, rate, ratios, cpu_s, peak_mb }) => [
    name,
    ...(rate
      ? [
          spread(rate, 1e3, 0),
          ...ratioColumns.map(([, base]) => (ratios[base] ? spread(ratios[base], 1, 2) : '–')),
          spread(cpu_s, 1, 1),
          peak_mb?.median.toFixed(0) ?? '–',
        ]
      : ['–', ...ratioColumns.map(() => '–'), '–', '–']),
    check.text,
  ]);
  const head = ['program', `thousand ${unit}/s`, ...ratioColumns.map(([title]) => title), 'CPU s', 'MB', 'output'];
  return `${table(head, figures)}
${table(
  ['program', 'command', 'what it does, and what not'],
  programs.map(({ name, command, semantics }) => [name, `\`${command}\``, semantics]),
)}`;
}
