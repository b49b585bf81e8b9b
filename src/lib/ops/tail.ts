import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from './stack.js';

/** Lines of each log that are shown at first. */
const SHOWN_LINES = 200;

/** The command that shows the logs of these; undefined where none of them has one yet. */
export function tailCommand(stack: Stack, names: readonly string[], follow: boolean): readonly string[] | undefined {
  const paths = names.map((name) => join(stack.logs, `${name}.log`)).filter((path) => existsSync(path));
  return paths.length === 0 ? undefined : ['tail', '-n', String(SHOWN_LINES), ...(follow ? ['-F'] : []), '--', ...paths];
}
