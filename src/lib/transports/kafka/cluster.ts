import type { Clock } from '../../runtime/clock.js';
import { QfError } from '../../runtime/errors.js';
import type { KafkaAddress } from './address.js';
import { Brokers } from './brokers.js';

/** Leaders move, a topic that was just made has none yet, and brokers restart: how often is asked again, and how far apart. */
const MAX_ATTEMPTS = 20;
const RETRY_MS = 250;

export interface Cluster {
  readonly address: KafkaAddress;
  readonly clock: Clock;
}

/** Asks brokers, again where a repetition may mend it. Throws `unavailable` where none answers; `what` stands before the reason. */
export function askBrokers<T>({ address, clock }: Cluster, what: string, request: (brokers: Brokers) => Promise<T>): Promise<T> {
  return untilAnswered(clock, async () => {
    const brokers = new Brokers(address);
    try {
      return await request(brokers);
    } catch (error) {
      throw brokers.errorOf(error, what);
    } finally {
      await brokers.close();
    }
  });
}

/** Does something again while it throws `unavailable`. */
export async function untilAnswered<T>(clock: Clock, attempt: () => Promise<T>): Promise<T> {
  for (let made = 1; ; made++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof QfError) || error.code !== 'unavailable' || made >= MAX_ATTEMPTS) throw error;
      await clock.waitUntil(clock.now_ms() + RETRY_MS, new AbortController().signal);
    }
  }
}
