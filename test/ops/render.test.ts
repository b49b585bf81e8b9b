import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderFiles, staleFiles, writeFiles } from '../../src/lib/ops/render/index.js';
import { DEFAULT_CONFIG, openStack } from '../../src/lib/ops/stack.js';
import { ROOT } from '../support/cli.js';
import { temporaryFolder } from '../support/files.js';

interface Service {
  readonly image: string;
  readonly ports: string[];
  readonly healthcheck: object;
  readonly profiles?: string[];
  readonly build?: string;
  readonly command?: string[];
  readonly environment: Record<string, string>;
  readonly depends_on?: Record<string, { readonly condition: string }>;
}

interface Compose {
  readonly services: Record<string, Service>;
}

const folder = temporaryFolder();
const stack = openStack(DEFAULT_CONFIG);
const files = renderFiles(stack);
const textOf = (name: string): string => files.get(name) ?? '';

const HAS_COMPOSE = spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' }).status === 0;
if (!HAS_COMPOSE) console.warn('the compose file is not validated by Docker: the docker on the path has no compose');

describe('the files made from the configuration', () => {
  test('name no path of this machine and nothing but loopback', () => {
    for (const [name, text] of files) {
      expect(text, name).not.toContain(ROOT);
      expect(text, name).not.toMatch(/0\.0\.0\.0|localhost/);
    }
  });

  test('containers have official images of the versions, health checks, and ports of this machine only', () => {
    const { services } = parse(textOf('compose.yaml')) as Compose;
    const started = Object.values(services).filter(({ profiles }) => profiles === undefined);
    expect(started.map(({ image }) => image)).toEqual(['apache/kafka:4.1.2', 'postgres:18.4']);
    for (const { ports, healthcheck } of started) {
      expect(ports[0]).toMatch(/^127\.0\.0\.1:/);
      expect(healthcheck).toHaveProperty('test');
    }
  });

  test('the stages are containers of the Dockerfile, on demand, behind their topics and tables', () => {
    const { services } = parse(textOf('compose.yaml')) as Compose;
    const onDemand = Object.entries(services).filter(([, { profiles }]) => profiles?.includes('stages'));
    const { stages } = stack.config;
    expect(onDemand.map(([name]) => name)).toEqual(['create-topics', 'create-tables', ...stages.map(({ name }) => name)]);
    for (const [name, { build = '' }] of onDemand)
      expect(existsSync(join(stack.generated, build, 'Dockerfile')), name).toBe(true);
    for (const stage of stages) {
      const { command, environment, depends_on } = services[stage.name] ?? expect.unreachable(stage.name);
      expect(['qf', ...(command ?? [])]).toEqual(stage.command);
      expect(Object.keys(depends_on ?? {})).toEqual(['create-topics', 'create-tables']);
      const port = stack.endpoints.find((endpoint) => endpoint.stage === stage.name)?.port;
      const ports = Object.entries(environment).filter(([variable]) => variable.endsWith('_METRICS_PORT'));
      expect(ports.map(([, value]) => value)).toEqual([String(port)]);
      expect(services[stage.name]).toMatchObject({ restart: 'on-failure:10', read_only: true });
      expect(environment).toMatchObject({ KAFKA_BROKERS: '127.0.0.1:9092', ...stage.env });
    }
  });

  test.skipIf(!HAS_COMPOSE)('docker compose accepts the file', () => {
    const path = join(folder, 'compose.yaml');
    writeFileSync(path, textOf('compose.yaml'));
    const { status, stderr } = spawnSync('docker', ['compose', '--file', path, '--profile', 'stages', 'config', '--quiet'], {
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
  });

  test('the broker keeps its data below the folder that it runs in, and creates no topic unasked', () => {
    expect(textOf('server.properties')).toMatch(/^log\.dirs=kafka$/m);
    expect(textOf('server.properties')).toMatch(/^auto\.create\.topics\.enable=false$/m);
    expect(textOf('server.properties')).toMatch(/^listeners=PLAINTEXT:\/\/127\.0\.0\.1:9092,/m);
  });

  test('state topics have the settings of the contract', () => {
    const topics = JSON.parse(textOf('topics.json')) as { name: string; settings: object; partitions: number }[];
    const state = topics.filter(({ name }) => name.startsWith('qf.state.'));
    expect(state.length).toBeGreaterThan(0);
    for (const { settings } of state) {
      expect(settings).toEqual({
        'cleanup.policy': 'compact',
        'segment.bytes': '16777216',
        'segment.ms': '600000',
        'min.cleanable.dirty.ratio': '0.1',
      });
    }
    // Of bars there is a partition for each of the ticks, of one account's orders one, and of refused orders one for each who refuses.
    const ofBars = topics.filter(({ name }) =>
      /^(ticks|bars\.|dlq\.(bars1s|agg|pairs-watch)|qf\.state\.qf\.(bars1s|agg)\.)/.test(name),
    );
    expect(new Set(ofBars.map(({ partitions }) => partitions)).size).toBe(1);
    const ofAccount = topics.filter((topic) => !ofBars.includes(topic));
    expect(ofAccount.filter(({ partitions }) => partitions !== 1).map(({ name }) => name)).toEqual(['orders.rejected']);
  });

  test('those in the repository are current', () => {
    expect(staleFiles(stack)).toEqual([]);
  });

  test('a file that is missing or was changed is stale, and is written anew', () => {
    const own = { ...stack, generated: join(folder, 'generated') };
    expect(staleFiles(own)).toEqual([...files.keys()]);
    writeFiles(own);
    expect(staleFiles(own)).toEqual([]);
    writeFileSync(join(own.generated, '.env'), 'KAFKA_BROKERS=elsewhere\n');
    expect(staleFiles(own)).toEqual(['.env']);
    writeFiles(own);
    expect(readFileSync(join(own.generated, '.env'), 'utf8')).toBe(textOf('.env'));
  });

  test('the Postgres of the container is the one of the package', () => {
    const { optionalDependencies } = createRequire(import.meta.url)(`${ROOT}package.json`) as {
      optionalDependencies: Record<string, string>;
    };
    for (const version of Object.values(optionalDependencies)) expect(version).toMatch(/^18\.4\.0-/);
  });
});
