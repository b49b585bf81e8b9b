import { isatty } from 'node:tty';
import type { Counts } from './counts.js';
import { progressText } from './summary.js';

const STDOUT = 1;
const STDERR = 2;
const INTERVAL_MS = 1000;
const CLEAR_LINE = '\r\x1b[2K';

/**
 * Shows a line of progress on stderr, once a second, and returns what ends it. Only where stderr is a terminal and stdout is
 * not, so that it never mixes with data. The stages of one pipe take turns on the same line.
 */
export function showProgress(stage: string, counts: Counts): () => void {
  if (!isatty(STDERR) || isatty(STDOUT)) return () => undefined;
  const started_ms = Date.now();
  const timer = setInterval(() => {
    process.stderr.write(CLEAR_LINE + progressText(stage, counts, Date.now() - started_ms));
  }, INTERVAL_MS);
  return () => {
    clearInterval(timer);
    process.stderr.write(CLEAR_LINE);
  };
}
