import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { obstaclesOf } from '../../src/lib/perf/gate.js';
import { pageOf } from '../../src/lib/perf/page.js';
import { markdownOf } from '../../src/lib/perf/report.js';
import { makeRunFolder, readReport, storeReport } from '../../src/lib/perf/stored.js';
import { NO_BROWSER, opened } from '../support/browser.js';
import { contestOf, longContest, reportOf, wrongContest } from '../support/perf-report.js';

if (NO_BROWSER !== undefined) console.warn(`report.html is not looked at: ${NO_BROWSER}`);

const folder = mkdtempSync(join(tmpdir(), 'qf-pages-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const FASTER = reportOf('faster', [contestOf('bars1s', 50, 1.9), contestOf('pipeline', 50, 1)]);
const WRONG = reportOf('wrong', [wrongContest('pipeline', 50)]);

describe('the pages of a comparison', () => {
  it('say the same, and the one in HTML asks for nothing else', () => {
    const [markdown, html] = [markdownOf(FASTER), pageOf(FASTER)];
    const says = 'With 50 symbols pipeline of fast is faster than that of slow: 2.00 times its speed';
    expect(markdown).toContain(`**${says}`);
    expect(html).toContain(says);
    for (const cell of ['1,000,000', '2.00', 'faster', '10 bars, all right']) {
      expect(markdown).toContain(cell);
      expect(html).toContain(cell);
    }
    expect(html).not.toMatch(/<script|<link|<img|src=|url\(|@import|https?:/);
    expect(html).toContain('made of &lt;b&gt; &amp; &quot;c&quot;');
    expect(markdown).toContain('`HOT_BAR1S_WORKERS=2 qf perf compare`');
  });

  it('place each pair, the interval and the noise between the ends of the scale', () => {
    const html = pageOf(FASTER);
    const places = [...html.matchAll(/left:(-?[\d.]+)%(?:;width:(-?[\d.]+)%)?/g)].map(([, left, width]) => [
      Number(left),
      Number(width ?? 0),
    ]);
    // Two comparisons of six pairs, and twelve runs each.
    expect(html.match(/class="dot/g)).toHaveLength(2 * (6 + 12));
    for (const [left = NaN, width = NaN] of places) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(width).toBeGreaterThanOrEqual(0);
      expect(left + width).toBeLessThanOrEqual(100.01);
    }
  });

  it.skipIf(NO_BROWSER !== undefined)('draw what long runs took, in a browser that may ask for nothing', () => {
    const path = join(folder, 'long.html');
    writeFileSync(path, pageOf(reportOf('long', [longContest('bars1s', 50)])));
    const { dom, errors } = opened(path);
    expect(errors).toEqual([]);
    expect(dom.match(/<canvas/g)).toHaveLength(2);
    expect(dom).toContain('CPU, cores: bars1s, 50 symbols');
    expect(dom).not.toContain('latencies: bars1s');
  });

  it('name the bars that are wrong, and no winner', () => {
    for (const page of [markdownOf(WRONG), pageOf(WRONG)]) {
      expect(page).toContain('No winner: outputs are wrong in 1 of 1 comparisons.');
      expect(page).toContain('pipeline of 50 symbols, B: missing: SIM0001 1s 7');
      expect(page).toContain('not judged');
    }
  });
});

describe('a comparison without a pipeline', () => {
  const report = reportOf('kafka', [contestOf('bars1s', 50, 1), contestOf('baragg', 50, 1.9)]);

  it('is summed up by its stages, and judged by all of them', () => {
    for (const page of [markdownOf(report), pageOf(report)])
      for (const stage of ['bars1s', 'baragg'])
        expect(page).toContain(`With 50 symbols ${stage} of fast is faster than that of slow`);
    expect(obstaclesOf(report, undefined, { minRatio: 1 })).toEqual([]);
    expect(obstaclesOf(report, undefined, { minRatio: 1.5 })).toEqual([
      expect.stringContaining('baragg of 50 symbols: 1.05 times'),
    ]);
  });
});

describe('a stored comparison', () => {
  it('is read as it was written, by its schema', () => {
    makeRunFolder(folder, 'faster');
    storeReport(folder, FASTER);
    expect(readReport(folder, 'faster')).toEqual(JSON.parse(JSON.stringify(FASTER)));
    expect(readdirSync(join(folder, 'faster')).sort()).toEqual(['report.html', 'report.json', 'report.md']);
    expect(() => makeRunFolder(folder, 'faster')).toThrow('is there already');
  });

  it.each([
    ['no JSON', '{'],
    ['another version', JSON.stringify({ ...FASTER, schema: 2 })],
    ['a field that is not known', JSON.stringify({ ...FASTER, more: 1 })],
    ['a field that is missing', readFileSync(new URL('../../package.json', import.meta.url), 'utf8')],
  ])('is refused where it is %s', (what, text) => {
    const tag = what.replaceAll(' ', '-');
    mkdirSync(join(folder, tag));
    writeFileSync(join(folder, tag, 'report.json'), text);
    expect(() => readReport(folder, tag)).toThrow('is no report that this version has made');
  });

  it('is asked for by a tag that is there', () => {
    expect(() => readReport(folder, 'nobody')).toThrow('there is no run nobody');
  });
});

describe('the gate', () => {
  it('lets pass what is right and shown to be fast enough', () => {
    expect(obstaclesOf(FASTER, 'pipeline', { minRatio: 1.9 })).toEqual([]);
    expect(obstaclesOf(FASTER, undefined, { minRatio: 1.9 })).toEqual([]);
    expect(obstaclesOf(FASTER, 'bars1s', { minRatio: 1 })).toEqual([]);
  });

  it('judges by the lower end of the interval', () => {
    const { low } = FASTER.contests[1]?.conclusion?.interval ?? { low: NaN };
    expect(obstaclesOf(FASTER, 'pipeline', { minRatio: low })).toEqual([]);
    expect(obstaclesOf(FASTER, 'pipeline', { minRatio: low + 1e-9 })).toHaveLength(1);
    expect(obstaclesOf(FASTER, 'pipeline', { minRatio: 3 })).toEqual([
      `pipeline of 50 symbols: 2.00 times, but perhaps only ${low.toFixed(2)}; required 3`,
    ]);
  });

  it('judges latencies by their median over the runs, and misses them where there are none', () => {
    const contest = contestOf('bars1s', 50, 1);
    const latency = { p50_ms: 1, p95_ms: 2, max_ms: 9, bars: 5, dropped: 0, offered_per_s: 10, sent_late_ms: 1 };
    const b = contest.samples.b.map((sample, at) => ({ ...sample, latency: { ...latency, p99_ms: 4 + at } }));
    const report = reportOf('latencies', [{ ...contest, samples: { ...contest.samples, b } }]);
    expect(obstaclesOf(report, undefined, { minRatio: 1, maxP99_ms: 6.5 })).toEqual([]);
    const obstacle = 'bars1s of 50 symbols: p99 6.5 ms; allowed 6.4';
    expect(obstaclesOf(report, undefined, { minRatio: 1, maxP99_ms: 6.4 })).toEqual([obstacle]);
    expect(obstaclesOf(FASTER, 'bars1s', { minRatio: 1, maxP99_ms: 6.4 })).toEqual([
      'bars1s of 50 symbols: no latencies of B were measured: --mode load does',
    ]);
  });

  it('refuses what is wrong anywhere, was stopped, or has not been run', () => {
    expect(obstaclesOf(WRONG, 'pipeline', { minRatio: 1 })).toEqual([
      'pipeline of 50 symbols: B is not right',
      'pipeline of 50 symbols: nothing was timed',
    ]);
    const mixed = reportOf('mixed', [wrongContest('bars1s', 50), contestOf('pipeline', 50, 1)]);
    expect(obstaclesOf(mixed, 'pipeline', { minRatio: 1 })).toEqual(['bars1s of 50 symbols: B is not right']);
    expect(obstaclesOf({ ...FASTER, isPartial: true }, 'pipeline', { minRatio: 1 })).toEqual([
      'the run was stopped before its end',
    ]);
    expect(obstaclesOf(FASTER, 'baragg', { minRatio: 1 })).toEqual(['there is no baragg in the run']);
    expect(obstaclesOf(reportOf('none', []), undefined, { minRatio: 1 })).toEqual(['there is no comparison in the run']);
  });
});
