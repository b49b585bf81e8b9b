import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { metricsIn, metricsOn, queriesOfDashboards, usesOf } from '../../src/lib/ops/metrics-check.js';
import { renderFiles } from '../../src/lib/ops/render/index.js';
import { DEFAULT_CONFIG, openStack } from '../../src/lib/ops/stack.js';
import { METRIC_TEXTS } from '../../src/lib/runtime/glossary.js';
import { startQf } from '../support/cli.js';
import { temporaryFolder } from '../support/files.js';
import { freePorts } from '../../src/lib/ops/process/port.js';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly look: string; readonly runbook: string };
}

interface Recorded {
  readonly record: string;
  readonly expr: string;
}

const hasPromtool = spawnSync('promtool', ['--version'], { stdio: 'ignore' }).error === undefined;
if (!hasPromtool)
  console.error(
    'NOT TESTED: promtool is not installed (Debian: prometheus): rules and settings are not judged by Prometheus itself',
  );

const folder = temporaryFolder();
const files = renderFiles(openStack(DEFAULT_CONFIG));
for (const [name, text] of files) if (name.startsWith('prometheus')) writeFileSync(join(folder, name), text);
const { groups } = parse(readFileSync(join(folder, 'prometheus-alerts.yml'), 'utf8')) as { groups: { rules: Rule[] }[] };
const recorded = groups.flatMap((group) => group.rules as (Rule | Recorded)[]).filter((rule) => 'record' in rule);
const rules = groups.flatMap((group) => group.rules).filter((rule) => 'alert' in rule);

const queries = [...queriesOfDashboards().values()].flat();

const LABELS = '{job="qf",instance="i",stage="bars1s"}';
const bars1s = (metric: string, values: string, more = ''): { series: string; values: string } => ({
  series: `qf_bars1s_${metric}${LABELS.replace('}', `${more}}`)}`,
  values,
});
const UP = { series: `up${LABELS}`, values: '1x200' };
const COMES_IN = bars1s('records_in_total', '0+1000x200');

/** For each alert a fault, in samples every 30 s, and when it is reported, and when no more, min. */
const FAULTS: Readonly<Record<string, { series: { series: string; values: string }[]; fires_min: number; over_min: number }>> = {
  StageDown: { series: [{ series: `up${LABELS}`, values: '1x10 0x10 1x40' }], fires_min: 8, over_min: 14 },
  LagGrows: { series: [bars1s('lag_records', '0x10 20000+1000x30 0x60')], fires_min: 15, over_min: 25 },
  WatermarkStalled: {
    series: [UP, COMES_IN, bars1s('watermark_seconds', '0+30x10 300x50 300+30x60')],
    fires_min: 25,
    over_min: 35,
  },
  TicksDropped: { series: [bars1s('records_shed_total', '0x10 0+5x10 50x60')], fires_min: 8, over_min: 20 },
  CommitsSlow: {
    series: [
      bars1s('commit_seconds_bucket', '0+10x10 100x20 100+10x60', ',le="1"'),
      bars1s('commit_seconds_bucket', '0+10x100', ',le="5"'),
      bars1s('commit_seconds_bucket', '0+10x100', ',le="+Inf"'),
    ],
    fires_min: 14,
    over_min: 30,
  },
  CommitsFail: { series: [bars1s('restarts_total', '0x10 0+2x10 20x60')], fires_min: 9, over_min: 20 },
  ManyLate: { series: [COMES_IN, bars1s('records_late_total', '0x10 0+50x40 2000x100')], fires_min: 20, over_min: 50 },
  ManyRejected: { series: [COMES_IN, bars1s('records_rejected_total', '0x10 0+50x40 2000x100')], fires_min: 20, over_min: 50 },
  VenueReconnects: { series: [bars1s('connections_total', '1x10 1+1x10 11x60')], fires_min: 10, over_min: 25 },
  TradesMissed: { series: [bars1s('gaps_total', '0x10 1x80')], fires_min: 7, over_min: 20 },
};

/** What promtool shall see at a time. */
function expectation({ alert, labels, annotations }: Rule, eval_min: number, isFiring: boolean): object {
  const own = alert === 'CommitsSlow' ? {} : { job: 'qf' };
  const exp_labels = { ...labels, ...own, instance: 'i', stage: 'bars1s' };
  const exp_annotations = { ...annotations, summary: annotations.summary.replace('{{ $labels.stage }}', 'bars1s') };
  return { eval_time: `${eval_min}m`, alertname: alert, exp_alerts: isFiring ? [{ exp_labels, exp_annotations }] : [] };
}

/** With times of seconds in the place of minutes. */
function inHaste(text: string): string {
  return text
    .replaceAll('_interval: 5s', '_interval: 1s')
    .replace(/for: \dm/g, 'for: 1s')
    .replace(/\[\d+m\]/g, '[5s]');
}

/** Whose seconds close. */
const TICKS = [100, 101, 102, 103, 104, 105]
  .map((s) => `{"symbol":"A","event_ts":1704167${s}000000000,"ltp":1,"vol":1}\n`)
  .join('');

describe('the Prometheus that watches a stack', () => {
  test('scrapes every endpoint of the registry, under the name of its stage', () => {
    const { endpoints, tools } = openStack(DEFAULT_CONFIG);
    const targets = JSON.parse(files.get('prometheus-targets.json') ?? '') as { targets: string[]; labels: { stage: string } }[];
    const at = ({ port }: { port: number }): string[] => [`127.0.0.1:${port}`];
    // What runs now and then is a job of its own: no alert asks whether it is up.
    expect(targets).toEqual([
      ...endpoints.map((one) => ({ targets: at(one), labels: { stage: one.stage } })),
      ...tools.map((one) => ({ targets: at(one), labels: { stage: one.stage, job: 'qf-tools' } })),
    ]);
    expect(tools.map(({ stage }) => stage)).toEqual(['perf-compare']);
  });

  test('the runbook says of every alert what mends it, and of no other', () => {
    const page = readFileSync(resolve(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
    const sections = page.slice(page.indexOf('## Alerts')).split(/^### /m).slice(1);
    expect(sections.map((section) => section.split('\n', 1)[0])).toEqual(rules.map(({ alert }) => alert));
    for (const [index, { annotations, labels }] of rules.entries()) {
      expect(annotations.runbook).toBe(`docs/runbook.md#${rules[index]?.alert.toLowerCase()}`);
      expect(sections[index]).toContain(`*${labels.severity}.*`);
      expect(sections[index]).toMatch(/^- (Look|Mend): /m);
    }
  });

  test('alerts only by metrics that stages export and qf explain knows', () => {
    for (const { alert, expr, annotations } of rules) {
      const used = metricsIn(expr);
      expect(used.length > 0 || expr.startsWith('up{'), alert).toBe(true);
      for (const metric of [...used, annotations.look.replace('qf explain ', '')])
        expect(METRIC_TEXTS, alert).toHaveProperty(metric);
    }
  });

  test('and dashboards show these and nothing else', () => {
    expect(queries.length).toBeGreaterThan(30);
    expect([...new Set(queries.flatMap(metricsIn))].sort()).toEqual(Object.keys(METRIC_TEXTS).sort());
  });

  test('the metrics of a page are those of its stage, whatever its endpoint is called', () => {
    const page = ['ingest_sim_lag_records', 'agg_commit_seconds', 'agg_nodejs_heap_size_used_bytes', 'agg_new_thing'];
    expect(metricsOn(page.map((name) => `# TYPE qf_${name} gauge\nqf_${name} 1\n`).join(''))).toEqual([
      ...['lag_records', 'commit_seconds', 'qf_agg_new_thing'],
    ]);
  });

  test('what is asked for and what is exported do not agree where one of them is missing', () => {
    const asked = new Map(Object.keys(METRIC_TEXTS).map((metric) => [metric, ['overview']]));
    const wrong = (exported: [string, string[]][] = []) =>
      usesOf(asked, new Map(exported)).flatMap(({ metric, state }) => (state === 'ok' ? [] : [`${metric}: ${state}`]));
    expect(wrong()).toEqual([]);
    expect(wrong([['qf_agg_new_thing', ['agg']]])).toEqual(['qf_agg_new_thing: qf explain does not know it']);
    asked.delete('lag_records');
    asked.set('lag_recods', ['rules']);
    expect(wrong()).toEqual(['lag_recods: no stage has it', 'lag_records: nothing asks for it']);
  });

  test('has a fault for each alert here', () => {
    expect(rules.map(({ alert }) => alert)).toEqual(Object.keys(FAULTS));
  });

  test.skipIf(!hasPromtool)('has settings that Prometheus takes', () => {
    const said = execFileSync('promtool', ['check', 'config', join(folder, 'prometheus.yml')], { encoding: 'utf8' });
    expect(said).toContain(`${rules.length + recorded.length} rules found`);
  });

  test.skipIf(!hasPromtool).each(rules.map((rule) => [rule.alert, rule] as const))(
    '%s is reported with its fault, and no longer behind it',
    (alert, rule) => {
      const own = join(folder, alert);
      mkdirSync(own);
      const { series, fires_min, over_min } = FAULTS[alert] ?? { series: [], fires_min: 0, over_min: 0 };
      const checks = [expectation(rule, 4, false), expectation(rule, fires_min, true), expectation(rule, over_min, false)];
      const unit = {
        rule_files: ['../prometheus-alerts.yml'],
        evaluation_interval: '30s',
        tests: [{ interval: '30s', input_series: series, alert_rule_test: checks }],
      };
      writeFileSync(join(own, 'unit.yml'), stringify(unit));
      const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', join(own, 'unit.yml')], { encoding: 'utf8' });
      expect(status, `${stdout}${stderr}`).toBe(0);
    },
  );

  test.skipIf(!hasPromtool)(
    'is a real one, which understands every rule and query, and alerts as long as there is something wrong',
    async () => {
      const [stagePort = 0, port = 0] = await freePorts(2);
      const own = join(folder, 'live');
      mkdirSync(own);
      writeFileSync(join(own, 'stack.json'), readFileSync(DEFAULT_CONFIG));
      writeFileSync(join(own, 'metrics_endpoints.json'), JSON.stringify({ endpoints: [{ stage: 'bars1s', port: stagePort }] }));
      for (const [name, text] of renderFiles(openStack(join(own, 'stack.json'))))
        if (name.startsWith('prometheus')) writeFileSync(join(own, name), inHaste(text));

      const start = (): ReturnType<typeof startQf> => {
        const started = startQf(['bars1s', '--max-future', 'off', '--metrics-port', String(stagePort)]);
        onTestFinished(() => void started.kill());
        return started;
      };
      const stage = start();
      const settings = [
        `--config.file=${own}/prometheus.yml`,
        `--storage.tsdb.path=${own}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
      ];
      const prometheus = spawn('prometheus', settings, { stdio: 'ignore' });
      onTestFinished(() => void prometheus.kill());

      const ask = async <T>(path: string): Promise<T | undefined> => {
        const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`).catch(() => undefined);
        return response?.ok === true ? ((await response.json()) as { data: T }).data : undefined;
      };
      const valueOf = async (query: string): Promise<string | undefined> =>
        (await ask<{ result: { value: [number, string] }[] }>(`query?query=${encodeURIComponent(query)}`))?.result[0]?.value[1];
      const patience = { timeout: 60_000, interval: 200 };
      await expect.poll(() => valueOf('up{stage="bars1s"}'), patience).toBe('1');
      await expect.poll(() => valueOf('qf_bars1s_records_in_total'), patience).toBe('0');
      const health = async (): Promise<string[] | undefined> =>
        (await ask<{ groups: { rules: { health: string }[] }[] }>('rules'))?.groups.flatMap((group) =>
          group.rules.map((rule) => rule.health),
        );
      await expect.poll(health, patience).toEqual([...recorded, ...rules].map(() => 'ok'));

      stage.stdin.write(TICKS);
      const page = await (await fetch(`http://127.0.0.1:${stagePort}/metrics`)).text();
      expect(execFileSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' })).toBe('');
      for (const query of queries.map((one) => one.replaceAll('$stage', 'bars1s').replaceAll('$__rate_interval', '30s'))) {
        expect(await ask(`query?query=${encodeURIComponent(query)}`), query).toBeDefined();
        const hasData = metricsIn(query).every((metric) => page.includes(`qf_bars1s_${metric}`)) && !query.includes('reason');
        if (hasData && !/stage="(?!bars1s)/.test(query))
          await expect.poll(() => valueOf(query), { ...patience, message: query }).toBeDefined();
      }

      const alerting = async (): Promise<string[] | undefined> =>
        (await ask<{ alerts: { labels: { alertname: string; stage: string }; state: string }[] }>('alerts'))?.alerts.map(
          ({ labels, state }) => `${labels.alertname} of ${labels.stage}: ${state}`,
        );
      stage.stdin.write('nonsense\n'.repeat(50));
      await expect.poll(alerting, patience).toContain('ManyRejected of bars1s: firing');
      await expect.poll(alerting, patience).not.toContain('ManyRejected of bars1s: firing');
      stage.kill();
      await expect.poll(alerting, patience).toContain('StageDown of bars1s: firing');
      void start();
      await expect.poll(alerting, patience).toEqual([]);
    },
  );
});
