import type { Admin } from 'kafkajs';
import type { KafkaAddress } from '../../transports/kafka/address.js';
import { QfError } from '../../runtime/errors.js';
import { protocolErrorOf } from '../../transports/kafka/kafkajs.js';
import { poll } from '../process/poll.js';
import { withAdmin } from './admin.js';

const LIST_MS = 10_000;
const CHANGE_MS = 60_000;
const GONE_MS = 30_000;
const PASSING: ReadonlySet<string> = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'REQUEST_TIMED_OUT']);

/** A consumer group. */
export interface GroupState {
  readonly id: string;
  readonly members: number;
}

/** The consumer groups that are meant, in order. */
export async function listGroups(address: KafkaAddress, isMeant: (id: string) => boolean): Promise<GroupState[]> {
  return withAdmin(address, LIST_MS, async (admin) => {
    const { groups } = await admin.listGroups();
    const ids = groups.map(({ groupId }) => groupId).filter(isMeant);
    if (ids.length === 0) return [];
    const described = await admin.describeGroups(ids.sort());
    return described.groups.map(({ groupId, members }) => ({ id: groupId, members: members.length }));
  });
}

/** Deletes topics with all their records, and consumer groups with their offsets; returns when the topics are gone. */
export async function deleteTopicsAndGroups(
  address: KafkaAddress,
  topics: readonly string[],
  groups: readonly string[],
): Promise<void> {
  const doomed = new Set(topics);
  await withAdmin(address, CHANGE_MS, async (admin) => {
    await deleteTopics(admin, (name) => doomed.has(name));
    if (groups.length > 0) await admin.deleteGroups([...groups]);
  });
}

/** Deletes topics with all their records; returns when the broker lists none that is meant. */
export async function deleteTopics(admin: Admin, isMeant: (name: string) => boolean): Promise<void> {
  const areGone = async (): Promise<boolean> => {
    const topics = (await admin.listTopics()).filter(isMeant);
    if (topics.length === 0) return true;
    await admin.deleteTopics({ topics }).catch(throwUnlessPassing);
    return false;
  };
  if (!(await poll(areGone, GONE_MS)))
    throw new QfError('unavailable', 'the broker has not deleted the topics: see qf logs kafka');
}

/** A broker lists topics for a moment that are gone, and goes on with a request that took it too long. */
function throwUnlessPassing(error: unknown): void {
  if (!PASSING.has(protocolErrorOf(error))) throw error;
}
