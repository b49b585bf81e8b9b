import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import type { StackConfig } from '../../src/lib/core/model/configs.js';
import { ownAddresses } from '../../src/lib/ops/addresses.js';
import { freePorts } from '../../src/lib/ops/process/port.js';
import { openStack } from '../../src/lib/ops/stack.js';
import type { KafkaAddress } from '../../src/lib/transports/kafka/address.js';
import { ROOT, shell } from './cli.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Configuration of the stack that all tests of a run share; see test/setup/stack.ts. */
    sharedStack: string;
  }
}

/** Why Kafka cannot run here; undefined where it can. */
export const NO_STACK: string | undefined = ['java', 'mvn']
  .filter((tool) => spawnSync(tool, ['-version'], { stdio: 'ignore' }).error !== undefined)
  .map((tool) => `${tool} is not installed`)[0];
if (NO_STACK !== undefined) console.warn(`tests with Kafka and Postgres are skipped: ${NO_STACK}`);

/** Where the tests keep stacks. Inside the checkout: as root, Postgres runs as nobody, who cannot enter the folders of /tmp. */
export const TEST_STACKS = join(ROOT, 'runs/test/stacks');

/** Where a test's services answer. */
export interface Services {
  readonly kafka: KafkaAddress;
  /** As in KAFKA_BROKERS. */
  readonly brokers: string;
  readonly databaseUrl: string;
}

/** Writes the configuration of a stack on free ports with its data beside it, and gives its path. */
export async function writeStackConfig(folder: string, changes: Partial<StackConfig> = {}): Promise<string> {
  const [port = 0, controllerPort = 0, databasePort = 0] = await freePorts(3);
  const config: StackConfig = {
    name: 'qf-test',
    folder: 'stack',
    min_free_mb: 1,
    kafka: { version: '4.1.2', port, controller_port: controllerPort, heap_mb: 512 },
    postgres: { version: '18.4', port: databasePort, user: 'qf', database: 'qf' },
    topic_settings: { stream: { 'cleanup.policy': 'delete' } },
    topics: [],
    stages: [],
    ...changes,
  };
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'stack.json');
  writeFileSync(path, JSON.stringify(config, undefined, 2));
  return path;
}

/** A folder for a stack of a test file's own, which is ended and deleted behind the run whatever the test does. */
export function ownStackFolder(name: string): string {
  return join(dirname(inject('sharedStack')), '..', name);
}

/** Starts the broker and the database that all tests of this run share, where no other test has. They end with the run. */
export async function sharedServices(): Promise<Services> {
  const config = inject('sharedStack');
  const { exitCode, stderr } = await shell(`qf up --runtime native --only infra --config '${config}'`);
  if (exitCode !== 0) throw new Error(`the shared stack did not start: ${stderr}`);
  const { kafka, databaseUrl } = ownAddresses(openStack(config));
  return { kafka, brokers: kafka.brokers.join(','), databaseUrl };
}
