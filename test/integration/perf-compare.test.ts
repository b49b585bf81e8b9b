import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/perf/plan.js';
import { shell, startQf } from '../support/cli.js';

const folder = mkdtempSync(join(tmpdir(), 'qf-perf-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const SHORT = '--loads 5 --ticks 4000 --rounds 1';

async function compare(tag: string, flags: string, env: Readonly<Record<string, string>> = {}) {
  const { exitCode, stdout, stderr } = await shell(`qf perf compare --tag ${tag} ${flags}`, { cwd: folder, env });
  const own = join(folder, 'runs/perf_compare', tag);
  const path = join(own, 'report.json');
  const report = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Report) : undefined;
  return { exitCode, stdout, stderr, own, report };
}

describe('qf perf compare', () => {
  it('finds both engines right, times them, and leaves its report and nothing else', async () => {
    const { exitCode, stdout, stderr, own, report } = await compare('engines', SHORT);
    expect(exitCode, stderr).toBe(0);
    expect(readdirSync(own).sort()).toEqual(['report.json', 'report.md']);
    expect(stdout).toBe(readFileSync(join(own, 'report.md'), 'utf8'));
    expect(stdout).toMatch(/^# hot against baseline\n\nWith 5 symbols the pipeline of hot is \*\*not shown to differ from\*\*/);
    expect(report).toMatchObject({ schema: 1, isPartial: false, plan: { tag: 'engines', loads: [5], seed: 1 } });
    expect(report?.contests.map(({ stage }) => stage)).toEqual(['bars1s', 'baragg', 'pipeline']);
    for (const { samples, outcomes, conclusion } of report?.contests ?? []) {
      expect([samples.a.length, samples.b.length]).toEqual([2, 2]);
      expect(outcomes.b.parity?.isEqual).toBe(true);
      for (const { wall_s, cpu_s } of [...samples.a, ...samples.b]) expect(Math.min(wall_s, cpu_s)).toBeGreaterThan(0);
      expect(conclusion?.ratio).toBeGreaterThan(0);
    }
  });

  it.each([
    ['drops a bar', 'qf bars1s --max-future off | sed 7d', 1, 'missing: SIM'],
    ['alters a volume', `qf bars1s --max-future off | sed '7s/"vol":/"vol":1/'`, 1, 'different: SIM'],
  ])('names what a foreign stage does that %s, and has no winner', async (what, command, count, named) => {
    const tag = what.replaceAll(' ', '-');
    const { exitCode, stdout, report } = await compare(tag, SHORT, { BARS1S_CMD: command });
    expect(exitCode).toBe(65);
    expect(stdout).toContain('**No winner: outputs are wrong in ');
    const bars = report?.contests.find(({ stage }) => stage === 'bars1s');
    const parity = bars?.outcomes.b.parity;
    expect((parity?.missing ?? 0) + (parity?.different ?? 0) + (parity?.extra ?? 0)).toBe(count);
    expect(parity?.named[0]).toContain(named);
    expect(stdout).toContain(parity?.named[0]);
    expect(bars?.samples).toEqual({ a: [], b: [] });
    expect(bars?.conclusion).toBeUndefined();
    expect(report?.plan.sides.b.summary).toContain('with BARS1S_CMD');
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
    expect((await compare('taken', '--loads 1 --ticks 10 --rounds 1')).exitCode).toBe(0);
    const refused = [`--tag taken ${SHORT}`, '--loads 5,x', '--loads 0', '--a nobody', '--tag a/b'];
    for (const flags of refused) {
      const { exitCode, stderr } = await shell(`qf perf compare ${flags}`, { cwd: folder });
      expect([flags, exitCode]).toEqual([flags, 2]);
      expect(stderr).toMatch(/is there already|numbers of symbols|there is no implementation|letters, digits/);
    }
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
    expect(readdirSync(own).sort()).toEqual(['report.json', 'report.md']);
    const report = JSON.parse(readFileSync(join(own, 'report.json'), 'utf8')) as Report;
    expect(report.isPartial).toBe(true);
    expect(report.contests[0]?.samples.a.length).toBeGreaterThanOrEqual(2);
  });
});
