// In each thread of the tests: runs the kernels that count in the place of the usual ones, and leaves what was reached.
import { readFileSync, writeFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
import { afterAll } from 'vitest';

const FOLDER = new URL('../../.cache/kernel-coverage/', import.meta.url);
const STAGES = ['bars1s', 'agg', 'sim', 'lines', 'frames'];

const { Module, Instance } = WebAssembly;
const kernels = STAGES.map((stage) => ({
  usual: readFileSync(new URL(`../../dist/kernel/${stage}.wasm`, import.meta.url)),
  counting: readFileSync(new URL(`kernel/${stage}.wasm`, FOLDER)),
}));
const reached = new Set();

WebAssembly.Module = function countingModule(code) {
  return new Module(kernels.find(({ usual }) => usual.equals(code))?.counting ?? code);
};
WebAssembly.Instance = function countingInstance(module, imports) {
  return new Instance(module, { ...imports, cover: { hit: (branch) => reached.add(branch) } });
};

afterAll(() => {
  writeFileSync(new URL(`reached-${process.pid}-${threadId}-${Date.now()}.json`, FOLDER), JSON.stringify([...reached]));
});
