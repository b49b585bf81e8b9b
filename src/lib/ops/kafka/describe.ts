import { tableOf } from '../../formats/layout.js';
import { QfError } from '../../runtime/errors.js';
import type { KafkaAddress } from '../../transports/kafka/address.js';
import { listTopics, readTopics } from './topics.js';

const ANSWER_MS = 30_000;

/** The named topics, or all, as a table. Throws where a name is unknown. */
export async function describeTopics(address: KafkaAddress, names: readonly string[]): Promise<string> {
  const wanted = names.length === 0 ? await listTopics(address) : names;
  const states = await readTopics(address, wanted, ANSWER_MS);
  const rows = wanted.map((name) => {
    const state = states.get(name);
    if (state === undefined) throw new QfError('usage', `there is no topic ${name}: see qf topics list`);
    const settings = [...state.ownSettings].map(([setting, value]) => `${setting}=${value}`);
    return [name, String(state.partitions), settings.sort().join(' ')];
  });
  return tableOf(['topic', 'partitions', 'settings'], rows, ['topic', 'settings']);
}
