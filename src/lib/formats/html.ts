import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ASSETS = fileURLToPath(new URL('../../../assets/', import.meta.url));

/** A page asks for nothing: what it needs is in it. */
export const NO_REQUESTS = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">`;

/** A file of `assets`. */
export function asset(name: string): string {
  return readFileSync(join(ASSETS, name), 'utf8');
}

/** A file of an npm package. */
export function packageFile(name: string, path: string): string {
  const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  return readFileSync(join(folder, path), 'utf8');
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A value as JSON that can stand in a script element: no text in it ends that. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

/** A script that can stand in its element. */
export function scriptText(text: string): string {
  return text.replaceAll('</script', '<\\/script');
}
