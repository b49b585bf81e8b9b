// Compiles the kernel of each stage, a folder of src/kernel, to WebAssembly: `build-kernel.mjs [FOLDER [SOURCES]]`.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';

const [folder = 'dist', sources = 'src/kernel'] = process.argv.slice(2);
const asc = resolve(import.meta.dirname, '../node_modules/.bin/asc');
/** 2 GB, in pages of 64 kB: the limits of the core are reached before. */
const MAX_PAGES = '32768';
const options = ['-O3', '--noAssert', '--runtime', 'stub', '--maximumMemory', MAX_PAGES];
const stages = readdirSync(sources, { withFileTypes: true }).filter((entry) => entry.isDirectory());
for (const { name: stage } of stages)
  execFileSync(asc, [`${sources}/${stage}/index.ts`, '--outFile', `${folder}/kernel/${stage}.wasm`, ...options], {
    stdio: 'inherit',
  });
