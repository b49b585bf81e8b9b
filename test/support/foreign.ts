import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './cli.js';

/** `bars1s` in another language, for a shell. */
export const FOREIGN_SCRIPT = join(ROOT, 'test/foreign/bars1s.py');
export const FOREIGN_BARS1S = `python3 ${FOREIGN_SCRIPT}`;

export const HAS_PYTHON = spawnSync('python3', ['--version']).status === 0;

if (!HAS_PYTHON) console.warn('SKIPPED: tests of a stage in Python, because there is no python3');
