// The stages of the paper flow and their topics.
import { PARTITIONS } from './stack.mjs';

/** In their order. Each reads what the one before it writes, the first one the bars. */
export const FLOW = [
  { stage: 'pairs watch', output: 'pairs.signals' },
  { stage: 'pairs exec', output: 'orders' },
  { stage: 'risk size', output: 'orders.sized' },
  { stage: 'risk guard', output: 'orders.allowed' },
  { stage: 'paper match', output: 'fills' },
];

export const BARS = 'bars.1m';

const REFUSED = 'orders.rejected';
const REFUSED_PARTITIONS = 3;

/** What the stage at `index` reads. */
export function inputOf(index) {
  return index === 0 ? BARS : FLOW[index - 1].output;
}

/** A stage on topics whose names begin with `input` and `output`. */
export function onKafka(index, configs, { input, output, group }) {
  const { stage } = FLOW[index];
  const places = ['--from', `kafka:${input}.${inputOf(index)}`, '--to', `kafka:${output}.{}`, '--group', group];
  return [...stage.split(' '), ...configs[stage], ...places];
}

/** The topics that all flows share. */
export async function createShared(topics) {
  const [ofBars, ...others] = FLOW.map(({ stage }) => `dlq.${stage.replace(' ', '-')}`);
  await topics.create(ofBars);
  await topics.createWith(1, ...others);
}

/** Topics that these streams go to; refused orders have theirs always. */
export async function createOutputs(topics, name, streams = FLOW.map(({ output }) => output)) {
  await topics.createWith(1, ...streams.map((stream) => `${name}.${stream}`));
  await topics.createWith(REFUSED_PARTITIONS, `${name}.${REFUSED}`);
}

export async function deleteOutputs(topics, name, streams = FLOW.map(({ output }) => output)) {
  await topics.delete(...[...streams, REFUSED].map((stream) => `${name}.${stream}`));
}

/** Bars as messages: a symbol is always in the same partition. */
export function messagesOf(bars) {
  return bars.map(({ symbol, line }) => ({ key: symbol, value: line, partition: Number(symbol.slice(3)) % PARTITIONS }));
}

/** To each partition: everything up to a time has come. */
export function marksAt(end_s) {
  return Array.from({ length: PARTITIONS }, (_, partition) => ({ key: null, value: `{"mark":${end_s}}`, partition }));
}
