import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/** The validator of one of the project's schemas. */
export function schemaOf(record: 'tick' | 'bar' | 'mark' | 'reject' | 'signal' | 'order' | 'fill'): ValidateFunction {
  const path = new URL(`../../schemas/${record}.schema.json`, import.meta.url);
  const schema = JSON.parse(readFileSync(path, 'utf8')) as object;
  return new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: false }).compile(schema);
}
