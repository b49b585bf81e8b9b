import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownAddresses } from '../../src/lib/ops/addresses.js';
import { nativeKafka } from '../../src/lib/ops/native/kafka.js';
import { startService, stopService } from '../../src/lib/ops/native/service.js';
import { writeFiles } from '../../src/lib/ops/render/index.js';
import { openStack } from '../../src/lib/ops/stack.js';
import type { Log } from '../../src/lib/runtime/log.js';
import type { KafkaAddress } from '../../src/lib/transports/kafka/address.js';
import { ownStackFolder, writeStackConfig } from './stack.js';

const silent: Log = { info: () => undefined, warn: () => undefined };

/** A broker of a test file's own. */
export interface OwnKafka {
  readonly address: KafkaAddress;
  /** As in KAFKA_BROKERS. */
  readonly brokers: string;
  /** Where it keeps its topics: a folder for each partition. */
  readonly data: string;
  stop(): Promise<void>;
}

/** Starts a broker with settings besides those of every stack. */
export async function startOwnKafka(name: string, settings: Readonly<Record<string, string>>): Promise<OwnKafka> {
  const stack = openStack(await writeStackConfig(ownStackFolder(name)));
  writeFiles(stack);
  const lines = Object.entries(settings).map(([setting, value]) => `${setting}=${value}\n`);
  appendFileSync(join(stack.generated, 'server.properties'), lines.join(''));
  const service = nativeKafka(stack, silent);
  await startService(stack, service, silent);
  const address = ownAddresses(stack).kafka;
  return {
    address,
    brokers: address.brokers.join(','),
    data: join(stack.folder, 'kafka'),
    stop: async () => {
      await stopService(stack, service);
    },
  };
}
