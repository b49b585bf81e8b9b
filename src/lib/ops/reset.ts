import { QfError } from '../runtime/errors.js';
import { type Addresses, addressesOf, type Environment } from './addresses.js';
import { deleteTopicsAndGroups, listGroups } from './kafka/delete.js';
import { createTopics, listTopics } from './kafka/topics.js';
import { INPUT_OF } from './owner-names.js';
import { deletePositions, sinkTables } from './postgres/sink-positions.js';
import { withLock } from './process/lock.js';
import { runningProcess } from './process/record.js';
import type { Stack } from './stack.js';
import { readStages, supervisorPath } from './supervisor/state.js';
import { lockPath } from './up.js';

/** What a reset deletes. */
interface Doomed {
  readonly topics: readonly string[];
  readonly groups: readonly string[];
  readonly positions: Awaited<ReturnType<typeof sinkTables>>;
}

/**
 * Empties the configured topics, and deletes everything that is only true of what was in them: the state of stages, the offsets of
 * consumer groups, and the positions of sinks. Gives a line for each thing; undefined where `confirm` refused. Throws where a stage
 * still runs; nothing is deleted then.
 */
export async function resetTopics(
  stack: Stack,
  env: Environment,
  confirm: (lines: readonly string[]) => Promise<boolean>,
): Promise<string[] | undefined> {
  const addresses = addressesOf(stack, env);
  return withLock(lockPath(stack), async () => {
    refuseRunning(stack);
    const doomed = await findDoomed(stack, addresses);
    const lines = linesOf(stack, doomed);
    if (!(await confirm(lines))) return undefined;
    // Where it ends halfway, sinks store again what they have, and stages see that their topic is another: a second one goes on.
    await deletePositions(addresses.databaseUrl, doomed.positions);
    await deleteTopicsAndGroups(addresses.kafka, doomed.topics, doomed.groups);
    await createTopics(addresses.kafka, stack.topics);
    return lines;
  });
}

function refuseRunning(stack: Stack): void {
  const running = readStages(stack).filter(({ state }) => state === 'running');
  if (runningProcess(supervisorPath(stack)) === undefined && running.length === 0) return;
  throw new QfError('usage', "the stack's stages run: end them with qf down, then start the services with qf up --only infra");
}

async function findDoomed(stack: Stack, { kafka, databaseUrl }: Addresses): Promise<Doomed> {
  const configured = new Set(stack.topics.map(({ name }) => name));
  const isOurs = (input: string | undefined): boolean => input !== undefined && configured.has(input);
  const groups = await listGroups(kafka, (id) => isOurs(INPUT_OF.group(id)));
  const busy = groups.filter(({ members }) => members > 0);
  if (busy.length > 0)
    throw new QfError(
      'usage',
      `end these first: ${busy.map(({ id, members }) => `${members} processes of the group ${id}`).join(', ')}`,
    );
  const existing = await listTopics(kafka);
  return {
    topics: existing.filter((name) => configured.has(name) || isOurs(INPUT_OF.stateTopic(name))),
    groups: groups.map(({ id }) => id),
    positions: await sinkTables(databaseUrl, (task) => isOurs(INPUT_OF.task(task))),
  };
}

function linesOf(stack: Stack, { topics, groups, positions }: Doomed): string[] {
  const configured = stack.topics.map(({ name }) => name);
  return [
    ...configured.map((name) => `${topics.includes(name) ? 'emptied' : 'created'}\ttopic\t${name}`),
    ...topics.filter((name) => !configured.includes(name)).map((name) => `deleted\ttopic\t${name}`),
    ...groups.map((id) => `deleted\tgroup\t${id}`),
    ...positions.flatMap(({ name, tasks }) => tasks.map((task) => `deleted\t${name}\t${task}`)),
  ];
}
