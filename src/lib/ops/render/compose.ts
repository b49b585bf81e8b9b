import { relative } from 'node:path';
import { stringify } from 'yaml';
import type { Stage, StackConfig } from '../../core/model/configs.js';
import { LOOPBACK, PACKAGE_FOLDER, type Stack } from '../stack.js';
import { environmentOf, STAGE_STOP_MS } from '../stage-process.js';
import { MAX_FAILURES } from '../supervisor/supervise.js';
import { brokerSettings } from './kafka.js';

const HEALTH_TIMES = { interval: '2s', timeout: '10s', retries: 30 };

/** The profile of what is started only on demand: the stages, and what makes their topics and tables. */
const STAGES = 'stages';

/** The stack as containers: official images, named volumes, ports of this machine only. The stages are in a profile of their own. */
export function renderCompose(stack: Stack): string {
  const { config } = stack;
  const stages = config.stages.filter(({ command: [program] }) => program === 'qf');
  const compose = {
    name: config.name,
    services: {
      kafka: kafkaService(config),
      postgres: postgresService(config),
      ...setupServices(stack),
      ...Object.fromEntries(stages.map((stage) => [stage.name, stageService(stack, stage)])),
    },
    volumes: { kafka: {}, postgres: {} },
  };
  return `# Generated from stack.json by \`qf config render\`. Do not edit.\n${stringify(compose, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

/** What makes the topics and the tables, once, before the stages. */
function setupServices(stack: Stack): Record<string, object> {
  const kafka = { kafka: { condition: 'service_healthy' } };
  const postgres = { postgres: { condition: 'service_healthy' } };
  return {
    'create-topics': { ...qfService(stack, { name: 'create-topics', command: ['qf', 'topics', 'create'] }), depends_on: kafka },
    'create-tables': { ...qfService(stack, { name: 'create-tables', command: ['qf', 'db', 'migrate'] }), depends_on: postgres },
  };
}

/** A stage behind both of them. When it ends with an error it is started again, as often as in the native stack and no more. */
function stageService(stack: Stack, stage: Stage): object {
  const done = { condition: 'service_completed_successfully' };
  return {
    ...qfService(stack, stage),
    restart: `on-failure:${MAX_FAILURES}`,
    stop_grace_period: `${STAGE_STOP_MS / 1000}s`,
    depends_on: { 'create-topics': done, 'create-tables': done },
  };
}

/** A command of qf in the image of this checkout, on the host's network, where the broker and the database are. */
function qfService(stack: Stack, stage: Stage): object {
  return {
    profiles: [STAGES],
    image: 'qf',
    build: relative(stack.generated, PACKAGE_FOLDER),
    network_mode: 'host',
    read_only: true,
    environment: environmentOf(stack, stage, {}),
    command: stage.command.slice(1),
  };
}

function kafkaService(config: StackConfig): object {
  const { version, port, controller_port, heap_mb } = config.kafka;
  const settings = {
    ...brokerSettings(config),
    // Inside the container; docker publishes the first one on loopback.
    listeners: `PLAINTEXT://:${port},CONTROLLER://${LOOPBACK}:${controller_port}`,
    'log.dirs': '/var/lib/kafka/data',
  };
  return {
    image: `apache/kafka:${version}`,
    environment: {
      ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [variableOf(name), value])),
      KAFKA_HEAP_OPTS: `-Xmx${heap_mb}m`,
    },
    ports: [`${LOOPBACK}:${port}:${port}`],
    volumes: ['kafka:/var/lib/kafka/data'],
    healthcheck: {
      test: ['CMD', '/opt/kafka/bin/kafka-broker-api-versions.sh', '--bootstrap-server', `${LOOPBACK}:${port}`],
      ...HEALTH_TIMES,
    },
  };
}

function postgresService({ postgres: { version, port, user, database } }: StackConfig): object {
  return {
    image: `postgres:${version}`,
    environment: { POSTGRES_USER: user, POSTGRES_DB: database, POSTGRES_HOST_AUTH_METHOD: 'trust' },
    ports: [`${LOOPBACK}:${port}:5432`],
    // From 18 on, the image keeps its data in a folder for each version below this one.
    volumes: ['postgres:/var/lib/postgresql'],
    healthcheck: { test: ['CMD', 'pg_isready', '-U', user, '-d', database], ...HEALTH_TIMES },
  };
}

/** How the image takes a broker setting from the environment. */
function variableOf(setting: string): string {
  return `KAFKA_${setting.toUpperCase().replaceAll('.', '_')}`;
}
