// The results on Kafka as a page for people.
import { RESTORE_TEXT } from './kafka-restore.mjs';
import { race } from './race.mjs';
import { count, spread, table, VERDICTS } from './report.mjs';
import { PARTITIONS } from './stack.mjs';

export function report({ made, machine, versions, settings, isFull, thresholds, slow, fast, restore }) {
  const rounds = settings.BENCH_ROUNDS;
  return `# Stages on Kafka, measured

Made by \`${made.command}\` on ${made.date}, qf at ${made.commit}. Raw figures: [${made.raw}](${made.raw}).

Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memory_gb} GB, ${machine.system}; load before the start ${machine.load_before.toFixed(1)}.
Node ${versions.node}, Kafka ${versions.kafka}, kafkajs ${versions.kafkajs}, @platformatic/kafka ${versions.platformatic}. Broker and programs share the cores.

Absolute figures are facts of this machine; what carries over to another are the ratios.

## What must hold

${table(
  ['', 'required', 'measured (median)', 'holds'],
  thresholds.map(({ what, required, measured, holds }) => [what, required, measured, VERDICTS.get(holds)]),
)}
${isFull ? '' : 'This run was short: what depends on its length is not judged.\n\n'}## Ticks to 1 s bars: ${count(fast.records)} ticks in ${PARTITIONS} partitions

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

- The broker is that of a native stack of the benchmark's own (\`qf up --only infra\`), which is deleted behind it.
- Input: \`qf ingest sim --symbols 500 --rate 10 --hot-pct 0\`, written once. Every program has a group and output topics of its own in each run. Time, CPU
  and memory are those of the whole program, its start, joining and leaving the group included.
- Equal outputs first: the bars that every program has left on its topic against those of qf, by symbol and time, in any order, every
  field, volumes digit for digit where the program sums them exactly. A program that differs gets no figures.
- One warm-up, then ${rounds} round${rounds === 1 ? '' : 's'}, of programs that take seconds ${fast.rounds}; in each every program runs once, each round beginning with another one. Figures are medians with (min–max) over the
  rounds. A ratio is that of two runs of the same round, then the median of the rounds; its 95 % interval is a percentile bootstrap of that median.
- Taking over: ${restore.minutes} min of event time at ${restore.pace} times the pace of the clock, ${RESTORE_TEXT}; then a new process for each figure, in turn with
  one without a state (\`bench/peers/take-over.mjs\`): all ${PARTITIONS} partitions, each with its producer, its state read to the end, and its first fetch.
`;
}
