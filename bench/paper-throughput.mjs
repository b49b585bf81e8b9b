// How many records a second each stage takes, alone: in a pipe, and from topic to topic.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kafkaOf } from '../dist/lib/transports/kafka/kafkajs.js';
import { measure } from './measure.mjs';
import { BARS, createOutputs, deleteOutputs, FLOW, inputOf, marksAt, messagesOf, onKafka } from './paper-flow.mjs';
import { minutesOf } from './paper-market.mjs';
import { summary } from './statistics.mjs';

/** Topics of the flow from which the stages are measured. */
const BASE = 'bench.base';

const MINUTES_PER_SEND = 50;

/** For each stage, in a pipe and on Kafka: records of its input, rate, CPU and memory. Throws where the two write different bytes. */
export async function throughputs(stack, configs, { minutes, rounds, directory }) {
  await prepare(stack, configs, { minutes, directory });
  const runs = FLOW.flatMap((_, index) => [
    { index, place: 'pipe', perform: () => inPipe(stack, configs, index, directory) },
    { index, place: 'kafka', perform: () => fromTopic(stack, configs, index, directory) },
  ]).map((run) => ({ ...run, samples: [] }));
  for (const run of runs) await run.perform();
  const digests = FLOW.map((_, index) => digestsOf(index, directory));
  for (const [index, { pipe, kafka }] of digests.entries())
    if (pipe !== kafka) throw new Error(`${FLOW[index].stage} writes other bytes to Kafka than to a pipe`);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < runs.length; turn++) {
      const run = runs[(turn + round) % runs.length];
      run.samples.push(await run.perform());
      if (digestsOf(run.index, directory)[run.place] !== digests[run.index][run.place])
        throw new Error(`${FLOW[run.index].stage}: another output in round ${round + 1}`);
    }
    console.error(`bench: throughput: round ${round + 1} of ${rounds}`);
  }
  return FLOW.map(({ stage, output }, index) => {
    const records = linesOf(fileOf(directory, 'pipe', index - 1));
    return { stage, output, input: inputOf(index), records, ...Object.fromEntries(resultsOf(runs, index, records)) };
  });
}

function resultsOf(runs, index, records) {
  return runs
    .filter((run) => run.index === index)
    .map(({ place, samples }) => [
      place,
      {
        samples,
        rate: summary(samples.map(({ wall_s }) => records / wall_s)),
        cpu_s: summary(samples.map(({ user_s, system_s }) => user_s + system_s)),
        peak_mb: summary(samples.map(({ peak_mb }) => peak_mb)),
      },
    ]);
}

/** The bars in a file and on topics, and the whole flow once on each. */
async function prepare({ topics, environment }, configs, { minutes, directory }) {
  await topics.create(`${BASE}.${BARS}`);
  await createOutputs(topics, BASE);
  const producer = kafkaOf(topics.cluster.address).producer();
  await producer.connect();
  const lines = [];
  let messages = [];
  let waiting = 0;
  const send = async () => {
    await producer.send({ topic: `${BASE}.${BARS}`, messages });
    messages = [];
    waiting = 0;
  };
  for (const { end_s, bars } of minutesOf(minutes)) {
    lines.push(...bars.map(({ line }) => line));
    messages.push(...messagesOf(bars), ...marksAt(end_s));
    if (++waiting === MINUTES_PER_SEND) await send();
  }
  if (waiting > 0) await send();
  await producer.disconnect();
  await writeFile(fileOf(directory, 'pipe', -1), lines.map((line) => `${line}\n`).join(''));
  for (const index of FLOW.keys()) {
    const places = { input: BASE, output: BASE, group: 'bench-base' };
    await measureOne(environment, ['bin/qf', ...onKafka(index, configs, places), '--until-end']);
  }
}

async function inPipe({ environment }, configs, index, directory) {
  const { stage } = FLOW[index];
  return measure({
    command: ['bin/qf', ...stage.split(' '), ...configs[stage]],
    cores: 'any',
    input: fileOf(directory, 'pipe', index - 1),
    output: fileOf(directory, 'pipe', index),
    environment,
  });
}

let runs = 0;

async function fromTopic({ topics, environment }, configs, index, directory) {
  const name = `bench.run.${++runs}`;
  const { output } = FLOW[index];
  await createOutputs(topics, name, [output]);
  const places = { input: BASE, output: name, group: name.replaceAll('.', '-') };
  const sample = await measureOne(environment, ['bin/qf', ...onKafka(index, configs, places), '--until-end']);
  await topics.dump(`${name}.${output}`, fileOf(directory, 'kafka', index), 1);
  await deleteOutputs(topics, name, [output]);
  return sample;
}

function measureOne(environment, command) {
  return measure({ command, cores: 'any', input: '/dev/null', output: '/dev/null', environment });
}

/** What a stage has written. At -1: the bars. */
function fileOf(directory, place, index) {
  return join(directory, `paper.${place}.${index + 1}`);
}

function digestsOf(index, directory) {
  const digest = (place) =>
    createHash('sha256')
      .update(readFileSync(fileOf(directory, place, index)))
      .digest('hex');
  return { pipe: digest('pipe'), kafka: digest('kafka') };
}

function linesOf(path) {
  return readFileSync(path, 'latin1').split('\n').length - 1;
}
