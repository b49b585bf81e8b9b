// Who fills a topic of ticks, and who stores a topic of bars.

import { SIM_ARGUMENTS } from './programs-text.mjs';

const SIM_COMMAND = ['bin/qf', ...SIM_ARGUMENTS];

/** Who fills a topic of ticks. `command` gets the topic, a group that nobody has used, and the number of ticks. */
export const FILLERS = [
  {
    id: 'qf',
    name: 'qf ingest sim --engine reference',
    command: [...SIM_COMMAND, '--count', 'RECORDS', '--to', 'kafka:TICKS', '--group', 'GROUP', '--engine', 'reference'],
    isTimed: false,
    semantics: 'each tick once: ticks, their number and the hash over them in one transaction of at most 50,000 ticks',
  },
  {
    id: 'wasm',
    name: 'qf ingest sim',
    command: [...SIM_COMMAND, '--count', 'RECORDS', '--to', 'kafka:TICKS', '--group', 'GROUP'],
    semantics: 'the same',
  },
  {
    id: 'made',
    name: 'qf ingest sim, counted by wc',
    command: ['bash', '-c', `${SIM_COMMAND.join(' ')} --count RECORDS | wc -l`],
    isCount: true,
    isShell: true,
    semantics: 'the same ticks, in a pipe: what making them takes',
  },
];

/** Also what fills a table before it is stored again. */
export const COPY = {
  id: 'copy',
  name: 'a bare COPY',
  command: ['node', 'bench/peers/copy.mjs', 'SCHEMA'],
  isCopy: true,
  hasExactVolume: true,
  semantics: 'one COPY, in one transaction, of a file in the text format of COPY, which was made before; no offsets, no checks',
};

/** Who stores bars. `command` gets the topic, a group that nobody has used, and the schema; bars come on stdin, too. */
export const STORES = [
  COPY,
  {
    id: 'unnest',
    name: 'a bare stream of upserts',
    command: ['node', 'bench/peers/unnest.mjs', 'SCHEMA'],
    semantics: 'reads the bars from a file, upserts 5,000 of them in each statement by arrays and unnest; no offsets, no checks',
  },
  {
    id: 'qf',
    name: 'qf sink pg',
    command: ['bin/qf', 'sink', 'pg', '--from', 'kafka:BARS', '--group', 'GROUP', '--until-end', '--pg-schema', 'SCHEMA'],
    hasExactVolume: true,
    semantics: 'each record once: rows and offset in one transaction of each partition, every 100 ms; every bar is checked',
  },
  {
    id: 'again',
    name: 'qf sink pg, of what is stored already',
    command: ['bin/qf', 'sink', 'pg', '--from', 'kafka:BARS', '--group', 'GROUP', '--until-end', '--pg-schema', 'SCHEMA'],
    hasExactVolume: true,
    isReplay: true,
    semantics: 'the same with another group, into a table that a COPY has filled with the same bars',
  },
];
