import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** The records of a file, a line each; marks, which are for stages behind it, are none, nor has a file that is not there any. */
export async function linesIn(path: string): Promise<number> {
  if (!existsSync(path)) return 0;
  let lines = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity }))
    if (line !== '' && !line.startsWith('{"mark"')) lines++;
  return lines;
}
