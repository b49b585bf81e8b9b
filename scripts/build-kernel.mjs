// Compiles the kernel to WebAssembly: `build-kernel.mjs [FOLDER]`.
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

const [folder = 'dist'] = process.argv.slice(2);
const asc = resolve(import.meta.dirname, '../node_modules/.bin/asc');
const options = ['-O3', '--converge', '--noAssert', '--runtime', 'stub'];
execFileSync(asc, ['src/kernel/bars1s.ts', '--outFile', `${folder}/kernel/bars1s.wasm`, ...options], { stdio: 'inherit' });
