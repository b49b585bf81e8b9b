import { basename, dirname, join } from 'node:path';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { parseConfig } from '../formats/config-file.js';
import { PAPER_CONFIGS } from '../formats/paper-config.js';
import { QfError } from '../runtime/errors.js';
import { REGISTRY } from './endpoints.js';
import { staleFiles } from './render/index.js';
import type { Stack } from './stack.js';

/** Checks the configurations beside the stack's, and that the generated files are current. Names what was checked. */
export function checkConfigs(stack: Stack): string[] {
  const folder = dirname(stack.configPath);
  const paper = Object.entries(PAPER_CONFIGS).filter(([name]) => existsSync(join(folder, name)));
  for (const [name, read] of paper) read(join(folder, name), readFileSync(join(folder, name), 'utf8'));
  const venues = filesIn(join(folder, 'venues'));
  for (const path of venues) parseConfig(path, readFileSync(path, 'utf8'), 'venue');
  const implementations = filesIn(join(folder, 'implementations'));
  for (const path of implementations) parseConfig(path, readFileSync(path, 'utf8'), 'implementation');
  const stale = staleFiles(stack);
  if (stale.length > 0) throw new QfError('usage', `${stack.generated}: not current: ${stale.join(', ')}; run qf config render`);
  const registry = stack.endpoints.length === 0 ? [] : [REGISTRY];
  const inFolders = [...venues, ...implementations].map((path) => `${basename(dirname(path))}/${basename(path)}`);
  return [basename(stack.configPath), ...registry, ...paper.map(([name]) => name), ...inFolders];
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    // A stack of one's own has none of them beside it.
    return [];
  }
}
