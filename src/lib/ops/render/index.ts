import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownAddresses } from '../addresses.js';
import { writeError } from '../../transports/write-error.js';
import type { Stack } from '../stack.js';
import { renderCompose } from './compose.js';
import { renderLogging, renderPom, renderServerProperties } from './kafka.js';
import { renderAlerts, renderPrometheus, renderTargets } from './prometheus.js';

/** The files that are made from a stack's configuration, by name. */
export function renderFiles(stack: Stack): ReadonlyMap<string, string> {
  const { config, topics } = stack;
  return new Map([
    ['.env', renderEnvironment(stack)],
    ['compose.yaml', renderCompose(stack)],
    ['log4j2.properties', renderLogging()],
    ['pom.xml', renderPom(config)],
    ['prometheus-alerts.yml', renderAlerts()],
    ['prometheus-targets.json', renderTargets(stack)],
    ['prometheus.yml', renderPrometheus()],
    ['server.properties', renderServerProperties(config)],
    ['topics.json', `${JSON.stringify(topics, undefined, 2)}\n`],
  ]);
}

/** Writes the files into the folder `generated` beside the configuration. Throws `io`. */
export function writeFiles(stack: Stack): void {
  mkdirSync(stack.generated, { recursive: true });
  for (const [name, text] of renderFiles(stack)) {
    const path = join(stack.generated, name);
    try {
      writeFileSync(path, text);
    } catch (error) {
      throw writeError(path, error);
    }
  }
}

/** Names of the files that are missing or differ from what the configuration says. */
export function staleFiles(stack: Stack): string[] {
  return [...renderFiles(stack)].filter(([name, text]) => textOf(join(stack.generated, name)) !== text).map(([name]) => name);
}

function renderEnvironment(stack: Stack): string {
  const { kafka, databaseUrl } = ownAddresses(stack);
  return `# Generated from stack.json by \`qf config render\`. Do not edit.
KAFKA_BROKERS=${kafka.brokers.join(',')}
DATABASE_URL=${databaseUrl}
`;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
