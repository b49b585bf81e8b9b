import { stringify } from 'yaml';
import type { Endpoint } from '../endpoints.js';
import { LOOPBACK, type Stack } from '../stack.js';

const TARGETS = 'prometheus-targets.json';
const RULES = 'prometheus-alerts.yml';

const HEADER = '# Generated from metrics_endpoints.json by `qf config render`. Do not edit.\n';

/** Something that somebody has to look at. `metric`: what `qf explain` says more of. */
interface Alert {
  readonly name: string;
  readonly expr: string;
  /** How long it holds before anybody is told. */
  readonly for: string;
  readonly severity: 'page' | 'warn';
  readonly summary: string;
  readonly metric: string;
}

/** All series of a metric; each process has those of its own stage. */
function of(metric: string): string {
  return `{__name__=~"qf_.+_${metric}"}`;
}

/** By how much a counter has grown. */
function grown(metric: string, time: string): string {
  return `increase(${of(metric)}[${time}])`;
}

/** A share of the records that came in, where any did. */
function shareAbove(metric: string, share: number): string {
  return `${grown(metric, '10m')} / ${grown('records_in_total', '10m')} > ${share}`;
}

const ALERTS: readonly Alert[] = [
  {
    name: 'StageDown',
    expr: 'up{job="qf"} == 0',
    for: '1m',
    severity: 'page',
    summary: 'does not answer: it has ended, or its machine is down',
    metric: 'records_in_total',
  },
  {
    name: 'LagGrows',
    expr: `${of('lag_records')} > 10000 and deriv(${of('lag_records')}[5m]) > 0`,
    for: '5m',
    severity: 'page',
    summary: 'falls behind its input',
    metric: 'lag_records',
  },
  {
    name: 'WatermarkStalled',
    expr: `${grown('records_in_total', '10m')} > 0 and changes(${of('watermark_seconds')}[10m]) == 0`,
    for: '5m',
    severity: 'page',
    summary: 'takes records and closes nothing: its watermark stands still',
    metric: 'watermark_seconds',
  },
  {
    name: 'TicksDropped',
    expr: `${grown('records_shed_total', '5m')} > 0`,
    for: '0s',
    severity: 'page',
    summary: 'drops ticks, so that bars are wrong',
    metric: 'records_shed_total',
  },
  {
    name: 'CommitsSlow',
    expr: `histogram_quantile(0.99, sum by (instance, stage, le) (rate(${of('commit_seconds_bucket')}[5m]))) > 1`,
    for: '5m',
    severity: 'warn',
    summary: 'needs more than a second for one of a hundred transactions',
    metric: 'commit_seconds',
  },
  {
    name: 'CommitsFail',
    expr: `${grown('restarts_total', '5m')} > 3`,
    for: '0s',
    severity: 'warn',
    summary: 'begins again and again with what was committed last',
    metric: 'restarts_total',
  },
  {
    name: 'ManyLate',
    expr: shareAbove('records_late_total', 0.01),
    for: '5m',
    severity: 'warn',
    summary: 'has more than 1 % late records',
    metric: 'records_late_total',
  },
  {
    name: 'ManyRejected',
    expr: shareAbove('records_rejected_total', 0.01),
    for: '5m',
    severity: 'warn',
    summary: 'refuses more than 1 % of its records',
    metric: 'records_rejected_total',
  },
  {
    name: 'VenueReconnects',
    expr: `${grown('connections_total', '10m')} > 3`,
    for: '0s',
    severity: 'warn',
    summary: 'has lost its connection to the venue again and again',
    metric: 'connections_total',
  },
  {
    name: 'TradesMissed',
    expr: `${grown('gaps_total', '10m')} > 0`,
    for: '0s',
    severity: 'warn',
    summary: 'has missed trades',
    metric: 'gaps_total',
  },
];

/** What dashboards ask for again and again. */
export const RECORDED: readonly { readonly record: string; readonly expr: string }[] = [
  { record: 'qf:watermark_delay_seconds', expr: `time() - ${of('watermark_seconds')}` },
  {
    record: 'qf:event_to_publish_seconds:p99',
    expr: `histogram_quantile(0.99, sum by (instance, stage, le) (rate(${of('event_to_publish_seconds_bucket')}[1m])))`,
  },
];

/** Everything that the rules ask for. */
export function queriesOfRules(): string[] {
  return [...RECORDED, ...ALERTS].map(({ expr }) => expr);
}

/** The settings of a Prometheus that watches the stack: `prometheus --config.file=…/prometheus.yml`. */
export function renderPrometheus(): string {
  const settings = {
    global: { scrape_interval: '5s', evaluation_interval: '5s' },
    rule_files: [RULES],
    scrape_configs: [{ job_name: 'qf', file_sd_configs: [{ files: [TARGETS] }] }],
  };
  return `${HEADER}${stringify(settings, { lineWidth: 0 })}`;
}

/** What it scrapes: the registry's endpoints, each with its stage as a label. Tools are a job of their own, of which nothing has to be up. */
export function renderTargets({ endpoints, tools }: Stack): string {
  const at = ({ stage, port }: Endpoint, job: object): object => ({
    targets: [`${LOOPBACK}:${port}`],
    labels: { stage, ...job },
  });
  const targets = [...endpoints.map((one) => at(one, {})), ...tools.map((one) => at(one, { job: 'qf-tools' }))];
  return `${JSON.stringify(targets, undefined, 2)}\n`;
}

/** What it keeps besides what it scrapes, and when it alerts. */
export function renderAlerts(): string {
  const rules = ALERTS.map(({ name, expr, for: time, severity, summary, metric }) => ({
    alert: name,
    expr,
    for: time,
    labels: { severity },
    annotations: {
      summary: `{{ $labels.stage }} ${summary}`,
      look: `qf explain ${metric}`,
      runbook: `docs/runbook.md#${name.toLowerCase()}`,
    },
  }));
  const groups = [
    { name: 'qf recorded', rules: RECORDED },
    { name: 'qf', rules },
  ];
  return `${HEADER}${stringify({ groups }, { lineWidth: 0 })}`;
}
