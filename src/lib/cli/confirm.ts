import { createInterface } from 'node:readline/promises';
import { QfError } from '../runtime/errors.js';

/** Asks on stderr before something is deleted; whether the answer is yes. Ctrl-C and Ctrl-D are none. */
export async function confirmed(lines: readonly string[]): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const gaveUp = new AbortController();
  for (const event of ['SIGINT', 'close']) terminal.on(event, () => gaveUp.abort());
  try {
    const question = `${lines.join('\n')}\nDelete all of this? [y/N] `;
    const answer = await terminal.question(question, { signal: gaveUp.signal }).catch(() => '');
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

/** Throws a usage error where nobody is there who could be asked. */
export function refuseUnasked(what: string): void {
  if (!process.stdin.isTTY) throw new QfError('usage', `${what}: say --yes, because there is no terminal to ask on`);
}
