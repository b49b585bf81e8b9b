import { setFlagsFromString } from 'node:v8';

/**
 * From now on V8 marks what is in use at once and not in steps: for a program that keeps little in JavaScript's memory and lets many
 * buffers go, whose size starts the steps again and again.
 */
export function collectAtOnce(): void {
  setFlagsFromString('--no-incremental-marking');
}
