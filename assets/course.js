/* global uPlot */
// Draws what runs took in the course of time: a line for each run, in the colour of its side.
const HEIGHT = 220;
const charts = JSON.parse(document.getElementById('course').textContent);
const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(`--${name}`).trim();
const font = '12px system-ui, sans-serif';

let plots = [];

function plotOf({ lines }, place) {
  const axis = { stroke: colour('dim'), grid: { stroke: colour('line') }, ticks: { stroke: colour('line') }, font };
  const options = {
    width: place.clientWidth,
    height: HEIGHT,
    padding: [null, 24, null, null],
    legend: { show: false },
    cursor: { y: false, points: { show: false } },
    scales: { x: { time: false }, y: { range: (_, low, high) => [0, (high || 1) * 1.1] } },
    axes: [{ ...axis, values: (_, seconds) => seconds.map((one) => `${one} s`) }, axis],
    series: [{}, ...lines.map(({ side }) => ({ stroke: colour(side), width: 1.5, spanGaps: true, points: { show: false } }))],
  };
  return new uPlot(options, uPlot.join(lines.map(({ at_s, values }) => [at_s, values])), place);
}

function draw() {
  for (const plot of plots) plot.destroy();
  plots = charts.map((chart, index) => plotOf(chart, document.getElementById(`course-${index}`)));
}

draw();
addEventListener('resize', draw);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
