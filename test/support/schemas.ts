import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

type RecordName = 'tick' | 'bar' | 'mark' | 'signal' | 'order' | 'control' | 'fill' | 'reject';

/** The validator of one of the project's schemas. */
export function schemaOf(record: RecordName): ValidateFunction {
  const path = new URL(`../../schemas/${record}.schema.json`, import.meta.url);
  const schema = JSON.parse(readFileSync(path, 'utf8')) as object;
  // What `if` and `then` require stands beside them.
  return new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: false }).compile(schema);
}
