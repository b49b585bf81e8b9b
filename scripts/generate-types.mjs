// Writes the TypeScript types of all records and configurations from their JSON Schemas. `--check` fails where they are not current.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { compile } from 'json-schema-to-typescript';

const GENERATED = [
  { folder: 'schemas/', target: new URL('../src/lib/core/model/records.ts', import.meta.url) },
  { folder: 'schemas/config/', target: new URL('../src/lib/core/model/configs.ts', import.meta.url) },
];

async function typesOf(folder) {
  const schemas = new URL(`../${folder}`, import.meta.url);
  const parts = [`// Generated from ${folder}*.schema.json by \`npm run generate\`. Do not edit.\n`];
  for (const file of (await readdir(schemas)).filter((name) => name.endsWith('.schema.json')).sort()) {
    const schema = JSON.parse(await readFile(new URL(file, schemas), 'utf8'));
    delete schema.$id;
    parts.push(await compile(schema, schema.title, { bannerComment: '', additionalProperties: false, cwd: schemas.pathname }));
  }
  return parts.join('\n');
}

for (const { folder, target } of GENERATED) {
  const text = await typesOf(folder);
  if (!process.argv.includes('--check')) await writeFile(target, text);
  else if ((await readFile(target, 'utf8')) !== text) {
    console.error(`${target.pathname.replace(/^.*\/src\//, 'src/')} is not current: run \`npm run generate\``);
    process.exitCode = 1;
  }
}
