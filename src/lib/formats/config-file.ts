import { createRequire } from 'node:module';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { type Document, isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type {
  CostsConfig,
  ImplementationConfig,
  MetricsEndpointsConfig,
  PairsConfig,
  RiskConfig,
  StackConfig,
  VenueConfig,
} from '../core/model/configs.js';
import { messageOf, QfError } from '../runtime/errors.js';

/** A key of a configuration is shown only as far as this. */
const MAX_SHOWN = 60;

const require = createRequire(import.meta.url);

/** The type of a configuration by the name of its schema. */
interface Configs {
  readonly costs: CostsConfig;
  readonly implementation: ImplementationConfig;
  readonly metrics_endpoints: MetricsEndpointsConfig;
  readonly pairs: PairsConfig;
  readonly risk: RiskConfig;
  readonly stack: StackConfig;
  readonly venue: VenueConfig;
}

/** A configuration that fits its schema. */
export interface ConfigFile<C> {
  readonly config: C;
  /** The usage error for what a schema cannot say: `what` is wrong with the value at `place`. */
  readonly mistake: (place: readonly (string | number)[], what: string) => QfError;
}

/** Like `openConfig`, where the schema says all. */
export function parseConfig<S extends keyof Configs>(path: string, text: string, schema: S): Configs[S] {
  return openConfig(path, text, schema).config;
}

/**
 * Reads a configuration, YAML or JSON, and checks it against `schemas/config/<schema>.schema.json`. Throws a usage error that
 * names the file, the line, and what would be right.
 */
export function openConfig<S extends keyof Configs>(path: string, text: string, schema: S): ConfigFile<Configs[S]> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const what = broken.code === 'MULTIPLE_DOCS' ? 'another document begins, and one is read' : broken.message;
    throw mistake(path, lines.linePos(broken.pos[0]).line, what);
  }
  const config = valueOf(document, path);
  const validate = validatorOf(schema);
  const lineAt = (place: readonly string[], key?: string): number =>
    lines.linePos(nodeAt(document, place, key)?.range?.[0] ?? 0).line;
  if (validate(config)) {
    return {
      config: config as Configs[S],
      mistake: (place, what) => mistake(path, lineAt(place.map(String)), `${placeName(place.map(String))} ${what}`),
    };
  }
  const errors = nearest(validate.errors ?? []);
  const [first] = errors;
  if (first === undefined) throw new Error('a schema failed without an error');
  const place = first.instancePath.split('/').slice(1).map(unescaped);
  const what = [...new Set(errors.map((error) => wordsOf(error, errors)))].join(', or ');
  throw mistake(path, lineAt(place, keyOf(first)), `${placeName(place)} ${what}`);
}

function placeName(place: readonly string[]): string {
  return place.length === 0 ? 'the file' : place.join('.').slice(0, MAX_SHOWN);
}

/** As it was compiled with qf: that takes much longer than to check a file. */
function validatorOf(schema: string): ValidateFunction {
  return require(`../../../dist/validators/${schema}.cjs`) as ValidateFunction;
}

/** A small file may say by its aliases that it is a huge one, which is not made. */
function valueOf(document: Document.Parsed, path: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new QfError('usage', `${path}: ${messageOf(error)}`, { cause: error });
  }
}

function mistake(path: string, line: number, what: string): QfError {
  return new QfError('usage', `${path}: line ${line}: ${what}`);
}

function unescaped(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** The key of an object that is wrong in itself, whatever its value is. */
function keyOf({ keyword, params, propertyName }: ErrorObject): string | undefined {
  return keyword === 'additionalProperties' ? String(params['additionalProperty']) : propertyName;
}

/** What stands at `place`, or the key `key` of it; where an alias stands for it, what is nearest around it. */
function nodeAt(document: Document.Parsed, place: readonly string[], key: string | undefined): Node | undefined {
  const within = [...place.keys(), place.length].map((length) => document.getIn(place.slice(0, length), true)).filter(isNode);
  const node = within.at(-1);
  if (key === undefined || within.length <= place.length || !isMap(node)) return node;
  return node.items.map((pair) => pair.key).find((name) => isScalar(name) && String(name.value) === key) as Node | undefined;
}

/**
 * Where several alternatives failed, those errors say what was meant that are furthest inside, not about the kind of the value,
 * and of the alternatives with the fewest; one of each.
 */
function nearest(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const depth = ({ instancePath }: ErrorObject): number => instancePath.split('/').length;
  const all = errors.filter(({ keyword }) => !['anyOf', 'oneOf', 'propertyNames'].includes(keyword));
  const place = all.reduce((best, error) => (depth(error) > depth(best) ? error : best)).instancePath;
  const here = all.filter(({ instancePath }) => instancePath === place);
  const near = here.filter(({ keyword }) => keyword !== 'type' && keyword !== 'const');
  if (near.length === 0) return here.some(isUnquoted) ? here.filter(isUnquoted) : here;
  const alternatives = [...new Set(near.map(({ parentSchema }) => parentSchema))].map((schema) =>
    near.filter(({ parentSchema }) => parentSchema === schema),
  );
  const fewest = Math.min(...alternatives.map(({ length }) => length));
  return alternatives
    .filter(({ length }) => length === fewest)
    .map((mistakes) => mistakes.find(({ keyword }) => keyword === 'additionalProperties') ?? (mistakes[0] as ErrorObject));
}

/** YAML reads true and 5 as what they are. */
function isUnquoted({ params, data }: ErrorObject): boolean {
  return params['type'] === 'string' && typeof data !== 'object';
}

/** `errors`: all that are said. */
function wordsOf(error: ErrorObject, errors: readonly ErrorObject[]): string {
  const { keyword, params, message, parentSchema } = error;
  switch (keyword) {
    case 'type': {
      const { required } = parentSchema as { required?: readonly string[] };
      if (params['type'] === 'object' && required !== undefined) return `must be an object with ${required.join(', ')}`;
      return `must be ${[params['type']].flat().join(' or ')}${isUnquoted(error) ? ': put it in quotes' : ''}`;
    }
    case 'pattern': {
      const what = `must match ${String(params['pattern'])}: ${String(parentSchema?.['description'])}`;
      return error.propertyName === undefined ? what : `has the key ${shown(error.propertyName)}, which ${what}`;
    }
    case 'additionalProperties': {
      const known = errors.flatMap((one) => Object.keys(one.parentSchema?.['properties'] as object));
      return `has an unknown key ${shown(String(params['additionalProperty']))}: there are ${known.filter((name) => name !== '$schema').join(', ')}`;
    }
    case 'required':
      return `lacks "${String(params['missingProperty'])}"`;
    case 'minItems':
    case 'minLength':
    case 'minProperties':
      return 'must not be empty';
    case 'enum':
      return `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`;
    case 'const':
      return `must be ${JSON.stringify(params['allowedValue'])}`;
    default:
      return message ?? `is wrong (${keyword})`;
  }
}

function shown(key: string): string {
  return JSON.stringify(key.slice(0, MAX_SHOWN));
}
