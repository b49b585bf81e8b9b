import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { QfError } from '../../runtime/errors.js';
import { areExternal, type Environment } from '../addresses.js';
import { readRecord, writeRecord } from '../process/record.js';
import type { Stack } from '../stack.js';
import { dockerRuntime, hasDocker } from './docker.js';
import { externalRuntime } from './external.js';
import { nativeRuntime } from './native.js';
import { type Runtime, type RuntimeName, RUNTIMES } from './runtime.js';

interface StackRecord {
  readonly runtime: RuntimeName;
}

/** The runtime that the stack was started with; where it was not, the one that it would be started with. */
export async function currentRuntime(stack: Stack, env: Environment): Promise<Runtime> {
  return runtimeOf(stack, env, startedWith(stack) ?? (await defaultRuntime(stack, env)));
}

/** The runtime to start with. Throws where the stack was started with another one that still counts. */
export async function chooseRuntime(stack: Stack, env: Environment, wanted: RuntimeName | undefined): Promise<Runtime> {
  const started = startedWith(stack);
  if (wanted !== undefined && started !== undefined && wanted !== started)
    throw new QfError('usage', `the stack was started with --runtime ${started}: run qf down first`);
  return runtimeOf(stack, env, started ?? wanted ?? (await defaultRuntime(stack, env)));
}

export function rememberRuntime(stack: Stack, { name }: Runtime): void {
  writeRecord(pathIn(stack), { runtime: name } satisfies StackRecord);
}

export function forgetRuntime(stack: Stack): void {
  rmSync(pathIn(stack), { force: true });
}

async function defaultRuntime(stack: Stack, env: Environment): Promise<RuntimeName> {
  if (areExternal(stack, env)) return 'external';
  return (await hasDocker()) ? 'docker' : 'native';
}

function startedWith(stack: Stack): RuntimeName | undefined {
  return readRecord(pathIn(stack), isStackRecord)?.runtime;
}

function runtimeOf(stack: Stack, env: Environment, name: RuntimeName): Runtime {
  if (name === 'docker') return dockerRuntime(stack);
  return name === 'native' ? nativeRuntime(stack) : externalRuntime(stack, env);
}

function pathIn(stack: Stack): string {
  return join(stack.run, 'stack.json');
}

function isStackRecord(value: unknown): value is StackRecord {
  return typeof value === 'object' && value !== null && 'runtime' in value && RUNTIMES.some((name) => name === value.runtime);
}
