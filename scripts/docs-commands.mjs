// The page of the commands that are no stages, from the manifest that oclif has made.
import { readFileSync } from 'node:fs';
import { STAGES } from '../dist/lib/stages/index.js';
import { cell, code } from './docs-text.mjs';

const { commands } = JSON.parse(readFileSync(new URL('../oclif.manifest.json', import.meta.url), 'utf8'));
const stages = STAGES.map(({ name }) => name);

const nameOf = ({ id }) => id.replaceAll(':', ' ');

function flagRow({ name, char, summary, default: fallback, env, type, helpValue, options }) {
  const value = type === 'boolean' ? '' : ` ${options?.join('|') ?? helpValue ?? 'VALUE'}`;
  const flag = `${char === undefined ? '' : `-${char}, `}--${name}${value}`;
  return `| ${code(flag)} | ${cell(summary ?? '')} | ${fallback === undefined ? '' : code(String(fallback))} | ${env === undefined ? '' : code(env)} |`;
}

function section(command) {
  const { summary, description, args, flags, aliases } = command;
  const rows = Object.values(flags).filter(({ hidden }) => hidden !== true);
  const words = Object.values(args).map(({ name, required }) =>
    required ? ` ${name.toUpperCase()}` : ` [${name.toUpperCase()}]`,
  );
  const others = aliases.map((alias) => code(`qf ${alias.replaceAll(':', ' ')}`));
  return [
    `## qf ${nameOf(command)}`,
    `${summary}. Usage: ${code(`qf ${nameOf(command)}${words.join('')}`)}${others.length === 0 ? '' : `, or ${others.join(', ')}`}.`,
    description,
    ...(rows.length === 0
      ? []
      : [['| option | what it does | default | environment |', '|---|---|---|---|', ...rows.map(flagRow)].join('\n')]),
  ].join('\n\n');
}

/** Commands of qf itself, by name. */
export const commandSections = Object.values(commands)
  .filter((command) => command.pluginName === 'qf' && command.hidden !== true && !stages.includes(nameOf(command)))
  .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  .map(section);
