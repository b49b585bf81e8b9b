import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableOf } from '../formats/layout.js';
import { METRIC_TEXTS, metricTextOf } from '../runtime/glossary.js';
import { pageOf } from './metrics.js';
import { queriesOfRules, RECORDED } from './render/prometheus.js';
import { PACKAGE_FOLDER, type Stack } from './stack.js';

const DASHBOARDS = join(PACKAGE_FOLDER, 'configs/grafana/dashboards');

const COLUMNS = ['metric', 'asked for by', 'exported by', 'state'] as const;

/** Of the process itself, by prom-client; only what is asked for of them is of interest. */
const OF_THE_PROCESS = /^(process|nodejs)_/;
const OF_THE_PROCESS_NAMED = /^qf_\w+?_(process|nodejs)_/;

/** A metric by its name without `qf_<stage>_`. */
export interface MetricUse {
  readonly metric: string;
  /** Dashboards, and `rules`. */
  readonly askedBy: readonly string[];
  /** Stages that answer now. */
  readonly exportedBy: readonly string[];
  readonly state: 'ok' | 'no stage has it' | 'nothing asks for it' | 'qf explain does not know it';
}

/**
 * Every metric that a dashboard or a rule asks for, that a stage can export, or that one does export now: whether each is known and
 * each is asked for. Throws where a dashboard cannot be read.
 */
export async function checkMetrics(stack: Stack): Promise<MetricUse[]> {
  return usesOf(askedFor(), await exportedNow(stack));
}

/** The same of what is asked for, and what is exported, by metric. */
export function usesOf(
  asked: ReadonlyMap<string, readonly string[]>,
  exported: ReadonlyMap<string, readonly string[]>,
): MetricUse[] {
  const known = Object.keys(METRIC_TEXTS);
  return [...new Set([...known, ...asked.keys(), ...exported.keys()])].sort().map((metric) => {
    const askedBy = asked.get(metric) ?? [];
    const exportedBy = exported.get(metric) ?? [];
    return { metric, askedBy, exportedBy, state: stateOf(known.includes(metric), askedBy, exportedBy) };
  });
}

export function metricsTable(uses: readonly MetricUse[]): string {
  const rows = uses.map(({ metric, askedBy, exportedBy, state }) => [metric, askedBy.join(', '), exportedBy.join(', '), state]);
  return tableOf(COLUMNS, rows, COLUMNS);
}

/** Metrics that a query names, also by what is recorded, without those of the process. */
export function metricsIn(query: string): string[] {
  const expr = RECORDED.reduce((text, { record, expr: of }) => text.replaceAll(record, of), query);
  const named = [...expr.matchAll(/qf_\.\+_([a-z0-9_]+)"/g)].map(([, name = '']) => name.replace(/_bucket$/, ''));
  return named.filter((name) => !OF_THE_PROCESS.test(name));
}

/** What each dashboard asks for, by its name. */
export function queriesOfDashboards(): Map<string, string[]> {
  return new Map(
    readdirSync(DASHBOARDS).map((name) => {
      const { panels, annotations } = JSON.parse(readFileSync(join(DASHBOARDS, name), 'utf8')) as {
        panels: { targets: { expr: string }[] }[];
        annotations: { list?: { expr: string }[] };
      };
      const queries = [...panels.flatMap(({ targets }) => targets), ...(annotations.list ?? [])];
      return [name.replace('.json', ''), queries.map(({ expr }) => expr)];
    }),
  );
}

function stateOf(isKnown: boolean, askedBy: readonly string[], exportedBy: readonly string[]): MetricUse['state'] {
  if (!isKnown) return exportedBy.length > 0 ? 'qf explain does not know it' : 'no stage has it';
  return askedBy.length > 0 ? 'ok' : 'nothing asks for it';
}

function askedFor(): Map<string, string[]> {
  const asked = new Map<string, string[]>();
  for (const [by, queries] of [...queriesOfDashboards(), ['rules', queriesOfRules()] as const])
    for (const metric of new Set(queries.flatMap(metricsIn))) asked.set(metric, [...(asked.get(metric) ?? []), by]);
  return asked;
}

/** The metrics of a page, without those of the process; one that nothing is known of by its whole name. */
export function metricsOn(page: string): string[] {
  return [...page.matchAll(/^# TYPE (qf_\S+)/gm)].flatMap(([, name = '']) => {
    const metric = metricTextOf(name)?.metric;
    if (metric !== undefined) return [metric];
    return OF_THE_PROCESS_NAMED.test(name) ? [] : [name];
  });
}

async function exportedNow({ endpoints, tools }: Stack): Promise<Map<string, string[]>> {
  const pages = await Promise.all(
    [...endpoints, ...tools].map(async (endpoint) => ({ ...endpoint, page: await pageOf(endpoint) })),
  );
  const exported = new Map<string, string[]>();
  for (const { stage, page } of pages)
    for (const metric of metricsOn(page.text ?? '')) exported.set(metric, [...(exported.get(metric) ?? []), stage]);
  return exported;
}
