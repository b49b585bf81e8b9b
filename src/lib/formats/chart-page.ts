import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ASSETS = fileURLToPath(new URL('../../../assets/', import.meta.url));

/** A line of a chart; `values` has open, high, low and close for `candles`, else one list. */
export interface Series {
  readonly kind: 'candles' | 'line' | 'steps' | 'histogram';
  readonly name: string;
  readonly values: readonly (readonly number[])[];
  /** Lines across the chart, by their names. */
  readonly levels?: readonly (readonly [name: string, value: number])[];
}

/** Something that happened, on the first series of the last pane. */
export interface Marker {
  readonly ts: number;
  readonly text: string;
  readonly kind: 'buy' | 'sell' | 'exit';
}

/** What can be chosen on a page: panes above each other over one axis of times. */
export interface Chart {
  readonly name: string;
  /** Of all series, s since the epoch, ascending. */
  readonly times: readonly number[];
  readonly panes: readonly (readonly Series[])[];
  readonly markers: readonly Marker[];
  /** What has to be known to read it. */
  readonly note: string;
}

/** A page that shows one of its charts at a time, and needs no network. `zone`: of its times, an IANA name. */
export function chartPage(title: string, zone: string, charts: readonly Chart[]): string {
  const asset = (name: string): string => readFileSync(join(ASSETS, name), 'utf8');
  const options = charts.map(({ name }, index) => `<option value="${index}">${escaped(name)}</option>`).join('');
  const data = charts.map((chart) => `<script type="application/json" class="chart">${jsonOf(chart)}</script>\n`).join('');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<title>${escaped(title)}</title>
<style>
${asset('chart.css')}</style>
</head>
<body data-zone="${escaped(zone)}">
<header>
<h1>${escaped(title)}</h1>
<label>Show <select id="choice"${charts.length < 2 ? ' disabled' : ''}>${options}</select></label>
<output id="values"></output>
</header>
<main id="chart" role="img" aria-label="${escaped(title)}"></main>
<footer id="note"></footer>
${data}<script>${asScript(library())}</script>
<script>
${asScript(asset('chart.js'))}</script>
</body>
</html>
`;
}

/** What draws, as one script that needs nothing else. */
function library(): string {
  const folder = dirname(createRequire(import.meta.url).resolve('lightweight-charts/package.json'));
  return readFileSync(join(folder, 'dist/lightweight-charts.standalone.production.js'), 'utf8');
}

/** No text of a record may end the element that it stands in. */
function jsonOf(chart: Chart): string {
  return JSON.stringify(chart).replaceAll('<', '\\u003c');
}

function asScript(text: string): string {
  return text.replaceAll('</script', '<\\/script');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
