/* global LightweightCharts */
// Draws the chart that is chosen. Times are s since the epoch and shown in the page's time zone.
const { createChart, createSeriesMarkers, CandlestickSeries, HistogramSeries, LineSeries, LineType } = LightweightCharts;
const KINDS = { candles: CandlestickSeries, histogram: HistogramSeries, line: LineSeries, steps: LineSeries };
const COLOURS = {
  light: { ink: '#1c2530', paper: '#ffffff', line: '#e6e9ec', up: '#1a8f6f', down: '#c8453b', level: '#9aa3ac' },
  dark: { ink: '#e4e8ec', paper: '#14191f', line: '#29323b', up: '#3fc79f', down: '#ef7a70', level: '#66717d' },
};
const LINES = ['#1763b5', '#b0711a', '#7a4fb5'];

const zone = document.body.dataset.zone;
const texts = [...document.querySelectorAll('script.chart')];
const choice = document.getElementById('choice');
const values = document.getElementById('values');
const isDark = matchMedia('(prefers-color-scheme: dark)');
const format = (options) => new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', ...options });
const whole = format({ dateStyle: 'medium', timeStyle: 'medium' });
// By what a mark of the axis says: a year, a month, a day, a time, a time with seconds.
const marks = [
  { year: 'numeric' },
  { month: 'short', year: 'numeric' },
  { day: 'numeric', month: 'short' },
  { hour: '2-digit', minute: '2-digit' },
  { hour: '2-digit', minute: '2-digit', second: '2-digit' },
].map(format);
const dateOf = (time) => new Date(time * 1000);

let chart;

function pointsOf(series, times, colours) {
  const [first, high, low, close] = series.values;
  return times.map((time, at) => {
    if (series.kind === 'candles') return { time, open: first[at], high: high[at], low: low[at], close: close[at] };
    const point = { time, value: first[at] };
    if (series.rises) point.color = `${series.rises[at] ? colours.up : colours.down}80`;
    return point;
  });
}

/** Volumes have the colour of their candle. */
function coloured(panes) {
  const candles = panes.flat().find(({ kind }) => kind === 'candles');
  const rises = candles && candles.values[0].map((open, at) => candles.values[3][at] >= open);
  return panes.map((pane) => pane.map((one) => (one.kind === 'histogram' ? { ...one, rises } : one)));
}

function optionsOf(series, index, colours) {
  const price = { type: 'price', minMove: stepOf(series), precision: -Math.round(Math.log10(stepOf(series))) };
  if (series.kind === 'candles')
    return {
      upColor: colours.up,
      downColor: colours.down,
      wickUpColor: colours.up,
      wickDownColor: colours.down,
      borderVisible: false,
      priceFormat: price,
    };
  if (series.kind === 'histogram') return { priceFormat: { type: 'volume' }, lastValueVisible: false, priceLineVisible: false };
  const lineType = LineType[series.kind === 'steps' ? 'WithSteps' : 'Simple'];
  return {
    color: LINES[index % LINES.length],
    lineWidth: 1.5,
    lineType,
    title: series.name,
    priceFormat: price,
    priceLineVisible: false,
  };
}

/** The smallest step that its values need, from 1 to 1e-8. */
function stepOf({ values: lists }) {
  const sample = lists[0].slice(0, 1000);
  const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8].find((count) =>
    sample.every((value) => Math.abs(value - Number(value.toFixed(count))) < 1e-12),
  );
  return 10 ** -(digits ?? (Math.max(...sample.map(Math.abs)) > 100 ? 2 : 6));
}

function show(index) {
  chart?.remove();
  const shown = JSON.parse(texts[index].textContent);
  const colours = COLOURS[isDark.matches ? 'dark' : 'light'];
  chart = createChart(document.getElementById('chart'), {
    autoSize: true,
    layout: { background: { color: colours.paper }, textColor: colours.ink, panes: { separatorColor: colours.line } },
    grid: { vertLines: { color: colours.line }, horzLines: { color: colours.line } },
    localization: { timeFormatter: (time) => whole.format(dateOf(time)) },
    timeScale: {
      timeVisible: true,
      secondsVisible: true,
      minBarSpacing: 0.001,
      tickMarkFormatter: (time, kind) => marks[kind].format(dateOf(time)),
    },
  });
  const drawn = coloured(shown.panes).flatMap((pane, at) => pane.map((series, of) => draw(series, at, of, shown.times, colours)));
  chart.panes()[0].setStretchFactor(2);
  const last = drawn[shown.panes.slice(0, -1).flat().length];
  const markers = shown.markers.map(({ ts, text, kind }) => ({
    time: ts,
    text,
    position: kind === 'buy' ? 'belowBar' : 'aboveBar',
    shape: kind === 'buy' ? 'arrowUp' : kind === 'sell' ? 'arrowDown' : 'circle',
    color: kind === 'buy' ? colours.up : kind === 'sell' ? colours.down : colours.level,
  }));
  if (markers.length > 0) createSeriesMarkers(last.drawn, markers);
  // Once it has its size.
  requestAnimationFrame(() => chart.timeScale().fitContent());
  chart.subscribeCrosshairMove((move) => tell(move, drawn));
  values.textContent = `times in ${zone}`;
  document.getElementById('note').textContent = shown.note;
}

function draw(series, pane, index, times, colours) {
  const drawn = chart.addSeries(KINDS[series.kind], optionsOf(series, index, colours), pane);
  drawn.setData(pointsOf(series, times, colours));
  for (const [title, price] of series.levels ?? [])
    drawn.createPriceLine({ price, title, color: colours.level, lineWidth: 1, lineStyle: 2, axisLabelVisible: false });
  return { series, drawn };
}

function tell({ time, seriesData }, drawn) {
  if (time === undefined) return;
  const parts = drawn.map(({ series, drawn: one }) => {
    const at = seriesData.get(one);
    if (at === undefined) return '';
    return series.kind === 'candles' ? `O ${at.open}  H ${at.high}  L ${at.low}  C ${at.close}` : `${series.name} ${at.value}`;
  });
  values.textContent = [whole.format(dateOf(time)), ...parts].join('  ');
}

choice.addEventListener('change', () => show(Number(choice.value)));
isDark.addEventListener('change', () => show(Number(choice.value)));
show(0);
