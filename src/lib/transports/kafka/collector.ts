import { setFlagsFromString } from 'node:v8';

/**
 * From now on V8 marks what this process has in use at once, and not in steps: a stage whose kernel keeps the bars has little in
 * JavaScript's memory, and lets many buffers go, whose size would start the steps again and again.
 */
export function collectAtOnce(): void {
  setFlagsFromString('--no-incremental-marking');
}
