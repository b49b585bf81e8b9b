// What Grafana's dashboards are made of: queries of all stages, charts, and a dashboard around them.
import { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

export const DATASOURCE = { type: 'prometheus', uid: 'qf' };

/** Of 24 columns. */
const HALF = 12;

/** A metric of every stage, or of those that a matcher names. */
export const of = (metric, matcher = '') => `{__name__=~"qf_.+_${metric}"${matcher && `,${matcher}`}}`;
export const rate = (metric, matcher) => `sum by (stage) (rate(${of(metric, matcher)}[$__rate_interval]))`;
export const quantile = (share, metric, matcher) =>
  `histogram_quantile(${share}, sum by (stage, le) (rate(${of(`${metric}_bucket`, matcher)}[$__rate_interval])))`;

export const query = ([expr, legend], at) =>
  new DataqueryBuilder()
    .refId(String.fromCodePoint(65 + at))
    .datasource(DATASOURCE)
    .expr(expr)
    .legendFormat(legend);

/** Of what can be below 0. `queries`: each an expression and what it is called. */
export function signed(title, unit, description, ...queries) {
  const panel = new TimeseriesBuilder()
    .title(title)
    .unit(unit)
    .description(description)
    .datasource(DATASOURCE)
    .span(HALF)
    .height(8);
  for (const [at, one] of queries.entries()) panel.withTarget(query(one, at));
  return panel;
}

/** Of what cannot: most of them. */
export const chart = (...args) => signed(...args).min(0);

export function dashboard(uid, title, panels) {
  const made = new DashboardBuilder(title)
    .uid(uid)
    .tags(['qf', 'generated'])
    .refresh('5s')
    .time({ from: 'now-15m', to: 'now' })
    .timezone('browser');
  for (const panel of panels) made.withPanel(panel);
  return made;
}
