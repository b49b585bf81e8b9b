// Writes the pages of docs that are made from what is said elsewhere: stages, commands, records and metrics. `--check` fails where they are not current.
import { readFile, writeFile } from 'node:fs/promises';
import { catalogueOf } from '../dist/lib/runtime/catalogue.js';
import { METRIC_TEXTS } from '../dist/lib/runtime/glossary.js';
import { STAGES } from '../dist/lib/stages/index.js';
import { commandSections } from './docs-commands.mjs';
import { recordSections } from './docs-records.mjs';
import { cell, code } from './docs-text.mjs';

function optionRow({ name, type, summary, default: fallback, env }) {
  const flag = type === 'switch' ? `--${name}` : `--${name}=${type}`;
  return `| ${code(flag)} | ${cell(summary)} | ${fallback === undefined ? '' : code(fallback)} | ${code(env)} |`;
}

function section({
  name,
  summary,
  description,
  args,
  consumes,
  produces,
  options,
  guarantees,
  why,
  symptoms,
  alternatives,
  examples,
}) {
  const reads = consumes.length === 0 ? 'nothing' : consumes.join(', ');
  return [
    `## qf ${name}`,
    `${summary}. Reads ${reads}; writes ${produces.join(', ')}.`,
    description,
    ...(args === undefined ? [] : [`Argument ${code(args.name)}: ${args.summary}.`]),
    ['| option | what it does | default | environment |', '|---|---|---|---|', ...options.map(optionRow)].join('\n'),
    `Holds:\n\n${guarantees.map((sentence) => `- ${sentence}`).join('\n')}`,
    `Why: ${why}`,
    `When something is wrong: ${symptoms}`,
    `Instead:\n\n${alternatives.map(({ name: other, whyNot }) => `- ${other}: ${whyNot}`).join('\n')}`,
    `Examples:\n\n${examples.map(({ what, command }) => `\`\`\`sh\n# ${what}\n${command}\n\`\`\``).join('\n\n')}`,
  ].join('\n\n');
}

const PAGES = {
  stages: [
    '# Stages',
    '<!-- Generated from the specs in src/lib/stages by `npm run generate`. Do not edit. -->',
    'Options that every stage has (`--from`, `--to`, `--rejects`, `--strict`, `--log-level`) and the exit codes are in [shell.md](shell.md).',
    ...catalogueOf(STAGES).map(section),
  ],
  commands: [
    '# Commands',
    '<!-- Generated from the commands by `npm run generate`. Do not edit. -->',
    'What qf can do besides its [stages](stages.md). `qf COMMAND --help` shows the same with examples; exit codes are in [shell.md](shell.md#exit-codes).',
    ...commandSections,
  ],
  records: [
    '# Records',
    '<!-- Generated from schemas/ by `npm run generate`. Do not edit. -->',
    'Every field of every record, from the schemas that qf itself is tested against. What holds between records (time, order, recovery) is in [contracts.md](contracts.md).',
    ...recordSections,
  ],
  metrics: [
    '# Metrics',
    '<!-- Generated from src/lib/runtime/glossary.ts by `npm run generate`. Do not edit. -->',
    'What a stage exports with `--metrics-port`, as `qf_<stage>_<metric>`; `qf explain METRIC` says the same in the terminal, and ' +
      '[runbook.md](runbook.md) what to do for each alert. Which stage exports which: `qf metrics list`, or its page itself.',
    [
      '| metric | what it tells | what is wrong where it is not as it should be |',
      '|---|---|---|',
      ...Object.entries(METRIC_TEXTS).map(([name, { tells, look }]) => `| ${code(name)} | ${cell(tells)} | ${cell(look)} |`),
    ].join('\n'),
  ],
};

for (const [name, parts] of Object.entries(PAGES)) {
  const target = new URL(`../docs/${name}.md`, import.meta.url);
  const text = `${parts.join('\n\n')}\n`;
  if (!process.argv.includes('--check')) await writeFile(target, text);
  else if ((await readFile(target, 'utf8')) !== text) {
    console.error(`docs/${name}.md is not current: run \`npm run generate\``);
    process.exitCode = 1;
  }
}
