// The programs of others that the benchmark runs: which are here, and in which version.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const DUCKDB = '2.0.0';
const VENV = '.cache/bench-venv';

/** Version by name; undefined for what cannot be had. `mayInstall`: else DuckDB is used only where it is there already. */
export function findTools(environment, mayInstall) {
  const tools = {
    node: firstLine(['node', '--version'], environment),
    mawk: firstLine(['mawk', '-W', 'version']),
    python: firstLine(['python3', '--version']),
    duckdb: mayInstall ? installDuckdb() : duckdbVersion(),
    taskset: availableParallelism() > 1 ? firstLine(['taskset', '--version']) : undefined,
  };
  for (const [name, version] of Object.entries(tools)) {
    if (version === undefined) console.error(`bench: ${name} cannot be had here; what needs it is left out`);
  }
  return tools;
}

function installDuckdb() {
  if (duckdbVersion() !== DUCKDB) {
    console.error(`bench: installing DuckDB ${DUCKDB} into ${VENV}`);
    run(['python3', '-m', 'venv', '--clear', VENV]);
    const pip = run([`${VENV}/bin/pip`, 'install', '--quiet', '--disable-pip-version-check', `duckdb==${DUCKDB}`]);
    if (pip.status !== 0) console.error(pip.stderr ?? '');
  }
  return duckdbVersion();
}

function duckdbVersion() {
  return firstLine([`${VENV}/bin/python`, '-c', 'import duckdb; print(duckdb.__version__)']);
}

function firstLine(command, env) {
  const { status, stdout } = run(command, env);
  return status === 0 ? stdout.split('\n')[0].trim() : undefined;
}

function run([file, ...args], env = process.env) {
  return spawnSync(file, args, { encoding: 'utf8', env });
}
