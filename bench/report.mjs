// The results as a page for people.
import { INPUT_TEXT, OTHER_TEXT } from './input.mjs';

export const VERDICTS = new Map([
  [true, 'yes'],
  [false, '**no**'],
  [undefined, 'not judged'],
]);

export function report({ made, machine, tools, rounds, isFull, slow, bars1s, otherLoad, agg, startup, thresholds }) {
  return `# The pipe, measured

Made by \`${made.command}\` on ${made.date}, qf at ${made.commit}. Raw figures: [${made.raw}](${made.raw}).

Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memory_gb} GB, ${machine.system}; load before the start ${machine.load_before.toFixed(1)}.
Node ${tools.node}${others(tools)}.

Absolute figures are facts of this machine; what carries over to another are the ratios.

## What must hold

${table(
  ['', 'required', 'measured (median)', 'holds'],
  thresholds.map(({ what, required, measured, holds }) => [what, required, measured, VERDICTS.get(holds)]),
)}
${isFull ? '' : 'This run was short: what depends on its length is not judged.\n\n'}${race(bars1s, `## Ticks to 1 s bars: ${count(bars1s.records)} ticks`)}
${race(slow, `## The same in slower programs: ${count(slow.records)} ticks`)}
${race(otherLoad, `## Ticks that are written in another way: ${count(otherLoad.records)} ticks`)}
${race(agg, `## 1 s bars to 3m, 5m and 15m: ${count(agg.records)} bars`)}
## From start to first word

${table(
  ['', 'ms', 'spread'],
  startup.map(({ name, ms }) => [name, ms.median.toFixed(0), `${ms.min.toFixed(0)}–${ms.max.toFixed(0)}`]),
)}
Median of ${startup[0].samples_ms.length} runs, the three in turn.

## How

- Input: ${INPUT_TEXT}; the same bytes in every run (\`bench/input.mjs\`). Written in another way: ${OTHER_TEXT}. \`agg\` reads the bars that \`qf bars1s\` made of it.
- Every program runs as \`cat input | program > file\`. Time, CPU and memory are those of the program alone.
- *Start* is what a program takes for an input of two lines, in the same round. It is taken off its time, of which rates and ratios are made; CPU has it in it.
- Equal outputs first: the bars of every program against those of qf, by symbol, timeframe and time, in any order, every field, volumes digit for digit
  where the program sums them exactly. A program that differs gets no figures.
- One warm-up, which makes those outputs, then ${rounds} round${rounds === 1 ? '' : 's'}; in each every program runs once, each round beginning with another one.
- Figures are medians with (min–max). A ratio is that of two runs of the same round, then the median of the rounds.
- *One core*: \`taskset\` gives the program core 1 and the feeder core 0. Ratios to the pipe and to readline + JSON.parse are to those on one core too. All others may use every core.
- Memory is the peak resident set that the kernel keeps, looked at every 25 ms.
`;
}

/** What the ratios are to. */
const BASES = [
  ['pipe', '× the pipe', 3],
  ['readline', '× readline + JSON.parse', 2],
  ['duckdb', '× DuckDB, 2 threads', 2],
];

function race({ unit, programs }, title) {
  const bases = BASES.filter(([base]) => programs.some(({ ratios }) => ratios?.[base] !== undefined));
  const figures = programs.map(({ name, check, rate, start_s, ratios, cpu_s, peak_mb }) => [
    name,
    spread(rate, 1e6, 2),
    ...bases.map(([base, , digits]) => spread(ratios?.[base], 1, digits)),
    spread(start_s, 1, 2),
    spread(cpu_s, 1, 2),
    peak_mb?.median.toFixed(0) ?? '–',
    check.text,
  ]);
  const words = programs
    .filter(({ cores }) => cores === 'any')
    .map(({ name, command, semantics }) => [name, `\`${command}\``, semantics]);
  return `${title}

${table(['program', `M ${unit}/s`, ...bases.map(([, head]) => head), 'start s', 'CPU s', 'MB', 'output'], figures)}
${table(['program', 'command', 'what it does, and what not'], words)}`;
}

function others({ mawk, duckdb, python }) {
  const text = mawk === undefined ? '; no mawk' : `, ${mawk.replace(/^(mawk \S+).*/, '$1')}`;
  return text + (duckdb === undefined ? '; no DuckDB' : `, DuckDB ${duckdb} (${python})`);
}

export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}

export function spread(summary, divisor, digits) {
  if (summary === undefined) return '–';
  const [median, min, max] = [summary.median, summary.min, summary.max].map((n) => (n / divisor).toFixed(digits));
  return `${median} (${min}–${max})`;
}

export function count(n) {
  return n.toLocaleString('en');
}
