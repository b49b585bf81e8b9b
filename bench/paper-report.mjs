// The results of the paper flow as a page for people.
import { LATENCY_TEXT } from './paper-latency.mjs';
import { MARKET_TEXT } from './paper-market.mjs';
import { count, spread, table } from './report.mjs';
import { PARTITIONS } from './stack.mjs';

export function report({ made, machine, versions, settings, isFull, throughput, latency }) {
  const rounds = settings.BENCH_ROUNDS;
  return `# The paper flow, measured

Made by \`${made.command}\` on ${made.date}, qf at ${made.commit}. Raw figures: [${made.raw}](${made.raw}).

Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memory_gb} GB, ${machine.system}; load before the start ${machine.load_before.toFixed(1)}.
Node ${versions.node}, Kafka ${versions.kafka}. The broker and the stages share the cores.${isFull ? '' : ' This run was short.'}

Absolute figures are facts of this machine; what carries over to another are the ratios.

## Each stage alone

${table(
  ['stage', 'reads', 'records', 'thousand/s in a pipe', 'thousand/s on Kafka', 'Kafka : pipe', 'MB in a pipe', 'MB on Kafka'],
  throughput.map(({ stage, input, records, pipe, kafka }) => [
    `\`${stage}\``,
    `\`${input}\``,
    count(records),
    spread(pipe.rate, 1e3, 1),
    spread(kafka.rate, 1e3, 1),
    (kafka.rate.median / pipe.rate.median).toFixed(2),
    pipe.peak_mb.median.toFixed(0),
    kafka.peak_mb.median.toFixed(0),
  ]),
)}
## From the bar that decides to the fill

${latency.map(latencyTable).join('\n')}
## How

- Market: ${MARKET_TEXT}; ${settings.BENCH_MINUTES} minutes for the throughput. On Kafka the bars have ${PARTITIONS} partitions, all other topics but the refused orders one.
- Throughput: each stage reads what the one before it has written, from a file, or from its topic to its end in a group of its own (\`--until-end\`). The time is
  that of the whole program, its start included. The output on Kafka must be that in the pipe, byte for byte, in every round. One warm-up, then
  ${rounds} round${rounds === 1 ? '' : 's'}; in each every stage runs once in each place, each round beginning with another one. Medians with (min–max).
- Latency: the five stages run at the same time, with the given \`--commit-interval\`, and ${LATENCY_TEXT} is written to the bars' topic, the mark of each
  partition behind its bars. It is from just before the send until a reader of committed records has the signal, or the last leg of the orders, or
  of the fills, in hand; *in the stage* is from its input's being in hand. ${settings.BENCH_LATENCY_S} s in each round, the intervals in turn; median and percentile are those of a
  round, then the median of the rounds with (min–max).
`;
}

function latencyTable({ interval_ms, stages }) {
  const head = [
    `commit interval ${interval_ms} ms`,
    'decisions',
    'since the bar, median, ms',
    '99th percentile, ms',
    'in the stage, median, ms',
    '99th percentile, ms',
  ];
  const rows = stages.map(({ stage, records, p50_ms, p99_ms, own_p50_ms, own_p99_ms }) => [
    `\`${stage}\``,
    count(records),
    ...[p50_ms, p99_ms, own_p50_ms, own_p99_ms].map((figure) => spread(figure, 1, 0)),
  ]);
  return table(head, rows);
}
