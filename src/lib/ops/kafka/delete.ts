import type { KafkaAddress } from '../../transports/kafka/address.js';
import { QfError } from '../../runtime/errors.js';
import { poll } from '../process/poll.js';
import { withAdmin } from './admin.js';

const LIST_MS = 10_000;
const CHANGE_MS = 60_000;
const GONE_MS = 30_000;

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
  await withAdmin(address, CHANGE_MS, async (admin) => {
    if (topics.length > 0) await admin.deleteTopics({ topics: [...topics], timeout: GONE_MS });
    if (groups.length > 0) await admin.deleteGroups([...groups]);
    const areGone = async (): Promise<boolean> => {
      const left = new Set(await admin.listTopics());
      return !topics.some((name) => left.has(name));
    };
    if (!(await poll(areGone, GONE_MS)))
      throw new QfError('unavailable', 'the broker has not deleted the topics: see qf logs kafka');
  });
}
