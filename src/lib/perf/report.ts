import { type ContestResult, type Side, SIDES, textOf } from './contest.js';
import type { Sample } from './measure.js';
import type { Report } from './plan.js';
import { median } from './statistics.js';

/** The report as a page for people. */
export function markdownOf(report: Report): string {
  const { plan, machine, contests, date, isPartial } = report;
  const { a, b } = plan.sides;
  return `# ${b.name} against ${a.name}

${isPartial ? '**Stopped before its end: what is here is what was measured by then.**\n\n' : ''}${summaryOf(report)}

- **A, ${a.name}**: ${a.summary}
- **B, ${b.name}**: ${b.summary}
- Made by \`${plan.command}\` on ${date.slice(0, 10)}, seed ${plan.seed}.
- Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memory_gb} GB, ${machine.system}, Node ${machine.node}; load before the start ${machine.load_before.toFixed(1)}.

## Are they right

${table(
  ['stage', 'symbols', `A, ${a.name}`, `B, ${b.name}`],
  contests.map(({ stage, load, outcomes }) => [stage, String(load), ...SIDES.map((side) => cellOf(textOf(outcomes[side])))]),
)}
${detailsOf(contests)}## Which is faster

${table(
  ['stage', 'symbols', 'speed of B, × A', '95 % interval', 'noise', 'B is'],
  contests.map(({ stage, load, conclusion }) => [
    stage,
    String(load),
    ...(conclusion === undefined
      ? ['–', '–', '–', 'not judged']
      : [
          conclusion.ratio.toFixed(2),
          `${conclusion.interval.low.toFixed(2)}–${conclusion.interval.high.toFixed(2)}`,
          `± ${((conclusion.noise - 1) * 100).toFixed(0)} %`,
          `**${conclusion.verdict}**`,
        ]),
  ]),
)}
## What it took

${table(
  ['stage', 'symbols', 'side', 'records/s', 'CPU s per million', 'memory, MB', 'runs'],
  contests.flatMap((one) => SIDES.map((side) => figuresOf(one, side))),
)}
## How

- Both sides read the same simulated market of ${plan.ticks.toLocaleString('en')} ticks, as \`cat file | command > file\`. \`baragg\` reads the bars of
  the reference; \`pipeline\` is both stages in one pipe.
- First each side runs once, and its bars are compared with those of the reference, bar by bar, by symbol, timeframe and time: prices and
  counts as numbers, volumes as decimals. Where a side is wrong, nothing is timed and nobody is faster.
- Then ${plan.rounds} round${plan.rounds === 1 ? '' : 's'} of A B B A. A ratio is that of two runs beside each other in a round; the figure is the median of these ratios, the interval
  a bootstrap of it. *Noise* is how much a side differs from itself within a round, by the same bootstrap: B is faster or slower only
  where the interval leaves out 1 and is not within the noise, and never by fewer than five pairs.
- Time is wall clock with the start of the programs; CPU is that of the command and of what it has started; memory is the sum of their
  peak resident sets. Figures are medians.
`;
}

/** What is to be known if nothing else is read. */
function summaryOf({ contests, plan }: Report): string {
  const { a, b } = plan.sides;
  const wrong = contests.filter(({ outcomes }) => SIDES.some((side) => outcomes[side].parity?.isEqual !== true));
  if (wrong.length > 0) return `**No winner: outputs are wrong in ${wrong.length} of ${contests.length} comparisons.**`;
  const lines = contests.flatMap(({ stage, load, conclusion }) => {
    if (stage !== 'pipeline' || conclusion === undefined) return [];
    const { ratio, interval, verdict } = conclusion;
    const is = verdict === 'inconclusive' ? 'not shown to differ from' : `${verdict} than`;
    const figures = `${ratio.toFixed(2)} times its speed (95 % interval ${interval.low.toFixed(2)}–${interval.high.toFixed(2)})`;
    return [`With ${load} symbols the pipeline of ${b.name} is **${is}** that of ${a.name}: ${figures}.`];
  });
  return lines.length === 0 ? 'Nothing was timed.' : lines.join('\n');
}

function figuresOf({ stage, load, records, samples }: ContestResult, side: Side): string[] {
  const own: readonly Sample[] = samples[side];
  const place = [stage, String(load), side.toUpperCase()];
  if (own.length === 0) return [...place, '–', '–', '–', '0'];
  const wall_s = median(own.map((sample) => sample.wall_s));
  const cpu_s = median(own.map((sample) => sample.cpu_s));
  const peaks = own.flatMap(({ peak_rss_mb }) => (peak_rss_mb === undefined ? [] : [peak_rss_mb]));
  return [
    ...place,
    Math.round(records / wall_s).toLocaleString('en'),
    ((cpu_s / records) * 1e6).toFixed(2),
    peaks.length === 0 ? '–' : median(peaks).toFixed(0),
    String(own.length),
  ];
}

/** The bars that are wrong. */
function detailsOf(contests: readonly ContestResult[]): string {
  const lines = contests.flatMap(({ stage, load, outcomes }) =>
    SIDES.flatMap((side) =>
      (outcomes[side].parity?.named ?? []).map((bar) => `${stage} of ${load} symbols, ${side.toUpperCase()}: ${bar}`),
    ),
  );
  return lines.length === 0 ? '' : `\`\`\`text\n${lines.join('\n')}\n\`\`\`\n\n`;
}

/** A text as a cell of a table. */
function cellOf(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ').slice(0, 300);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}
