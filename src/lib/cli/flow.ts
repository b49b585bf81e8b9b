import type { Stack } from '../ops/stack.js';
import { loaded, valuesOf } from '../runtime/options.js';
import type { StageSpec } from '../runtime/stage.js';
import { nodeFiles } from '../transports/file.js';
import { topicIn } from '../transports/address.js';
import { DEFAULT_TOPIC, inputsOf, outputsOf } from './topics.js';

/** A stage of a stack, with the topics that it reads and writes. */
export interface FlowStep {
  readonly name: string;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/** The stages of a stack, in its order, with their topics. Of a program that is no stage of qf it is only known what its flags say. */
export async function flowOf({ config }: Stack, stages: readonly StageSpec[]): Promise<FlowStep[]> {
  return Promise.all(config.stages.map(({ name, command }) => stepOf(name, command, stages)));
}

async function stepOf(name: string, [program, ...words]: readonly string[], stages: readonly StageSpec[]): Promise<FlowStep> {
  const flags = flagsIn(words);
  const [reads, writes] = [topicsIn(flags.get('from')), topicsIn(flags.get('to'))];
  const spec = stages.find((stage) => program === 'qf' && stage.name.split(' ').every((word, at) => words[at] === word));
  if (spec?.kind === 'source') return { name, reads: [], writes: writes.map((topic) => topic || DEFAULT_TOPIC) };
  if (spec?.onLog === undefined) return { name, reads: named(reads), writes: named(writes) };
  const { onLog } = spec;
  const texts = Object.fromEntries(
    [...flags].flatMap(([flag, values]) => (flag in spec.options ? [[flag, values[0] ?? '']] : [])),
  );
  const options = await loaded(spec.options, valuesOf(spec.options, texts), (path) => nodeFiles.readText(path));
  const outputs = outputsOf(
    onLog.outputs(options),
    (flags.get('to') ?? []).filter((address) => topicIn(address) !== undefined),
  );
  return { name, reads: inputsOf(onLog, options, reads[0] ?? ''), writes: [...outputs.values()] };
}

/** Flags with their values. */
function flagsIn(words: readonly string[]): Map<string, string[]> {
  const flags = new Map<string, string[]>();
  for (const [at, word] of words.entries()) {
    const [, name, value] = /^--([a-z0-9-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name !== undefined) flags.set(name, [...(flags.get(name) ?? []), value ?? words[at + 1] ?? '']);
  }
  return flags;
}

/** The topics in addresses, '' where the contract's is meant. */
function topicsIn(addresses: readonly string[] = []): string[] {
  return addresses.flatMap((address) => topicIn(address) ?? []);
}

function named(topics: readonly string[]): string[] {
  return topics.filter((topic) => topic !== '');
}

/** A line for each stage. */
export function flowText(steps: readonly FlowStep[]): string {
  const reads = steps.map((step) => step.reads.join(', ') || '-');
  const width = (texts: readonly string[]): number => Math.max(...texts.map(({ length }) => length));
  const [first, second] = [width(reads), width(steps.map(({ name }) => name))];
  return steps
    .map(
      ({ name, writes }, at) =>
        `${(reads[at] as string).padEnd(first)}  ->  ${name.padEnd(second)}  ->  ${writes.join(', ') || '-'}\n`,
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
