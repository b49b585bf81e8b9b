// The page of the records, from their schemas.
import { readdirSync, readFileSync } from 'node:fs';
import { cell, code } from './docs-text.mjs';

const SCHEMAS = new URL('../schemas/', import.meta.url);

function boundsOf(field, definitions) {
  const {
    type,
    enum: values,
    const: only,
    pattern,
    minimum,
    maximum,
    exclusiveMinimum,
    exclusiveMaximum,
    minLength,
    maxLength,
    oneOf,
    anyOf,
  } = field.$ref === undefined ? field : { ...definitions[field.$ref.replace('#/$defs/', '')], ...field };
  const choices = oneOf ?? anyOf;
  if (choices !== undefined) return choices.map((one) => boundsOf(one, definitions)).join(', or ');
  const parts = [
    values === undefined ? type : values.map((value) => code(String(value))).join(', '),
    only === undefined ? undefined : code(String(only)),
    pattern === undefined ? undefined : code(pattern),
    minimum === undefined ? undefined : `≥ ${minimum}`,
    exclusiveMinimum === undefined ? undefined : `> ${exclusiveMinimum}`,
    maximum === undefined ? undefined : `≤ ${maximum}`,
    exclusiveMaximum === undefined ? undefined : `< ${exclusiveMaximum}`,
    minLength === undefined && maxLength === undefined ? undefined : `${minLength ?? 0} to ${maxLength ?? 'any'} characters`,
  ];
  return parts.filter((part) => part !== undefined).join(' ');
}

function section(file) {
  const {
    title,
    description,
    required = [],
    properties = {},
    $defs = {},
  } = JSON.parse(readFileSync(new URL(file, SCHEMAS), 'utf8'));
  const rows = Object.entries(properties).map(
    ([name, field]) =>
      `| ${code(name)} | ${boundsOf(field, $defs)} | ${required.includes(name) ? 'yes' : ''} | ${cell(field.description ?? '')} |`,
  );
  return [
    `## ${file.replace('.schema.json', '')}`,
    `${description} Schema: [${title}](../schemas/${file}).`,
    ['| field | type and bounds | required | what it is |', '|---|---|---|---|', ...rows].join('\n'),
  ].join('\n\n');
}

export const recordSections = readdirSync(SCHEMAS)
  .filter((name) => name.endsWith('.schema.json'))
  .sort()
  .map(section);
