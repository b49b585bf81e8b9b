import { systemClock } from '../runtime/clock.js';
import { QfError } from '../runtime/errors.js';
import type { TransformSpec } from '../runtime/stage.js';
import type { Source } from '../runtime/transport.js';
import { openSource, PG_FORM, topicIn } from '../transports/address.js';
import type { Invocation } from './invocation.js';
import { databaseIn, kafkaIn } from './surroundings.js';

/** Whether a view reads what a table of the database holds. */
export function readsPg(spec: TransformSpec): boolean {
  return spec.kind === 'view' && spec.consumes.includes('fill');
}

/** Where the lines of a pipe's stage come from; a view also looks at a topic, up to what is there now, and at fills in Postgres. */
export async function sourceOf(spec: TransformSpec, { from, env }: Invocation): Promise<Source<Buffer>> {
  const topic = topicIn(from);
  if (topic === '') throw new QfError('usage', `--from ${from}: say which topic, as in --from kafka:fills`);
  // Clients of services are loaded only where they are used.
  if (topic !== undefined) {
    const { topicLines } = await import('../ops/kafka/tail.js');
    const address = await kafkaIn(env);
    return { batches: (stop) => topicLines(address, topic, stop) };
  }
  if (from === PG_FORM && readsPg(spec)) {
    const { fillsSource } = await import('../transports/postgres/fills-source.js');
    return fillsSource({ ...(await databaseIn(env)), clock: systemClock });
  }
  return openSource(from);
}
