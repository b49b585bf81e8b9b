// A contest as tables.
import { spread, table } from './report.mjs';

/** `ratioColumns`: the title of each, and the base that it is to. */
export function race({ unit, programs }, ratioColumns) {
  const figures = programs.map(({ name, check, rate, ratios, cpu_s, peak_mb }) => [
    name,
    ...(rate
      ? [
          spread(rate, 1e3, 0),
          ...ratioColumns.map(([, base]) => (ratios[base] ? spread(ratios[base], 1, 2) : '–')),
          spread(cpu_s, 1, 1),
          peak_mb?.median.toFixed(0) ?? '–',
        ]
      : ['–', ...ratioColumns.map(() => '–'), '–', '–']),
    check.text,
  ]);
  const head = ['program', `thousand ${unit}/s`, ...ratioColumns.map(([title]) => title), 'CPU s', 'MB', 'output'];
  return `${table(head, figures)}
${table(
  ['program', 'command', 'what it does, and what not'],
  programs.map(({ name, command, semantics }) => [name, `\`${command}\``, semantics]),
)}`;
}
