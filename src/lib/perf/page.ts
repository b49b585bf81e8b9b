import { escaped, NO_REQUESTS } from '../formats/html.js';
import { type ContestResult, ratiosOf } from './contest.js';
import { type Side, SIDES } from './sides.js';
import { courseIn } from './course.js';
import { machineText } from './machine.js';
import type { Report } from './plan.js';
import { summaryOf, type Table, tablesOf, typedOf, wrongBarsOf } from './tables.js';
import { median } from './statistics.js';

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2530; --dim: #66717d; --line: #d7dce1; --paper: #fff; --a: #8a6d1f; --b: #1763b5; --noise: #eceff2; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8ec; --dim: #98a3ae; --line: #37414b; --paper: #14191f; --a: #d9b44a; --b: #6cb0f5; --noise: #232b33; }
}
body { margin: 0 auto; max-width: 62rem; padding: 1rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1, h2 { line-height: 1.2; }
.says { font-size: 1.15rem; font-weight: 600; }
.partial { border-left: 4px solid var(--a); padding-left: .7rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .8rem .3rem 0; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--dim); font-weight: 500; }
code, pre { font-size: .9rem; }
pre { overflow-x: auto; }
.row { display: grid; grid-template-columns: 13rem 1fr 11rem; gap: 1rem; align-items: center; margin: .35rem 0; }
@media (max-width: 44rem) { .row { grid-template-columns: 1fr; gap: .1rem; margin: .9rem 0; } }
.track { position: relative; height: 1.6rem; border-bottom: 1px solid var(--line); }
.track > * { position: absolute; top: 50%; }
.noise { height: 100%; transform: translateY(-50%); background: var(--noise); }
.one { height: 100%; transform: translateY(-50%); border-left: 1px dashed var(--dim); }
.interval { height: .35rem; transform: translateY(-50%); background: var(--b); opacity: .55; border-radius: .2rem; }
.dot { width: .45rem; height: .45rem; border-radius: 50%; transform: translate(-50%, -50%); opacity: .45; }
.median { width: .2rem; height: 1.1rem; transform: translate(-50%, -50%); }
.a { background: var(--a); }
.b { background: var(--b); }
.name-a, .name-b { font-weight: 600; color: var(--a); }
.name-b { color: var(--b); }
h3 { font-size: 1rem; font-weight: 500; margin-bottom: .3rem; }
.course { overflow: hidden; }
.figure { font-variant-numeric: tabular-nums; color: var(--dim); }
`;

/** The report as one page that needs nothing else: no request. */
export function pageOf(report: Report): string {
  const { plan, machine, date, isPartial } = report;
  const { a, b } = plan.sides;
  const { right, speed, cost, brought, stages } = tablesOf(report);
  const wrong = wrongBarsOf(report);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${NO_REQUESTS}
<title>${escaped(`${b.name} against ${a.name}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(`${b.name} against ${a.name}`)}</h1>
${isPartial ? '<p class="partial">Stopped before its end: what is here is what was measured by then.</p>\n' : ''}${summaryOf(
    report,
  )
    .map((sentence) => `<p class="says">${escaped(sentence)}</p>`)
    .join('\n')}
<ul>
<li><b>A, ${escaped(a.name)}</b>: ${escaped(a.summary)}</li>
<li><b>B, ${escaped(b.name)}</b>: ${escaped(b.summary)}</li>
<li>Made by <code>${escaped(typedOf(plan))}</code> on ${date.slice(0, 10)}, seed ${plan.seed}.</li>
<li>Machine: ${escaped(machineText(machine))}.</li>
</ul>
${ratiosIn(report)}${sectionOf(speed)}
${ratesIn(report)}${sectionOf(cost)}
${stages.rows.length === 0 ? '' : `${sectionOf(stages)}\n`}${sectionOf(brought)}
${sectionOf(right)}
${courseIn(report.contests)}${wrong.length === 0 ? '' : `<pre>${escaped(wrong.join('\n'))}</pre>\n`}</body>
</html>
`;
}

/** For each comparison: every pair, the median and its interval, and the noise, on one scale of ratios. */
function ratiosIn({ contests }: Report): string {
  const timed = contests.filter(({ conclusion }) => conclusion !== undefined);
  if (timed.length === 0) return '';
  const all = timed.flatMap((one) => [...ratiosOf(one.samples), one.conclusion?.noise ?? 1, 1 / (one.conclusion?.noise ?? 1)]);
  const place = scale(Math.min(...all), Math.max(...all), Math.log);
  const rows = timed.map(({ stage, load, samples, conclusion }) => {
    const { ratio, interval, noise } = conclusion ?? { ratio: 1, interval: { low: 1, high: 1 }, noise: 1 };
    return rowOf(
      `${stage}, ${load} symbols`,
      [
        span('noise', place(1 / noise), place(noise)),
        mark('one', place(1)),
        ...ratiosOf(samples).map((one) => mark('dot b', place(one))),
        span('interval', place(interval.low), place(interval.high)),
        mark('median b', place(ratio)),
      ],
      `${ratio.toFixed(2)} × (${interval.low.toFixed(2)}–${interval.high.toFixed(2)})`,
    );
  });
  const note =
    'Speed of B in multiples of A, on a logarithmic scale: each pair of runs, their median and its 95 % interval. Dashed: no difference; grey: the noise.';
  return `<h2>Speed</h2>\n<p>${note}</p>\n${rows.join('\n')}\n`;
}

/** Each run's rate, from 0 on one scale for the runs of a comparison. */
function ratesIn({ contests }: Report): string {
  const rows = contests.flatMap(({ stage, load, records, samples }) => {
    const rates: Readonly<Record<Side, number[]>> = { a: figuresOf(samples.a, records), b: figuresOf(samples.b, records) };
    const isLoad = samples.a.some(({ latency }) => latency !== undefined);
    if (rates.a.length === 0) return [];
    const place = scale(0, Math.max(...rates.a, ...rates.b), (rate) => rate);
    return SIDES.map((side) => {
      const marks = rates[side].map((rate) => mark(`dot ${side}`, place(rate)));
      const middle = median(rates[side]);
      return rowOf(
        `${stage}, ${load} symbols, ${side.toUpperCase()}`,
        [...marks, mark(`median ${side}`, place(middle))],
        isLoad ? `${middle.toFixed(1)} ms` : `${Math.round(middle).toLocaleString('en')} records/s`,
      );
    });
  });
  return rows.length === 0
    ? ''
    : `<h2>Runs</h2>\n<p>Of each run, from 0, and the median: records per second, or at a load the 99th percentile of latencies.</p>\n${rows.join('\n')}\n`;
}

function figuresOf(samples: ContestResult['samples'][Side], records: number): number[] {
  return samples.map(({ wall_s, latency }) => latency?.p99_ms ?? records / wall_s);
}

/** Gives the place of a value between the ends, %. */
function scale(low: number, high: number, by: (value: number) => number): (value: number) => number {
  const [from, to] = [by(low), by(high)];
  return (value) => (to === from ? 50 : ((by(value) - from) / (to - from)) * 100);
}

function rowOf(label: string, marks: readonly string[], figure: string): string {
  return `<div class="row"><div>${escaped(label)}</div><div class="track">${marks.join('')}</div><div class="figure">${escaped(figure)}</div></div>`;
}

function mark(name: string, at: number): string {
  return `<i class="${name}" style="left:${at.toFixed(2)}%"></i>`;
}

function span(name: string, from: number, to: number): string {
  return `<i class="${name}" style="left:${from.toFixed(2)}%;width:${(to - from).toFixed(2)}%"></i>`;
}

function sectionOf({ title, head, rows }: Table): string {
  const cells = (tag: string, texts: readonly string[]): string =>
    `<tr>${texts.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join('')}</tr>`;
  const body = rows.map((row) => cells('td', row)).join('\n');
  return `<h2>${escaped(title)}</h2>\n<div class="scroll"><table>\n<thead>${cells('th', head)}</thead>\n<tbody>\n${body}\n</tbody>\n</table></div>`;
}
