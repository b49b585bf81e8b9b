import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImplementationConfig } from '../core/model/configs.js';
import { parseConfig } from '../formats/config-file.js';
import { QfError } from '../runtime/errors.js';

/** One implementation of the stages that are compared. */
export type Implementation = Omit<ImplementationConfig, '$schema'>;

/** Environment variables that replace a stage's command. */
const REPLACEMENTS = { ingest: 'INGEST_CMD', bars1s: 'BARS1S_CMD', baragg: 'BARAGG_CMD' } as const;

/**
 * An implementation by the name of a file in `folder`, or by a path, which has a slash or ends in `.json`. Throws a usage error where
 * there is none, or it is wrong.
 */
export function readImplementation(folder: string, name: string): Implementation {
  const isPath = name.includes('/') || name.endsWith('.json');
  const path = isPath ? name : join(folder, `${name}.json`);
  if (!existsSync(path)) throw new QfError('usage', `there is no implementation ${name}: ${path} is missing`);
  return parseConfig(path, readFileSync(path, 'utf8'), 'implementation');
}

/** The implementation with the commands that the environment names in the place of its own. They are for whichever transport is asked for. */
export function withReplacements(own: Implementation, env: Readonly<Record<string, string | undefined>>): Implementation {
  const given = Object.entries(REPLACEMENTS).flatMap(([stage, variable]): [string, string][] => {
    const command = env[variable] ?? '';
    return command === '' ? [] : [[stage, command]];
  });
  if (given.length === 0) return own;
  const names = given.map(([stage]) => REPLACEMENTS[stage as keyof typeof REPLACEMENTS]).join(', ');
  const commands = Object.fromEntries(given);
  const kafka = own.kafka === undefined ? {} : { kafka: { ...own.kafka, ...commands } };
  // A command that takes the place of another does not say as that one that it is ready.
  const ports = Object.fromEntries(Object.entries(own.ready?.ports ?? {}).filter(([stage]) => !(stage in commands)));
  const ready = own.ready === undefined ? {} : { ready: { ...own.ready, ports } };
  return { ...own, ...ready, summary: `${own.summary}, with ${names}`, stages: { ...own.stages, ...commands }, ...kafka };
}
