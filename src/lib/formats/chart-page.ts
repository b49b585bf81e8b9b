import { asset, escaped, NO_REQUESTS, packageFile, scriptJson, scriptText } from './html.js';

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
  const options = charts.map(({ name }, index) => `<option value="${index}">${escaped(name)}</option>`).join('');
  const data = charts.map((chart) => `<script type="application/json" class="chart">${scriptJson(chart)}</script>\n`).join('');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${NO_REQUESTS}
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
${data}<script>${scriptText(packageFile('lightweight-charts', 'dist/lightweight-charts.standalone.production.js'))}</script>
<script>
${scriptText(asset('chart.js'))}</script>
</body>
</html>
`;
}
