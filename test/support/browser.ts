import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from './files.js';

const profile = temporaryFolder();

const BROWSER = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined,
);

/** Why pages cannot be looked at here; undefined where they can. */
export const NO_BROWSER = BROWSER === undefined ? 'no Chromium is installed (Debian: chromium)' : undefined;

/** A page as a browser shows it after its scripts have run, and what the scripts have complained of. */
export function opened(path: string): { readonly dom: string; readonly errors: readonly string[] } {
  const run = spawnSync(
    BROWSER ?? '',
    [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
      ...[`--user-data-dir=${profile}`, '--enable-logging=stderr', '--window-size=1000,700'],
      // Time of the page, not of the clock: it goes on as soon as nothing is left to do.
      ...['--virtual-time-budget=5000', '--dump-dom', pathToFileURL(path).href],
    ],
    { encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  const errors = run.stderr.split('\n').filter((line) => line.includes('CONSOLE') || line.includes('Refused to'));
  return { dom: run.stdout, errors };
}
