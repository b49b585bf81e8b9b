// Who takes part. Every program reads the input on stdin and writes bars, or a count of lines, on stdout.

const PIPE = {
  id: 'pipe',
  name: 'the pipe itself',
  command: ['wc', '-l'],
  isCount: true,
  semantics: 'counts lines: what any program pays to read',
};

const BARS_READLINE = {
  id: 'readline',
  name: 'readline + JSON.parse',
  command: ['node', 'bench/peers/bars1s-readline.mjs'],
  semantics:
    'any order within a grace of 2 s; times and volumes are doubles (up to 128 ns off, inexact sums), a late tick makes a second bar, ' +
    'duplicates count twice, a bad line ends it, order by arrival',
};

const BARS_QF = {
  id: 'qf',
  name: 'qf bars1s --engine reference',
  command: ['bin/qf', 'bars1s', '--max-future', 'off', '--engine', 'reference'],
  hasExactVolume: true,
  semantics:
    'all of the contract: exact times and volumes, late ticks, trade ids, rejects with reasons, sorted output, counts that add up',
};

const BARS_WASM = {
  ...BARS_QF,
  id: 'wasm',
  name: 'qf bars1s',
  command: ['bin/qf', 'bars1s', '--max-future', 'off'],
  semantics: 'the same',
};

const AGG_READLINE = {
  id: 'readline',
  name: 'readline + JSON.parse',
  command: ['node', 'bench/peers/agg-readline.mjs'],
  semantics: 'sorted input only; volumes are doubles, no duplicates, marks or rejects, a bad line ends it',
};

const AGG_QF = {
  id: 'qf',
  name: 'qf agg --engine reference',
  command: ['bin/qf', 'agg', '--tf', '3m,5m,15m', '--engine', 'reference'],
  hasExactVolume: true,
  semantics:
    'all of the contract: every field checked, exact volumes, late, duplicate and out-of-order bars, marks, sorted output',
};

const AGG_WASM = {
  ...AGG_QF,
  id: 'wasm',
  name: 'qf agg',
  command: ['bin/qf', 'agg', '--tf', '3m,5m,15m'],
  semantics: 'the same',
};

/** It says what is right, and takes too long to be timed. */
const BARS_ORACLE = { ...BARS_QF, isTimed: false };

/** The fast programs of `bars1s`. `tools`: the versions of the tools that are here. */
export function barsPrograms(tools) {
  return [BARS_ORACLE, ...onAnyAndOneCore([PIPE], tools), ...duckdb(tools), ...onAnyAndOneCore([BARS_WASM], tools)];
}

/** Those that are not. */
export function slowBarsPrograms(tools) {
  return [...mawk(tools), ...onAnyAndOneCore([BARS_READLINE, BARS_QF], tools)];
}

/** Programs of `agg`. */
export function aggPrograms(tools) {
  return onAnyAndOneCore([PIPE, AGG_READLINE, AGG_QF, AGG_WASM], tools);
}

/** Those of `bars1s` that take any legal line. */
export function otherLoadPrograms(tools) {
  return [BARS_ORACLE, ...onAnyAndOneCore([PIPE, BARS_WASM], tools)];
}

function mawk({ mawk: version }) {
  if (version === undefined) return [];
  return [
    {
      id: 'mawk',
      name: 'mawk',
      command: ['mawk', '-f', 'bench/peers/bars1s.awk'],
      semantics:
        'canonical lines and input sorted by time only; volumes are doubles, no late ticks, duplicates or rejects, order within a second undefined',
    },
  ];
}

function duckdb({ duckdb: version }) {
  if (version === undefined) return [];
  return [2, 1].map((threads) => ({
    id: `duckdb-${threads}`,
    name: `DuckDB, ${threads} thread${threads === 1 ? '' : 's'}`,
    command: ['.cache/bench-venv/bin/python', 'bench/peers/bars1s-duckdb.py', String(threads)],
    hasExactVolume: true,
    semantics:
      'any order, exact times and volumes; no bar before the end of input, no late ticks, duplicates or rejects, order undefined',
  }));
}

/** Each program as it comes, and again with one core to itself and the feeder on another. */
function onAnyAndOneCore(programs, { taskset }) {
  if (taskset === undefined) return programs;
  return [
    ...programs,
    ...programs.map((program) => ({ ...program, id: `${program.id}-one-core`, name: `${program.name}, one core`, cores: 'one' })),
  ];
}
