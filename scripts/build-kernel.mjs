// Compiles the kernels to WebAssembly: `build-kernel.mjs [FOLDER]`.
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

const [folder = 'dist'] = process.argv.slice(2);
const asc = resolve(import.meta.dirname, '../node_modules/.bin/asc');
const options = ['-O3', '--converge', '--noAssert', '--runtime', 'stub'];
for (const stage of ['bars1s', 'agg'])
  execFileSync(asc, [`src/kernel/${stage}/index.ts`, '--outFile', `${folder}/kernel/${stage}.wasm`, ...options], {
    stdio: 'inherit',
  });
