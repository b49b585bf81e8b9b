// Writes docs/stages.md from the stages' specs. `--check` fails where they are not current.
import { readFile, writeFile } from 'node:fs/promises';
import { catalogueOf } from '../dist/lib/runtime/catalogue.js';
import { STAGES } from '../dist/lib/stages/index.js';

const target = new URL('../docs/stages.md', import.meta.url);

const code = (text) => `\`${text.replaceAll('|', '\\|')}\``;
const cell = (text) => text.replaceAll('|', '\\|');

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

const text = [
  '# Stages',
  '<!-- Generated from the specs in src/lib/stages by `npm run generate`. Do not edit. -->',
  'Options that every stage has (`--from`, `--to`, `--rejects`, `--strict`, `--log-level`) and the exit codes are in [shell.md](shell.md).',
  ...catalogueOf(STAGES).map(section),
].join('\n\n');

if (!process.argv.includes('--check')) await writeFile(target, `${text}\n`);
else if ((await readFile(target, 'utf8')) !== `${text}\n`) {
  console.error('docs/stages.md is not current: run `npm run generate`');
  process.exitCode = 1;
}
