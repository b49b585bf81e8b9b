// Compiles the schema of each kind of configuration to a module that checks one, FOLDER/validators/KIND.cjs: `build-validators.mjs [FOLDER]`.
// When a command starts, that would take as long as all else that it does until then.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';

const ENDING = '.schema.json';

const schemas = resolve(import.meta.dirname, '../schemas/config');
const target = join(process.argv[2] ?? 'dist', 'validators');
mkdirSync(target, { recursive: true });
for (const file of readdirSync(schemas).filter((name) => name.endsWith(ENDING))) {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, verbose: true, code: { source: true } });
  const validate = ajv.compile(JSON.parse(readFileSync(join(schemas, file), 'utf8')));
  writeFileSync(join(target, `${file.slice(0, -ENDING.length)}.cjs`), standalone.default(ajv, validate));
}
