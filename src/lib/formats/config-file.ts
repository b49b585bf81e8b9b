import { createRequire } from 'node:module';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { StackConfig, VenueConfig } from '../core/model/configs.js';
import { QfError } from '../runtime/errors.js';

/** A key of a configuration is shown only as far as this. */
const MAX_SHOWN = 60;

const require = createRequire(import.meta.url);

/** The type of a configuration by the name of its schema. */
interface Configs {
  readonly stack: StackConfig;
  readonly venue: VenueConfig;
}

/**
 * Reads a configuration, YAML or JSON, and checks it against `schemas/config/<schema>.schema.json`. Throws a usage error that
 * names the file, the line, and what would be right.
 */
export function parseConfig<S extends keyof Configs>(path: string, text: string, schema: S): Configs[S] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const [broken] = document.errors;
  if (broken !== undefined) throw mistake(path, lines.linePos(broken.pos[0]).line, broken.message);
  const config: unknown = document.toJS();
  const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(
    require(`../../../schemas/config/${schema}.schema.json`),
  );
  if (validate(config)) return config as Configs[S];
  const error = deepest(validate.errors ?? []);
  const place = error.instancePath.split('/').slice(1).map(unescaped);
  const unknown = error.keyword === 'additionalProperties' ? [String(error.params['additionalProperty'])] : [];
  const node = document.getIn([...place, ...unknown], true) ?? document.getIn(place, true) ?? document.contents;
  const line = isNode(node) && node.range ? lines.linePos(node.range[0]).line : 1;
  throw mistake(path, line, `${place.length === 0 ? 'the file' : place.join('.').slice(0, MAX_SHOWN)} ${wordsOf(error)}`);
}

function mistake(path: string, line: number, what: string): QfError {
  return new QfError('usage', `${path}: line ${line}: ${what}`);
}

function unescaped(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** Where several alternatives failed, the error that is furthest inside says most of what was meant. */
function deepest(errors: readonly ErrorObject[]): ErrorObject {
  const depth = ({ instancePath, keyword }: ErrorObject): number =>
    instancePath.split('/').length * 2 + (keyword === 'additionalProperties' ? 1 : 0);
  const candidates = errors.filter(({ keyword }) => keyword !== 'anyOf' && keyword !== 'oneOf');
  const first = candidates[0] ?? errors[0];
  if (first === undefined) throw new Error('a schema failed without an error');
  return candidates.reduce((best, error) => (depth(error) > depth(best) ? error : best), first);
}

function wordsOf({ keyword, params, message }: ErrorObject): string {
  switch (keyword) {
    case 'additionalProperties':
      return `has an unknown key "${String(params['additionalProperty']).slice(0, MAX_SHOWN)}"`;
    case 'required':
      return `lacks "${String(params['missingProperty'])}"`;
    case 'enum':
      return `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`;
    case 'const':
      return `must be ${JSON.stringify(params['allowedValue'])}`;
    default:
      return message ?? `is wrong (${keyword})`;
  }
}
