import type { Admin } from 'kafkajs';
import type { KafkaAddress } from '../../transports/kafka/address.js';
import { kafkajs } from '../../transports/kafka/kafkajs.js';
import { poll } from '../process/poll.js';
import { withAdmin } from './admin.js';

/** What stands before the topic in the name of a stage's consumer group: the group and the stage. */
const OWN_PREFIX = /^[\w-]+\.[\w-]+\.$/;

/** How long a broker that has just started may still load what it knows of groups. */
const LOAD_MS = 3000;

/** How far the tasks of a stage are behind the end of their input. */
export interface GroupLag {
  /** `<group>.<stage>.<topic>`. */
  readonly group: string;
  readonly topic: string;
  readonly records: number;
}

/** The lag of all stages that read one of these topics now, whoever has started them. */
export async function readLags(address: KafkaAddress, topics: readonly string[], limit_ms: number): Promise<GroupLag[]> {
  return withAdmin(address, limit_ms, async (admin) => {
    const groups = await groupsThatWork(admin, topics);
    return Promise.all(groups.map(async (group) => ({ ...group, records: await lagOf(admin, group) })));
  });
}

type Group = Omit<GroupLag, 'records'>;

/** Groups of stages that have members now. */
async function groupsThatWork(admin: Admin, topics: readonly string[]): Promise<Group[]> {
  const { groups } = await loaded(() => admin.listGroups());
  const own = groups.flatMap(({ groupId: group }) => {
    const topic = topics.find((name) => group.endsWith(`.${name}`) && OWN_PREFIX.test(group.slice(0, -name.length)));
    return topic === undefined ? [] : [{ group, topic }];
  });
  if (own.length === 0) return [];
  const described = await admin.describeGroups(own.map(({ group }) => group));
  return own.filter(({ group }) => described.groups.some(({ groupId, members }) => groupId === group && members.length > 0));
}

/** What was never told counts as not read. */
async function lagOf(admin: Admin, { group, topic }: Group): Promise<number> {
  const ends = await admin.fetchTopicOffsets(topic);
  const [read] = await loaded(() => admin.fetchOffsets({ groupId: group, topics: [topic] }));
  const offsets = new Map(read?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
  return ends
    .map(({ partition, low, high }) => Number(high) - Math.max(offsets.get(partition) ?? 0, Number(low)))
    .reduce((sum, records) => sum + Math.max(0, records), 0);
}

async function loaded<T>(ask: () => Promise<T>): Promise<T> {
  let answer = ask();
  await poll(async () => {
    try {
      await answer;
      return true;
    } catch (error) {
      if (!(error instanceof kafkajs().KafkaJSError && error.retriable)) return true;
      answer = ask();
      return false;
    }
  }, LOAD_MS);
  return answer;
}
