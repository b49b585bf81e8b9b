import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../../src/lib/perf/plan.js';
import { shell } from './cli.js';
import { temporaryFolder } from './files.js';

/** A comparison that takes as little time as it can. */
export const SHORT = '--loads 5 --ticks 4000 --rounds 1';

/** Where `qf perf compare` runs, and what it leaves. */
export class PerfFolder {
  readonly folder = temporaryFolder();

  readonly compare = async (tag: string, flags: string, env: Readonly<Record<string, string>> = {}): Promise<Compared> => {
    const { exitCode, stdout, stderr } = await shell(`qf perf compare --tag ${tag} ${flags}`, { cwd: this.folder, env });
    const own = join(this.folder, 'runs/perf_compare', tag);
    const path = join(own, 'report.json');
    const report = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Report) : undefined;
    return { exitCode, stdout, stderr, own, report };
  };
}

interface Compared {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** The folder of the run. */
  readonly own: string;
  readonly report: Report | undefined;
}
