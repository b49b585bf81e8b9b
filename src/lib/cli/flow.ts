import type { Stack } from '../ops/stack.js';
import { QfError } from '../runtime/errors.js';
import { loaded, valuesOf } from '../runtime/options.js';
import type { StageSpec } from '../runtime/stage.js';
import { nodeFiles } from '../transports/file.js';
import { topicIn } from '../transports/address.js';

/** Where sources write, if no topic is named. */
const TICKS = 'ticks';

/** A stage of a stack, with the topics that it reads and writes. */
export interface FlowStep {
  readonly name: string;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/** The stages of a stack, in its order, with their topics. Throws a usage error where it runs what is no stage. */
export async function flowOf({ config }: Stack, stages: readonly StageSpec[]): Promise<FlowStep[]> {
  return Promise.all(config.stages.map(({ name, command }) => stepOf(name, command.slice(1), stages)));
}

async function stepOf(name: string, words: readonly string[], stages: readonly StageSpec[]): Promise<FlowStep> {
  const spec = stages.find((stage) => stage.name.split(' ').every((word, at) => words[at] === word));
  if (spec === undefined) throw new QfError('usage', `the stage ${name} of the stack runs qf ${words.join(' ')}, which is none`);
  const given = flagsIn(words);
  if (spec.kind === 'source') return { name, reads: [], writes: [topicOf(given, 'to') || TICKS] };
  const { onLog } = spec;
  if (onLog === undefined)
    throw new QfError('usage', `the stage ${name} of the stack runs qf ${spec.name}, which runs in pipes only`);
  const texts = Object.fromEntries([...given].filter(([flag]) => flag in spec.options));
  const options = await loaded(spec.options, valuesOf(spec.options, texts), (path) => nodeFiles.readText(path));
  const named = topicOf(given, 'from');
  const reads = onLog.joined?.topics(options) ?? [named === '' ? onLog.input : named];
  return { name, reads, writes: [...onLog.outputs(options)] };
}

/** Flags with their values; of one that is there twice the first. */
function flagsIn(words: readonly string[]): Map<string, string> {
  const flags = new Map<string, string>();
  for (const [at, word] of words.entries()) {
    const [, name, value] = /^--([a-z0-9-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name !== undefined && !flags.has(name)) flags.set(name, value ?? words[at + 1] ?? '');
  }
  return flags;
}

function topicOf(flags: ReadonlyMap<string, string>, flag: string): string {
  return topicIn(flags.get(flag) ?? '') ?? '';
}

/** A line for each stage. */
export function flowText(steps: readonly FlowStep[]): string {
  const reads = steps.map((step) => step.reads.join(', ') || '-');
  const width = (texts: readonly string[]): number => Math.max(...texts.map(({ length }) => length));
  const [first, second] = [width(reads), width(steps.map(({ name }) => name))];
  return steps
    .map(
      ({ name, writes }, at) => `${(reads[at] as string).padEnd(first)}  ->  ${name.padEnd(second)}  ->  ${writes.join(', ')}\n`,
    )
    .join('');
}

/** The same as a diagram for https://mermaid.js.org, which code hosts draw. */
export function flowMermaid(steps: readonly FlowStep[]): string {
  const topics = [...new Set(steps.flatMap(({ reads, writes }) => [...reads, ...writes]))];
  const topicId = (topic: string): string => `t${topics.indexOf(topic)}`;
  const lines = [
    ...topics.map((topic) => `${topicId(topic)}([${topic}])`),
    ...steps.map(({ name }, at) => `s${at}[${name}]`),
    ...steps.flatMap(({ reads, writes }, at) => [
      ...reads.map((topic) => `${topicId(topic)} --> s${at}`),
      ...writes.map((topic) => `s${at} --> ${topicId(topic)}`),
    ]),
  ];
  return `flowchart LR\n${lines.map((line) => `  ${line}\n`).join('')}`;
}
