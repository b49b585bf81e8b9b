import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StackConfig } from '../core/model/configs.js';
import { parseConfig } from '../formats/config-file.js';
import { messageOf, QfError } from '../runtime/errors.js';
import { type Endpoint, readEndpoints } from './endpoints.js';
import { planTopics, type TopicPlan } from './topic-plan.js';

/** Top of the package: the checkout, or where qf is installed. */
export const PACKAGE_FOLDER = fileURLToPath(new URL('../../../', import.meta.url));

/** The stack that is meant where no other is named. */
export const DEFAULT_CONFIG = join(PACKAGE_FOLDER, 'configs/stack.json');

/** The only address that the stack listens on. */
export const LOOPBACK = '127.0.0.1';

/** A stack as it is configured, with the places where its files are. All paths are absolute. */
export interface Stack {
  readonly config: StackConfig;
  readonly configPath: string;
  readonly topics: readonly TopicPlan[];
  /** Where stages serve their metrics, and tools that run now and then. */
  readonly endpoints: readonly Endpoint[];
  readonly tools: readonly Endpoint[];
  /** Files made from the configuration. */
  readonly generated: string;
  readonly folder: string;
  readonly logs: string;
  /** Records of what runs. */
  readonly run: string;
}

/** Reads a stack's configuration. Throws a usage error where it is missing or wrong. */
export function openStack(path: string): Stack {
  const configPath = resolve(path);
  let text: string;
  try {
    text = readFileSync(configPath, 'utf8');
  } catch (error) {
    throw new QfError('usage', `cannot read the stack's configuration: ${messageOf(error)}`, { cause: error });
  }
  const config = parseConfig(path, text, 'stack');
  const { endpoints, tools } = readEndpoints(dirname(configPath));
  checkNames(path, config, [...endpoints, ...tools]);
  const folder = resolve(dirname(configPath), config.folder);
  return {
    config,
    configPath,
    topics: planTopics(path, config),
    endpoints,
    tools,
    generated: join(dirname(configPath), 'generated'),
    folder,
    logs: join(folder, 'logs'),
    run: join(folder, 'run'),
  };
}

/** Names and ports that must differ. What a schema cannot say. */
function checkNames(path: string, { stages, kafka, postgres }: StackConfig, endpoints: readonly Endpoint[]): void {
  const names = ['kafka', 'postgres', 'supervisor', 'create-topics', 'create-tables', ...stages.map(({ name }) => name)];
  const ports = [kafka.port, kafka.controller_port, postgres.port, ...endpoints.map(({ port }) => port)];
  for (const [what, values] of [
    ['stage or service', names],
    ['port', ports.map(String)],
    ['endpoint of', endpoints.map(({ stage }) => stage)],
  ] as const) {
    const twice = values.find((value, index) => values.indexOf(value) !== index);
    if (twice !== undefined) throw new QfError('usage', `${path}: the ${what} ${twice} is there twice`);
  }
}
