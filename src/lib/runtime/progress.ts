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
  if (isatty(STDOUT)) return () => undefined;
  const started_ms = Date.now();
  return showLine(() => progressText(stage, counts, Date.now() - started_ms));
}

/** Shows a line on stderr, where that is a terminal, once a second, and returns what ends it. Undefined: nothing to show yet. */
export function showLine(text: () => string | undefined): () => void {
  if (!isatty(STDERR)) return () => undefined;
  const timer = setInterval(() => {
    const line = text();
    // One that is wider than the terminal could not be cleared again.
    if (line !== undefined) process.stderr.write(CLEAR_LINE + line.slice(0, process.stderr.columns - 1));
  }, INTERVAL_MS);
  return () => {
    clearInterval(timer);
    clearProgress();
  };
}

/** Makes room for something else that is said. */
export function clearProgress(): void {
  if (isatty(STDERR)) process.stderr.write(CLEAR_LINE);
}
