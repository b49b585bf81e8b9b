import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chartPage } from '../../src/lib/formats/chart-page.js';
import { SAMPLES } from '../compliance/samples.js';
import { NO_BROWSER, opened } from '../support/browser.js';
import { shell } from '../support/cli.js';
import { temporaryFolder } from '../support/files.js';

if (NO_BROWSER !== undefined) console.error(`NOT TESTED: ${NO_BROWSER}: pages are not looked at in a browser`);

interface Chart {
  readonly name: string;
  readonly times: readonly number[];
  readonly panes: readonly (readonly { readonly name: string; readonly values: readonly (readonly number[])[] }[])[];
  readonly markers: readonly { readonly ts: number; readonly kind: string; readonly text: string }[];
  readonly note: string;
}

const NOTHING: Chart = { name: '', times: [], panes: [], markers: [], note: '' };

const folder = temporaryFolder();

/** The page that a command makes of a sample, as a file and as what stands in it. */
async function pageOf(kind: string, flags = ''): Promise<{ readonly path: string; readonly charts: Chart[] }> {
  const [input, path] = [join(folder, `${kind}.ndjson`), join(folder, `${kind}.html`)];
  writeFileSync(input, SAMPLES[`chart ${kind}`]?.input ?? '');
  const run = await shell(`qf chart ${kind} --from file:${input} ${flags} -o ${path} && cat ${path}`);
  expect(run.exitCode, run.stderr).toBe(0);
  return { path, charts: chartsIn(run.stdout) };
}

function chartsIn(page: string): Chart[] {
  const texts = [...page.matchAll(/<script type="application\/json" class="chart">(.*?)<\/script>/g)];
  return texts.map(([, text = '']) => JSON.parse(text) as Chart);
}

describe('qf chart', () => {
  test('bars: candles and volume of each symbol and timeframe', async () => {
    const { charts } = await pageOf('bars');
    expect(charts.map(({ name }) => name)).toEqual(['A 1s', 'B/C 1s']);
    const [first] = charts;
    expect(first?.times.slice(0, 2)).toEqual([1_704_167_100, 1_704_167_101]);
    expect(first?.panes.map((pane) => pane.map(({ name, values }) => [name, values.map((list) => list[1])]))).toEqual([
      [['price', [10, 13, 9, 11]]],
      [['volume', [1.12345678]]],
    ]);
    expect(first?.note).toBe('600 bars');
  });

  test('bars: more than a page takes are drawn coarser, and none is left out', async () => {
    const line = String.raw`{\"symbol\":\"A\",\"tf\":\"1s\",\"ts\":%d,\"o\":%d,\"h\":%d,\"l\":%d,\"c\":%d,\"vol\":1,\"n_trades\":1}\n`;
    const bars = `awk 'BEGIN { for (i = 0; i < 200001; i++) printf "${line}", i, 100 + i % 2, 200 + i % 2, 50 - i % 2, 110 + i % 2 }'`;
    const path = join(folder, 'many.html');
    const run = await shell(`${bars} | qf chart bars -o ${path} && cat ${path}`);
    expect(run.exitCode, run.stderr).toBe(0);
    const [chart] = chartsIn(run.stdout);
    expect(chart?.note).toBe('100001 bars, drawn as bars of 2 s because there are too many for a page');
    expect(chart?.times.slice(0, 2)).toEqual([0, 2]);
    expect(chart?.panes.flat().flatMap(({ values }) => values.map((list) => list[0]))).toEqual([100, 201, 49, 111, 2]);
    const volume = chart?.panes[1]?.[0]?.values[0] ?? [];
    expect(volume.reduce((sum, one) => sum + one, 0)).toBe(200_001);
  });

  test('pairs: what qf pairs watch has seen and decided', async () => {
    const { charts } = await pageOf('pairs');
    const watched = await shell(`qf pairs watch --from file:${join(folder, 'pairs.ndjson')}`);
    const signals = watched.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { ts: number; z: number; action: string; pair_id: string });
    expect(signals.length).toBeGreaterThan(2);
    expect(charts.map(({ name }) => name)).toEqual([signals[0]?.pair_id]);
    const { times, panes, markers } = charts[0] ?? NOTHING;
    expect(markers.map(({ ts }) => ts)).toEqual(signals.map(({ ts }) => ts));
    expect(markers.map(({ kind }) => kind === 'exit')).toEqual(signals.map(({ action }) => action === 'EXIT'));
    const zOf = (ts: number): number => panes[1]?.[0]?.values[0]?.[times.indexOf(ts)] ?? NaN;
    for (const { ts, z } of signals) expect(zOf(ts)).toBeCloseTo(z, 6);
  });

  test('fills: ends with what qf paper pnl says of all symbols', async () => {
    const { charts } = await pageOf('fills');
    const pnl = await shell(`qf paper pnl --as ndjson --from file:${join(folder, 'fills.ndjson')}`);
    const rows = pnl.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { realised: number; fees: number; cost: number });
    const sum = (of: (row: (typeof rows)[number]) => number): number => rows.reduce((total, row) => total + of(row), 0);
    const last = charts[0]?.panes.flat().map(({ name, values }) => [name, values[0]?.at(-1)]);
    expect(Object.fromEntries(last ?? [])).toEqual({
      'realised − fees': expect.closeTo(sum(({ realised, fees }) => realised - fees)) as number,
      fees: expect.closeTo(sum(({ fees }) => fees)) as number,
      'open, at cost': expect.closeTo(sum(({ cost }) => Math.abs(cost))) as number,
    });
  });

  test('no text leaves the place where it stands', () => {
    const name = '</script><img>';
    const page = chartPage(name, 'UTC', [{ name, times: [], panes: [], markers: [], note: name }]);
    expect(page.split('<img>')).toHaveLength(1);
    expect(page.match(/<\/script>/g)).toHaveLength(3);
  });

  test('-o and --to exclude each other, and a zone has to be one', async () => {
    for (const flags of ['-o a.html --to stdout', '--tz Nowhere/Land']) {
      const run = await shell(`qf chart bars ${flags} < /dev/null`);
      expect([run.exitCode, run.stdout], flags).toEqual([2, '']);
    }
  });

  test.skipIf(NO_BROWSER !== undefined).each(['bars', 'pairs', 'fills'])(
    '%s: a browser draws it, and asks for nothing else',
    async (kind) => {
      const { path, charts } = await pageOf(kind, '--tz Asia/Kolkata');
      const { dom, errors } = opened(path);
      expect(errors).toEqual([]);
      expect(dom).toContain('<output id="values">times in Asia/Kolkata</output>');
      expect(dom).toContain(`<footer id="note">${charts[0]?.note ?? ''}</footer>`);
      expect(dom.match(/<canvas/g)?.length).toBeGreaterThan(3);
    },
  );
});
