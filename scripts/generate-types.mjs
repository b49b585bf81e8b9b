// Writes the TypeScript types of all records from their JSON Schemas. `--check` fails where the file is not current.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { compile } from 'json-schema-to-typescript';

const schemas = new URL('../schemas/', import.meta.url);
const target = new URL('../src/lib/core/model/records.ts', import.meta.url);

const parts = ['// Generated from schemas/*.schema.json by `npm run generate`. Do not edit.\n'];
for (const file of (await readdir(schemas)).filter((name) => name.endsWith('.schema.json')).sort()) {
  const schema = JSON.parse(await readFile(new URL(file, schemas), 'utf8'));
  delete schema.$id;
  parts.push(await compile(schema, schema.title, { bannerComment: '', additionalProperties: false, cwd: schemas.pathname }));
}
const text = parts.join('\n');

if (!process.argv.includes('--check')) await writeFile(target, text);
else if ((await readFile(target, 'utf8')) !== text) {
  console.error('src/lib/core/model/records.ts is not current: run `npm run generate`');
  process.exitCode = 1;
}
