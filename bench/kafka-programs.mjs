// Who drains the topic of ticks. `command` gets the topics, a group that nobody has used, and the number of ticks.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { PARTITIONS } from './stack.mjs';

const COUNT_KAFKAJS = {
  id: 'kafkajs-count',
  name: 'kafkajs alone',
  command: ['node', 'bench/peers/kafkajs-count.mjs', 'TICKS', 'GROUP', 'RECORDS'],
  isCount: true,
  semantics: 'eachBatch, and nothing with it: what any program on kafkajs pays to read',
};

const COUNT_READER = {
  id: 'reader-count',
  name: "qf's reader alone",
  command: ['node', 'bench/peers/reader-count.mjs', 'TICKS', String(PARTITIONS)],
  isCount: true,
  semantics: 'the reader of partitions that qf uses, on @platformatic/kafka, and nothing with it; no group',
};

const BARS_KAFKAJS = {
  id: 'plain',
  name: 'kafkajs + JSON.parse + transactions',
  command: ['node', 'bench/peers/bars1s-kafkajs.mjs', 'TICKS', 'BARS', 'GROUP', 'RECORDS'],
  semantics:
    'a transaction for each batch with bars and offset; open bars are lost with the process, times and volumes are doubles, ' +
    'no late ticks, duplicates or rejects, a bad record ends it',
};

const BARS_COMMAND = [
  'bin/qf',
  'bars1s',
  '--from',
  'kafka:TICKS',
  '--to',
  'kafka:BARS',
  '--group',
  'GROUP',
  '--until-end',
  '--max-future',
  'off',
];

const BARS_QF = {
  id: 'qf',
  name: 'qf bars1s --engine reference',
  command: [...BARS_COMMAND, '--engine', 'reference'],
  hasExactVolume: true,
  semantics:
    'all of the contract, and each record once: state, bars, rejects and offset in one transaction of each partition, every 100 ms',
};

const BARS_WASM = {
  ...BARS_QF,
  id: 'wasm',
  name: 'qf bars1s',
  command: BARS_COMMAND,
  semantics: 'the same',
};

const BARS_WORKERS = {
  ...BARS_WASM,
  id: 'workers',
  name: 'qf bars1s, two workers',
  command: [...BARS_COMMAND, '--workers', '2'],
};

const GO_BINARY = '.cache/bench/bars1s-go';

const BARS_GO = {
  id: 'go',
  name: 'Go, franz-go + transactions',
  command: [GO_BINARY, 'TICKS', 'BARS', 'GROUP'],
  hasExactVolume: true,
  semantics:
    'the same rules and guarantees, written for this: a scanner by hand, and all partitions of the process in one transaction every ' +
    '100 ms, with all open bars as the state; plain JSON only, and processes are kept apart by the group alone',
};

/** Builds the program in Go, where that can be done. `mayInstall`: else it is used only where it is there already. */
function builtGo(mayInstall) {
  if (mayInstall) {
    const build = ['build', '-o', resolve(GO_BINARY), '.'];
    const { status, error, stderr } = spawnSync('go', build, { cwd: 'bench/peers/go', encoding: 'utf8' });
    if (status !== 0) console.error(`bench: the program in Go is left out: ${error?.message ?? stderr}`);
  }
  return existsSync(GO_BINARY);
}

const STREAMS_FOLDER = '.cache/bench/streams';

const BARS_STREAMS = {
  id: 'streams',
  name: 'Kafka Streams, exactly once',
  command: ['java', '-cp', `${STREAMS_FOLDER}/*:${STREAMS_FOLDER}`, 'Bars1s', 'TICKS', 'BARS', 'GROUP', 'RECORDS'],
  semantics:
    "the library's exactly_once_v2 with a commit every 100 ms, two threads, the open bars in a cached store in memory with its " +
    'changelog; volumes are doubles, late ticks are passed over without a record of them, no duplicates, a bad record ends it',
};

/** Builds the program with Kafka Streams as the one in Go. */
function builtStreams(mayInstall) {
  const source = 'bench/peers/streams';
  const target = resolve(STREAMS_FOLDER);
  if (mayInstall) {
    const jars = ['-q', '-B', '-f', `${source}/pom.xml`, 'dependency:copy-dependencies', `-DoutputDirectory=${target}`];
    const steps = [
      ['mvn', jars],
      ['javac', ['-cp', `${target}/*`, '-d', target, `${source}/Bars1s.java`]],
    ];
    for (const [tool, args] of steps) {
      const { status, error, stdout, stderr } = spawnSync(tool, args, { encoding: 'utf8' });
      if (status === 0) continue;
      console.error(`bench: the program with Kafka Streams is left out: ${error?.message ?? `${stdout}${stderr}`}`);
      break;
    }
  }
  return existsSync(`${STREAMS_FOLDER}/Bars1s.class`);
}

/** Who takes half a minute and more, and qf. `mayInstall`: what a program needs. */
export function slowPrograms(mayInstall) {
  return [COUNT_KAFKAJS, BARS_KAFKAJS, BARS_QF, BARS_WASM, ...(builtStreams(mayInstall) ? [BARS_STREAMS] : [])];
}

/** Who takes seconds, so that there may be many rounds; the reference says what is right, and does not race. */
export function fastPrograms(mayInstall) {
  return [{ ...BARS_QF, isTimed: false }, COUNT_READER, BARS_WASM, BARS_WORKERS, ...(builtGo(mayInstall) ? [BARS_GO] : [])];
}
