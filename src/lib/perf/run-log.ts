import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** More than the last lines of all stages of a run. */
const MAX_BYTES = 256 * 1024;

/** What the commands of a run have to say, in a file that those of runs before it stand in as well. */
export class RunLog {
  private readonly path: string;
  private readonly from: number;

  /** Before the run begins. */
  constructor(path: string) {
    this.path = path;
    this.from = existsSync(path) ? statSync(path).size : 0;
  }

  /** How full the queues were that its programs tell of in a line of JSON behind their end, as those of qf do. */
  queues(): { readonly queue_peak_pct?: number } {
    const fills = this.lastLines().flatMap(fillsIn);
    return fills.length === 0 ? {} : { queue_peak_pct: Math.max(...fills) };
  }

  private lastLines(): string[] {
    if (!existsSync(this.path)) return [];
    const file = openSync(this.path, 'r');
    try {
      const { size } = fstatSync(file);
      const from = Math.max(this.from, size - MAX_BYTES);
      const bytes = Buffer.alloc(size - from);
      const read = readSync(file, bytes, 0, bytes.length, from);
      return bytes.toString('utf8', 0, read).split('\n');
    } finally {
      closeSync(file);
    }
  }
}

/** Of a closing line the shares of its queues that were in use at most, %. */
function fillsIn(line: string): number[] {
  if (!line.startsWith('{') || !line.includes('"queues":{')) return [];
  try {
    const { queues } = JSON.parse(line) as { readonly queues: Readonly<Record<string, { peak: number; capacity: number }>> };
    return Object.values(queues).flatMap(({ peak, capacity }) => (capacity > 0 ? [(100 * peak) / capacity] : []));
  } catch {
    // Somebody else's line, or one that was cut off.
    return [];
  }
}
