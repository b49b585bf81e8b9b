import { machineText } from './machine.js';
import { type Plan, type Report, speedOf, TRADED_S } from './plan.js';
import { summaryOf, type Table, tablesOf, typedOf, wrongBarsOf } from './tables.js';

/** How a side gets its input at the pace of a market. */
const HOW_LOADED = {
  pipe: ' come through a pipe at the pace of their own times, and a bar is counted\n  from when the tick was due that makes it final until it came.',
  kafka:
    ' come on a topic at the pace of their own times, and a bar is counted\n  from when the tick was due that makes it final until it could be read as committed.',
} as const;

/** And what is counted then. */
const HOW_COUNTED =
  ' Ticks that the sender could not send in time count from when they were\n  due (corrected for coordinated omission). Quantiles are exact, of all bars or fills behind the warm-up.';

/** How a side gets its input as fast as it goes. */
const HOW_READ = {
  pipe: ', as `cat file | command > file`. `baragg` reads the bars of\n  the reference; `pipeline` is both stages in one pipe, `flow` the same behind an ingest, `paper-flow` all stages from ticks to fills.',
  kafka:
    ' from a topic, as it is there, to its end, each run in a\n  group of its own and to topics of its own. `ingest` brings them there, `baragg` reads the bars of the reference; `paper-flow` is all stages from ticks to fills,\n  one behind the other.',
} as const;

/** The same of hours that go by in the time of a run. */
function howTraded(plan: Plan): string {
  return ` of ${TRADED_S / 3600} hours come ${plan.transport === 'kafka' ? 'on a topic' : 'through a pipe'}, with event time ${Math.round(speedOf(plan))} times as fast as the clock, and a fill is
  counted from when the tick was due that shows that all bars of its decision have come${plan.transport === 'kafka' ? ' (behind the next bar of 15 minutes)' : ''}, until it ${plan.transport === 'kafka' ? 'could be read as committed' : 'came'}.`;
}

/** How the input comes. */
function howOf(plan: Plan): string {
  const { mode, scenario, transport, ticks } = plan;
  return mode === 'load'
    ? `The same ticks${scenario === 'paper-flow' ? howTraded(plan) : HOW_LOADED[transport]}${HOW_COUNTED}`
    : `Both sides read the same simulated market of ${ticks.toLocaleString('en')} ticks${HOW_READ[transport]}`;
}

/** Characters of a cell that are shown. */
const CELL = 300;

/** The report as a page for people. */
export function markdownOf(report: Report): string {
  const { plan, machine, date, isPartial } = report;
  const { a, b } = plan.sides;
  const { right, speed, cost, brought, stages } = tablesOf(report);
  const wrong = wrongBarsOf(report);
  return `# ${b.name} against ${a.name}

${isPartial ? '**Stopped before its end: what is here is what was measured by then.**\n\n' : ''}${summaryOf(report)
    .map((sentence) => `**${sentence}**`)
    .join('\n')}

- **A, ${a.name}**: ${a.summary}
- **B, ${b.name}**: ${b.summary}
- Made by \`${typedOf(plan)}\` on ${date.slice(0, 10)}, seed ${plan.seed}.
- Machine: ${machineText(machine)}.

${sectionOf(right)}
${wrong.length === 0 ? '' : `\`\`\`text\n${wrong.join('\n')}\n\`\`\`\n\n`}${sectionOf(speed)}
${sectionOf(cost)}
${sectionOf(brought)}
${stages.rows.length === 0 ? '' : `${sectionOf(stages)}\n`}## How

- ${howOf(plan)}
- First each side runs once, and its bars, or fills, are compared with those of the reference, one by one: prices and counts as numbers,
  volumes as decimals. With an ingest of its own, the reference works on that side's own ticks. Where a side is wrong, nothing is timed and nobody is faster.
- Then ${plan.rounds} round${plan.rounds === 1 ? '' : 's'} of A B B A. A ratio is that of two runs beside each other in a round; the figure is the median of these ratios, the interval
  a bootstrap of it. *Noise* is how much a side differs from itself within a round, by the same bootstrap: B is faster or slower only
  where the interval leaves out 1 and is not within the noise, and never by fewer than five pairs.
- Time is wall clock with the start of the programs; CPU is that of the command and of what it has started; memory is the sum of their
  peak resident sets. Figures are medians. What went through was counted in the run that is not timed. Queues are those that programs
  tell of behind their end${plan.transport === 'kafka' && plan.mode === 'load' ? '; lag is the most\n  that a consumer group had still to commit, seen each second: stages of qf tell their group every five seconds how far they are' : ''}.
`;
}

function sectionOf({ title, head, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return `## ${title}\n\n${line(head)}${line(head.map(() => '---'))}${rows.map((cells) => line(cells.map(cellOf))).join('')}`;
}

/** A text as a cell of a table. */
function cellOf(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ').slice(0, CELL);
}
