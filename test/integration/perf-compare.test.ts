import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/perf/plan.js';
import { readReport } from '../../src/lib/perf/stored.js';
import { ROOT, shell, startQf } from '../support/cli.js';
import { FOREIGN_BARS1S, HAS_PYTHON } from '../support/foreign.js';
import { PerfFolder, SHORT } from '../support/perf-run.js';

const { folder, compare } = new PerfFolder();

const FILES = ['logs', 'report.html', 'report.json', 'report.md'];

describe('qf perf compare', () => {
  it('finds both engines right, times them, and leaves its report and nothing else', async () => {
    const { exitCode, stdout, stderr, own, report } = await compare('engines', SHORT);
    expect(exitCode, stderr).toBe(0);
    expect(readdirSync(own).sort()).toEqual(FILES);
    expect(stdout).toBe(readFileSync(join(own, 'report.md'), 'utf8'));
    // The run that is not timed, and two rounds' worth of each side.
    expect(readFileSync(join(own, 'logs/bars1s-5-b.log'), 'utf8').match(/"msg":"summary"/g)).toHaveLength(3);
    expect(stdout).toMatch(
      /^# hot against baseline\n\n\*\*With 5 symbols pipeline of hot is not shown to differ from that of baseline/,
    );
    expect(report).toMatchObject({ schema: 1, isPartial: false, plan: { tag: 'engines', loads: [5], seed: 1 } });
    expect(report?.contests.map(({ stage }) => stage)).toEqual(['bars1s', 'baragg', 'pipeline']);
    for (const { samples, outcomes, conclusion } of report?.contests ?? []) {
      expect([samples.a.length, samples.b.length]).toEqual([2, 2]);
      expect(outcomes.b.parity?.isEqual).toBe(true);
      for (const { wall_s, cpu_s } of [...samples.a, ...samples.b]) expect(Math.min(wall_s, cpu_s)).toBeGreaterThan(0);
      expect(conclusion?.ratio).toBeGreaterThan(0);
    }
  });

  it('names the bars that a foreign stage drops and alters, and has no winner', async () => {
    const command = `qf bars1s --max-future off | sed '7d;9s/"vol":/"vol":1/'`;
    const { exitCode, stdout, report } = await compare('wrong', SHORT, { BARS1S_CMD: command });
    expect(exitCode).toBe(65);
    expect(stdout).toContain('**No winner: outputs are wrong in ');
    const bars = report?.contests.find(({ stage }) => stage === 'bars1s');
    const parity = bars?.outcomes.b.parity;
    expect(parity).toMatchObject({ missing: 1, different: 1, extra: 0 });
    for (const [at, kind] of ['missing: SIM', 'different: SIM'].entries()) {
      expect(parity?.named[at]).toContain(kind);
      expect(stdout).toContain(parity?.named[at]);
    }
    expect(bars?.samples).toEqual({ a: [], b: [] });
    expect(bars?.conclusion).toBeUndefined();
    expect(report?.plan.sides.b.summary).toContain('with BARS1S_CMD');
  });

  it.skipIf(!HAS_PYTHON)('finds a stage in another language right, however it writes numbers', async () => {
    const { exitCode, report } = await compare('python', SHORT, { BARS1S_CMD: FOREIGN_BARS1S });
    expect(exitCode).toBe(0);
    expect(report?.contests.map(({ outcomes }) => outcomes.b.parity?.isEqual)).toEqual([true, true, true]);
    expect(report?.contests.every(({ conclusion }) => conclusion !== undefined)).toBe(true);
  });

  it('is rendered, judged and repeated from what it has measured', async () => {
    const own = join(folder, 'runs/perf_compare/engines');
    const page = readFileSync(join(own, 'report.md'), 'utf8');
    rmSync(join(own, 'report.html'));
    rmSync(join(own, 'report.md'));
    const run = (line: string) => shell(line, { cwd: folder });
    expect(await run('qf perf report engines')).toMatchObject({ exitCode: 0, stdout: page });
    expect(readdirSync(own).sort()).toEqual(FILES);

    expect(await run('qf perf gate engines --min-ratio 0.001')).toMatchObject({ exitCode: 0, stdout: 'engines passes\n' });
    const refused = await run('qf perf gate engines --min-ratio 1000 --stage bars1s');
    expect(refused).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('bars1s of 5 symbols: ') as string });
    for (const wrong of ['gate engines --min-ratio x', 'gate nobody', 'report nobody', 'rerun nobody'])
      expect([wrong, (await run(`qf perf ${wrong}`)).exitCode]).toEqual([wrong, 2]);

    expect((await run('qf perf rerun engines --tag again')).exitCode).toBe(0);
    const plans = ['engines', 'again'].map((tag) => readReport(join(folder, 'runs/perf_compare'), tag).plan);
    expect({ ...plans[1], tag: '', command: '' }).toEqual({ ...plans[0], tag: '', command: '' });
  });

  it('compares everything from ticks to fills in one pipe', async () => {
    const flags = '--scenario paper-flow --loads 20 --ticks 60000 --rounds 1 --pair-count 3';
    const { exitCode, stdout, report } = await compare('paper', flags, { BARAGG_CMD: 'qf agg --tf 3m,5m,15m' });
    expect(exitCode, stdout).toBe(0);
    const [contest, ...others] = report?.contests ?? [];
    expect(others).toEqual([]);
    expect(contest).toMatchObject({ stage: 'paper-flow', load: 20, records: 60_000 });
    expect(contest?.outcomes.b.parity?.expected).toBeGreaterThan(3);
    expect(contest?.samples.b).toHaveLength(2);
    expect(stdout).toContain('fills, all right');
    // What goes from stage to stage is counted, of both sides, and is less and less.
    const { a, b } = { a: contest?.outcomes.a.brought, b: contest?.outcomes.b.brought };
    expect(b).toEqual(a);
    expect(Object.keys(a ?? {})).toEqual(['bars', 'coarser', 'signals', 'orders', 'approved', 'fills']);
    expect(b?.fills).toBe(contest?.outcomes.b.parity?.expected);
    expect(Math.min(...Object.values(a ?? {}))).toBeGreaterThan(3);
    expect(a?.bars).toBeGreaterThan(a?.coarser ?? Infinity);
    expect(a?.approved).toBeLessThanOrEqual(a?.orders ?? 0);
    for (const { queue_peak_pct } of contest?.samples.b ?? []) expect(queue_peak_pct).toBeGreaterThan(0);
  });

  it('measures how long fills take, with the hours of a market in the time of a run', async () => {
    const market = '--loads 12 --stage-sec 2 --warmup-sec 0 --sim-base-tps 200 --sim-hot-symbol-pct 0';
    const pairs = '--pair-lookback 8 --pair-min-ready 5';
    const { exitCode, stdout, stderr, report } = await compare(
      'paper-load',
      `--scenario paper-flow --mode load --rounds 1 ${market} ${pairs}`,
    );
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('with event time 10800 times as fast as the clock');
    const [contest, ...others] = report?.contests ?? [];
    expect(others).toEqual([]);
    const fills = contest?.outcomes.b.parity?.expected ?? 0;
    for (const { latency } of [...(contest?.samples.a ?? []), ...(contest?.samples.b ?? [])]) {
      expect(latency).toMatchObject({ dropped: 0 });
      expect(latency?.bars).toBeGreaterThan(0);
      // What was open at the end of the input is not measured.
      expect(latency?.bars).toBeLessThanOrEqual(fills);
      for (const one of [latency?.within?.bars, latency?.within?.coarser]) {
        expect(one).toMatchObject({ dropped: 0 });
        expect(one?.bars).toBeGreaterThan(fills);
      }
    }
    expect(stdout).toContain('## Latencies by stage');
  });

  it('names the fills that come otherwise, and says so where there are none to compare', async () => {
    const env = { BARAGG_CMD: `qf agg --tf 3m,5m,15m | awk 'NR % 7'` };
    const wrong = await compare('wrong-fills', '--scenario paper-flow --loads 20 --ticks 60000 --rounds 1', env);
    expect(wrong.exitCode).toBe(65);
    expect(wrong.report?.contests[0]?.outcomes.b.parity?.named.join()).toContain('fill PAIR:SIM');
    const few = await compare('few', '--scenario paper-flow --loads 20 --ticks 100 --rounds 1');
    expect([few.exitCode, few.report]).toEqual([2, undefined]);
    expect(few.stderr).toContain('no fills come of this market: more --ticks,');
  });

  it('judges an ingest of its own by the bars of its own ticks', async () => {
    const own = 'qf ingest sim --symbols $PERF_SYMBOLS --count $PERF_TICKS --seed 99 --pace max';
    const { exitCode, report } = await compare('ingest', SHORT, { INGEST_CMD: own });
    expect(exitCode).toBe(0);
    expect(report?.contests.map(({ stage }) => stage)).toEqual(['bars1s', 'baragg', 'pipeline', 'flow']);
    expect(report?.contests[3]?.commands.b).toBe(
      `${own} | qf bars1s --engine wasm --max-future off | qf agg --engine wasm --tf 3m,5m,15m`,
    );
    expect(report?.contests[3]?.samples.a).toHaveLength(2);
    const short = await compare('ingest-short', SHORT, { INGEST_CMD: `${own} | head -n 77` });
    expect(short.exitCode).toBe(65);
    expect(short.stdout).toContain('FAILED: its ingest brings 77 ticks, not $PERF_TICKS, which is 4000');
  });

  it('measures at the pace of a market how long bars take, and sees what a stage stalls', async () => {
    const load = '--mode load --loads 5 --stage-sec 2 --warmup-sec 0 --rounds 1 --sim-hot-symbol-pct 0';
    // It keeps every fifth bar, and with it those behind it, for a while.
    const stalling = `qf bars1s --max-future off | awk 'NR % 5 == 0 { system("sleep 0.3") } { print; fflush() }'`;
    const { exitCode, stdout, report } = await compare('load', load, { BARS1S_CMD: stalling });
    expect(exitCode, stdout).toBe(0);
    const [contest] = report?.contests ?? [];
    expect(contest).toMatchObject({ stage: 'bars1s', load: 5 });
    expect(contest?.records).toBeGreaterThan(100);
    for (const { latency } of [...(contest?.samples.a ?? []), ...(contest?.samples.b ?? [])]) {
      expect(latency).toMatchObject({ bars: 15, dropped: 0 });
      expect(latency?.p50_ms).toBeGreaterThanOrEqual(0);
    }
    for (const { latency } of contest?.samples.b ?? []) expect(latency?.p99_ms).toBeGreaterThan(300);
    expect(stdout).toContain('| p99 of A, × B |');

    const dropping = await compare('load-drops', load, { BARS1S_CMD: `qf bars1s --max-future off | awk 'NR % 9'` });
    expect(dropping.exitCode).toBe(65);
    const sparse = await compare('load-paper', `${load} --scenario paper-flow`);
    expect([sparse.exitCode, sparse.report]).toEqual([2, undefined]);
    expect(sparse.stderr).toContain('no fills come of this market: a higher --sim-base-tps,');
    const unused = await compare('load-ingest', load, { INGEST_CMD: 'true' });
    expect([unused.exitCode, unused.report]).toEqual([2, undefined]);
    const gate = await shell('qf perf gate load --min-ratio 0.0001 --max-p99 1ms', { cwd: folder });
    expect([gate.exitCode, gate.stdout]).toEqual([1, expect.stringContaining('bars1s of 5 symbols: p99 ')]);
  });

  it('builds an implementation first, and gives its commands what they are to find', async () => {
    const file = join(folder, 'own.json');
    const bars1s = 'test -e built-$OWN && exec qf bars1s --max-future off';
    const own = { name: 'own', summary: 'built', build: 'touch built-$OWN', env: { OWN: 'here' } };
    const write = (build: string): void =>
      writeFileSync(file, JSON.stringify({ ...own, build, stages: { bars1s, baragg: 'qf agg --tf 3m,5m,15m' } }));
    write('touch built-$OWN');
    const { exitCode, stderr, report } = await compare('built', `${SHORT} --b ${file}`);
    expect(exitCode, stderr).toBe(0);
    expect(report?.plan.sides.b).toMatchObject({ build: 'touch built-$OWN', env: { OWN: 'here' } });
    write('echo no compiler >&2; exit 4');
    const unbuilt = await compare('unbuilt', `${SHORT} --b ${file}`);
    expect([unbuilt.exitCode, unbuilt.report]).toEqual([2, undefined]);
    expect(unbuilt.stderr).toContain('the build of own failed: ');
    expect(unbuilt.stderr).toContain('no compiler');
  });

  it('gives the end of the log of a stage that dies', async () => {
    const { exitCode, stdout, report } = await compare('dies', SHORT, { BARAGG_CMD: 'echo cannot go on >&2; exit 3' });
    expect(exitCode).toBe(65);
    const failures = report?.contests.map(({ outcomes }) => outcomes.b.failure);
    expect(failures).toEqual([
      undefined,
      expect.stringContaining('exit 3: cannot go on'),
      expect.stringContaining('cannot go on'),
    ]);
    expect(stdout).toContain('FAILED: echo cannot go on');
  });

  it('refuses a tag that is taken, loads that are none, and an implementation that is not there', async () => {
    const refused = [`--tag engines ${SHORT}`, '--loads 5,x', '--loads 0', '--a nobody', '--tag a/b'];
    for (const flags of refused) {
      const { exitCode, stderr } = await shell(`qf perf compare ${flags}`, { cwd: folder });
      expect([flags, exitCode]).toEqual([flags, 2]);
      expect(stderr).toMatch(/is there already|numbers of symbols|there is no implementation|letters, digits/);
    }
  });

  it('keeps the tag free where it could not begin', async () => {
    const env = { KAFKA_BROKERS: '127.0.0.1:1' };
    expect(await compare('away', `${SHORT} --transport kafka`, env)).toMatchObject({ exitCode: 69 });
    expect(existsSync(join(folder, 'runs/perf_compare/away'))).toBe(false);
  });

  it('Ctrl-C ends what it has started, and keeps what was measured', async () => {
    const child = startQf(['perf', 'compare', '--tag', 'stopped', '--loads', '5', '--ticks', '4000', '--rounds', '1000'], {
      cwd: folder,
    });
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('round 1 of 1000')) resolve();
      });
    });
    child.kill('SIGINT');
    const { exitCode, stdout } = await child;
    expect(exitCode).toBe(130);
    expect(stdout).toContain('**Stopped before its end');
    const own = join(folder, 'runs/perf_compare/stopped');
    expect(readdirSync(own).sort()).toEqual(FILES);
    const report = JSON.parse(readFileSync(join(own, 'report.json'), 'utf8')) as Report;
    expect(report.isPartial).toBe(true);
    expect(report.contests[0]?.samples.a.length).toBeGreaterThanOrEqual(2);
  });
});

describe('a stage alone', () => {
  it('is what make runs, or the command in its variable', async () => {
    const run = (line: string, env: Readonly<Record<string, string>> = {}) => shell(line, { cwd: ROOT, env });
    const ingest = "INGEST_CMD='qf ingest sim --symbols 3 --count 500 --pace max' make -s ingest";
    const { stdout, exitCode } = await run(`${ingest} | make -s bars1s | make -s baragg`);
    const own = await run(
      'qf ingest sim --symbols 3 --count 500 --pace max | qf bars1s --max-future off | qf agg --tf 3m,5m,15m',
    );
    expect({ stdout, exitCode }).toEqual({ stdout: own.stdout, exitCode: 0 });
    const counted = await run(`${ingest} | make -s bars1s`, { BARS1S_CMD: 'wc -l | tr -d " "' });
    expect(counted.stdout).toBe('500\n');
  });
});
