import { choice } from '../runtime/options.js';

/** The option of the stages that two engines can do. */
export const engine = choice({
  summary: 'Which code does the work; both give the same bytes, and go on where the other has stopped',
  choices: ['reference', 'wasm'],
  default: 'wasm',
});
