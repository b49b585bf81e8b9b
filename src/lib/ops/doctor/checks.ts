import { statfs } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Addresses } from '../addresses.js';
import { askBroker } from '../kafka/api-versions.js';
import { jarFolder, javaVersion, mavenVersion } from '../kafka/jars.js';
import { readTopics } from '../kafka/topics.js';
import { postgresPrograms } from '../native/postgres.js';
import { clockDifference_ms, postgresVersion } from '../postgres/database.js';
import { tableDrifts } from '../postgres/drift.js';
import { migrationStates, type SchemaAddress } from '../postgres/migrate.js';
import { isPortFree } from '../process/port.js';
import { hasDocker } from '../runtime/docker.js';
import type { Runtime } from '../runtime/runtime.js';
import type { Stack } from '../stack.js';
import { type Check, fail, type Finding, ok } from './finding.js';
import {
  judgeBroker,
  judgeClock,
  judgeCopartitions,
  judgeDisk,
  judgeMigrations,
  judgeNode,
  judgePort,
  judgeTables,
  judgeTopics,
} from './judge.js';
import { stageChecks } from './stage-checks.js';

/** How long a service may take to answer; less than a check may take, so that the service is named. */
const ANSWER_MS = 5000;

const BYTES_PER_MB = 2 ** 20;

/** Everything that is looked at, in the order in which one thing needs the other. */
export function checksOf(stack: Stack, runtime: Runtime, { kafka, databaseUrl }: Addresses, schema: string): Check[] {
  const mend = runtime.name === 'external' ? 'start it, or correct KAFKA_BROKERS and DATABASE_URL' : 'qf up --only infra';
  return [
    { name: 'node', mend: 'install Node', run: () => Promise.resolve([judgeNode(process.versions.node)]) },
    ...toolChecks(stack, runtime),
    ...(runtime.name === 'external' ? [] : [portCheck(stack, runtime)]),
    {
      name: 'broker',
      mend,
      run: () =>
        Promise.all(
          kafka.brokers.map(async (broker) => judgeBroker(broker, (await askBroker(broker, ANSWER_MS, kafka.tls)).metadataLevel)),
        ),
    },
    {
      name: 'topics',
      mend,
      async run() {
        const names = stack.topics.map(({ name }) => name);
        const states = await readTopics(kafka, names, ANSWER_MS);
        return [...judgeTopics(stack.topics, states), ...judgeCopartitions(stack.topics, states)];
      },
    },
    {
      name: 'database',
      mend,
      run: async () => [ok('database', `Postgres ${await postgresVersion(databaseUrl, ANSWER_MS)} answers`)],
    },
    { name: 'migrations', mend, run: () => schemaFindings({ url: databaseUrl, schema, limit_ms: ANSWER_MS }) },
    ...stageChecks(stack, kafka, mend),
    { name: 'disk', mend: 'make the folder readable', run: () => diskFindings(stack) },
    { name: 'clock', mend, run: async () => [judgeClock(await clockDifference_ms(databaseUrl, ANSWER_MS))] },
  ];
}

/** The programs that start the services. */
function toolChecks(stack: Stack, { name }: Runtime): Check[] {
  if (name === 'external') return [];
  if (name === 'docker') {
    const mend = 'start the Docker engine, or use --runtime native';
    return [
      {
        name: 'docker',
        mend,
        run: async () => [
          (await hasDocker())
            ? ok('docker', 'the engine answers, with compose')
            : fail('docker', 'the engine does not answer, or has no compose', mend),
        ],
      },
    ];
  }
  return [
    { name: 'java', mend: 'install Java', run: async () => [ok('java', `Java ${await javaVersion()}`)] },
    {
      name: 'maven',
      mend: 'install Maven',
      run: async () => [
        existsSync(jarFolder(stack))
          ? ok('maven', `not needed: the jars of Kafka ${stack.config.kafka.version} are there`)
          : ok('maven', `Maven ${await mavenVersion()}`),
      ],
    },
    {
      name: 'postgres',
      mend: 'npm install --include=optional',
      run: async () => {
        await postgresPrograms();
        return [ok('postgres', 'its programs are installed')];
      },
    },
  ];
}

function portCheck(stack: Stack, runtime: Runtime): Check {
  return {
    name: 'ports',
    mend: 'qf ps',
    async run() {
      const services = await runtime.services();
      return Promise.all(
        services.map(async ({ name, port = 0, state }) => judgePort(name, port, await isPortFree(port), state === 'running')),
      );
    },
  };
}

/** Tables that are still to be made need not be looked at. */
async function schemaFindings(address: SchemaAddress & { readonly limit_ms: number }): Promise<Finding[]> {
  const { schema } = address;
  const migrations = judgeMigrations(schema, await migrationStates(address));
  if (migrations.some(({ status }) => status !== 'ok')) return migrations;
  return [...migrations, ...judgeTables(schema, await tableDrifts(address))];
}

async function diskFindings({ folder, config }: Stack): Promise<Finding[]> {
  let existing = folder;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize } = await statfs(existing);
  return [judgeDisk(existing, (bavail * bsize) / BYTES_PER_MB, config.min_free_mb)];
}
