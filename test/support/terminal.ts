import { spawnSync } from 'node:child_process';

/** Whether commands can be run on a terminal of their own, which takes Python's `pty`. */
export const HAS_TERMINAL = spawnSync('python3', ['-c', 'import pty']).status === 0;

if (!HAS_TERMINAL) console.warn('SKIPPED: tests on a terminal, because there is no python3');

/** A line of shell that runs a command on a terminal. */
export function onTerminal(command: string): string {
  return `python3 -c 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)' ${command}`;
}
