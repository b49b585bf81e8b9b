import { asset, escaped, packageFile, scriptJson, scriptText } from '../formats/html.js';
import type { ContestResult } from './contest.js';
import { type Side, SIDES } from './sides.js';
import type { Sample } from './measure.js';

/** One figure of all runs of a comparison in the course of time. */
interface Chart {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** That of one run. */
interface Line {
  readonly side: Side;
  readonly at_s: readonly number[];
  readonly values: readonly number[];
}

/** What can be drawn: values of a run, each with its time. */
const FIGURES: readonly { readonly title: string; readonly of: (sample: Sample) => readonly Value[] }[] = [
  {
    title: '99th percentile of latencies, ms',
    of: ({ latency }) => (latency?.points ?? []).map(({ at_s, p99_ms }) => ({ at_s, value: p99_ms })),
  },
  { title: 'CPU, cores', of: ({ points = [] }) => points.map(({ at_s, cpu_cores }) => ({ at_s, value: cpu_cores })) },
  { title: 'Memory, MB', of: ({ points = [] }) => points.map(({ at_s, rss_mb }) => ({ at_s, value: rss_mb })) },
];

interface Value {
  readonly at_s: number;
  readonly value: number;
}

/** What the runs took in the course of time, as a part of a page with what draws it; empty where none was long enough to look at. */
export function courseIn(contests: readonly ContestResult[]): string {
  const charts = contests.flatMap(chartsOf);
  if (charts.length === 0) return '';
  const places = charts.map(({ title }, index) => `<h3>${escaped(title)}</h3>\n<div class="course" id="course-${index}"></div>`);
  return `<h2>In the course of time</h2>
<p>A line for each timed run: <span class="name-a">A</span> and <span class="name-b">B</span>, from the start of its command; latencies from the first tick, by when bars were to come.</p>
${places.join('\n')}
<style>${packageFile('uplot', 'dist/uPlot.min.css')}</style>
<script type="application/json" id="course">${scriptJson(charts)}</script>
<script>${scriptText(packageFile('uplot', 'dist/uPlot.iife.min.js'))}</script>
<script>
${scriptText(asset('course.js'))}</script>
`;
}

/** A line of one point is none, and a chart of one side compares nothing. */
function chartsOf({ stage, load, samples }: ContestResult): Chart[] {
  return FIGURES.flatMap(({ title, of }) => {
    const lines = SIDES.flatMap((side) => samples[side].map((sample) => lineOf(side, of(sample))));
    const drawn = lines.filter(({ values }) => values.length > 1);
    const hasBoth = SIDES.every((side) => drawn.some((line) => line.side === side));
    return !hasBoth ? [] : [{ title: `${title}: ${stage}, ${load} symbols`, lines: drawn }];
  });
}

function lineOf(side: Side, values: readonly Value[]): Line {
  return { side, at_s: values.map(({ at_s }) => at_s), values: values.map(({ value }) => value) };
}
