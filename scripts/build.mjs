// Compiles src, the kernel and the schemas of configurations to dist, and writes the manifest that lets `qf` start without loading
// every command. The new dist takes the old one's place at once, so that whatever runs from it meets one or the other.
import { execFileSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';

const fresh = 'dist.new';
const old = 'dist.old';

for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
execFileSync('node', ['scripts/build-kernel.mjs', fresh], { stdio: 'inherit' });
execFileSync('node', ['scripts/build-validators.mjs', fresh], { stdio: 'inherit' });
execFileSync('tsc', ['-p', 'tsconfig.json', '--outDir', fresh], { stdio: 'inherit' });
if (existsSync('dist')) renameSync('dist', old);
renameSync(fresh, 'dist');
rmSync(old, { recursive: true, force: true });
execFileSync('oclif', ['manifest'], { stdio: 'inherit', env: { ...process.env, OCLIF_SKIP_NEW_VERSION_CHECK: 'true' } });
