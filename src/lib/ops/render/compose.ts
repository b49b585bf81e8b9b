import { stringify } from 'yaml';
import type { StackConfig } from '../../core/model/configs.js';
import { LOOPBACK } from '../stack.js';
import { brokerSettings } from './kafka.js';

const HEALTH_TIMES = { interval: '2s', timeout: '10s', retries: 30 };

/** The stack as containers: official images, named volumes, ports of this machine only. */
export function renderCompose(config: StackConfig): string {
  const compose = {
    name: config.name,
    services: { kafka: kafkaService(config), postgres: postgresService(config) },
    volumes: { kafka: {}, postgres: {} },
  };
  return `# Generated from stack.json by \`qf config render\`. Do not edit.\n${stringify(compose, { lineWidth: 0 })}`;
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
