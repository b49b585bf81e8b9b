import { QfError } from '../runtime/errors.js';
import type { Implementation } from './implementation.js';
import { TOPICS } from './run-topics.js';
import type { Stage } from './sides.js';

/** The stages from bars of minutes to fills, on topics of a run, where an implementation does not have its own. */
const USUAL_PAPER: readonly string[] = [
  'pairs watch --config "$PERF_PAIRS" --from "kafka:${PERF_OUTPUT}bars.3m,${PERF_OUTPUT}bars.5m,${PERF_OUTPUT}bars.15m"',
  'pairs exec --from "kafka:${PERF_OUTPUT}pairs.signals"',
  'risk size --from "kafka:${PERF_OUTPUT}orders"',
  'risk guard --from "kafka:${PERF_OUTPUT}orders.sized"',
  'paper match --from "kafka:${PERF_OUTPUT}orders.allowed"',
].map((stage) => `qf ${stage} --to "kafka:\${PERF_OUTPUT}{}" --group "$PERF_GROUP" $PERF_UNTIL`);

/** The commands of a stage on Kafka, in the order of what they read. Throws a usage error where the implementation has none. */
export function commandsOnKafka({ name, kafka }: Implementation, stage: Stage): readonly string[] {
  if (kafka === undefined) throw new QfError('usage', `the implementation ${name} has no commands for Kafka`);
  const { ingest, bars1s, baragg, paper } = kafka;
  const behind = `export PERF_INPUT="\${PERF_OUTPUT}${TOPICS.bars.join()}"; ${baragg}`;
  const commands: Partial<Record<Stage, readonly string[]>> = {
    ...(ingest === undefined ? {} : { ingest: [ingest] }),
    bars1s: [bars1s],
    baragg: [baragg],
    pipeline: [bars1s, behind],
    'paper-flow': [bars1s, behind, ...(paper === undefined ? USUAL_PAPER : [paper])],
  };
  const own = commands[stage];
  if (own === undefined) throw new QfError('usage', `the implementation ${name} has no ${stage} for Kafka`);
  return own;
}

/** How many of them are in a consumer group: the usual stages of the paper flow are in none. */
export function groupsOf(commands: readonly string[]): number {
  return commands.filter((command) => !USUAL_PAPER.includes(command)).length;
}

/** Each to the end of its input, behind the one before. */
export function oneByOne(commands: readonly string[]): string {
  return commands.length === 1 ? commands.join() : commands.map((command) => `( ${command} )`).join(' && ');
}

/**
 * All at the same time, in bash, until their process group is asked to end by SIGTERM, or until one of them ends: then the others are asked
 * to, and the exit code is that of the first one. All of them are waited for, so that what they took is counted.
 */
export function together(commands: readonly string[]): string {
  if (commands.length === 1) return commands.join();
  const started = commands.map((command) => `( trap : TERM; ${command} ) &`).join(' ');
  return `trap 'asked=1' TERM; ${started} wait -n; status=$?; [ -n "$asked" ] || kill -TERM 0; wait; exit $status`;
}
