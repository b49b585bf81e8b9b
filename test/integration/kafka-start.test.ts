import { beforeAll, describe, expect, it } from 'vitest';
import { readTopics } from '../../src/lib/ops/kafka/topics.js';
import { systemClock } from '../../src/lib/runtime/clock.js';
import type { Cluster } from '../../src/lib/transports/kafka/cluster.js';
import { ensureStateTopic } from '../../src/lib/transports/kafka/ensure-state-topic.js';
import { readSendLimits } from '../../src/lib/transports/kafka/send-limits.js';
import { countPartitions, describeTopic, topicNow } from '../../src/lib/transports/kafka/topics.js';
import { TestTopics } from '../support/kafka.js';
import { NO_STACK, sharedServices } from '../support/stack.js';

const READ_MS = 30_000;

describe.skipIf(NO_STACK !== undefined)('what a stage asks the brokers when it starts', () => {
  let cluster: Cluster;
  let topics: TestTopics;

  beforeAll(async () => {
    const { kafka } = await sharedServices();
    cluster = { address: kafka, clock: systemClock };
    topics = new TestTopics(kafka, 3);
    await topics.create(['ticks'], [], { 'max.message.bytes': '2000' });
  });

  it('where each partition ends', async () => {
    await topics.write('ticks', 0, ['a', 'b']);
    await topics.write('ticks', 2, ['c']);
    const { topicId, ends } = await topicNow(cluster, topics.name('ticks'));
    // Behind the records of a transaction stands its marker.
    expect(ends).toEqual([3n, 0n, 2n]);
    expect(await describeTopic(cluster, topics.name('ticks'))).toEqual({ topicId, partitions: 3 });
  });

  it('how many partitions topics have, and which is not there', async () => {
    const [own, missing] = [topics.name('ticks'), topics.name('nothing')];
    expect(await countPartitions(cluster, [own])).toEqual(new Map([[own, 3]]));
    await expect(countPartitions(cluster, [own, missing])).rejects.toMatchObject({
      code: 'usage',
      message: `${missing}/0: there is no such topic or partition: qf topics create`,
    });
  });

  it('what a topic takes at once; nothing is said of one that is not there', async () => {
    expect(await readSendLimits(cluster, [topics.name('ticks')])).toEqual(new Map([[topics.name('ticks'), 2000]]));
    expect(await readSendLimits(cluster, [topics.name('ticks'), topics.name('nothing')])).toEqual(new Map());
  });

  it('that there is a compacted topic for its state, which several processes may make at once', async () => {
    const state = topics.name('state');
    await Promise.all(Array.from({ length: 4 }, () => ensureStateTopic(cluster, state, 3)));
    await ensureStateTopic(cluster, state, 3);
    expect(await countPartitions(cluster, [state])).toEqual(new Map([[state, 3]]));
    const { ownSettings } = (await readTopics(cluster.address, [state], READ_MS)).get(state) ?? {};
    expect(ownSettings?.get('cleanup.policy')).toBe('compact');
  });
});
