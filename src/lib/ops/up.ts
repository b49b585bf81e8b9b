import { join, relative } from 'node:path';
import { mkdirSync, rmSync } from 'node:fs';
import type { Log } from '../runtime/log.js';
import { databaseUrlOf, type Environment, kafkaAddressOf, pgSchemaOf } from './addresses.js';
import { createTopics } from './kafka/topics.js';
import { migrate } from './postgres/migrate.js';
import { withLock } from './process/lock.js';
import { writeFiles } from './render/index.js';
import { chooseRuntime, currentRuntime, forgetRuntime, rememberRuntime } from './runtime/choose.js';
import type { RuntimeName } from './runtime/runtime.js';
import type { Stack } from './stack.js';
import { startSupervisor, stopStages } from './supervisor/control.js';

/** One thing that `qf up` does. */
export interface Step {
  readonly what: string;
  run(): Promise<void> | void;
}

export interface UpOptions {
  /** undefined: whatever the machine has. */
  readonly runtime: RuntimeName | undefined;
  /** undefined: everything. */
  readonly only: 'infra' | 'apps' | undefined;
}

/** What it takes to start the stack. Each step does nothing where its work is done. */
export async function stepsOfUp(stack: Stack, env: Environment, { runtime: wanted, only }: UpOptions, log: Log): Promise<Step[]> {
  const runtime = await chooseRuntime(stack, env, wanted);
  const { stages } = stack.config;
  const schema = pgSchemaOf(env);
  const infra: Step[] = [
    { what: `write the files in ${relative('.', stack.generated)}`, run: () => writeFiles(stack) },
    {
      what: runtime.plan.join('; '),
      async run() {
        rememberRuntime(stack, runtime);
        await runtime.start(log);
      },
    },
    { what: `create ${stack.topics.length} topics where they are missing`, run: () => ensureTopics(stack, env, log) },
    {
      what: `create the tables of the schema ${schema} where they are missing`,
      run: () => ensureTables(stack, env, schema, log),
    },
  ];
  const apps: Step[] = [
    {
      what:
        stages.length === 0
          ? 'no stages are configured'
          : `start under supervision: ${stages.map(({ name }) => name).join(', ')}`,
      run: () => (stages.length === 0 ? Promise.resolve() : startSupervisor(stack, log)),
    },
  ];
  return [...(only === 'apps' ? [] : infra), ...(only === 'infra' ? [] : apps)];
}

/** Carries the steps out, one after the other. */
export async function up(stack: Stack, steps: readonly Step[]): Promise<void> {
  mkdirSync(stack.folder, { recursive: true });
  await withLock(lockPath(stack), async () => {
    for (const step of steps) await step.run();
  });
}

/** Ends everything that the stack has started; with `removeData` what it has stored goes as well. */
export async function down(stack: Stack, env: Environment, removeData: boolean, log: Log): Promise<void> {
  await withLock(lockPath(stack), async () => {
    const runtime = await currentRuntime(stack, env);
    const hadStages = await stopStages(stack);
    const hadServices = await runtime.stop(removeData);
    forgetRuntime(stack);
    if (removeData) rmSync(stack.logs, { recursive: true, force: true });
    const data = removeData ? '; its data is deleted' : '';
    log.info({ runtime: runtime.name }, (hadStages || hadServices ? 'the stack is down' : 'nothing was running') + data);
  });
}

async function ensureTopics(stack: Stack, env: Environment, log: Log): Promise<void> {
  const outcomes = await createTopics(kafkaAddressOf(stack, env), stack.topics);
  const changed = outcomes.filter(({ outcome }) => outcome !== 'kept');
  if (changed.length > 0) log.info({ topics: changed.map(({ name }) => name) }, `${changed.length} topics created or changed`);
}

async function ensureTables(stack: Stack, env: Environment, schema: string, log: Log): Promise<void> {
  const outcomes = await migrate({ url: databaseUrlOf(stack, env), schema });
  const applied = outcomes.filter(({ outcome }) => outcome === 'applied').map(({ name }) => name);
  if (applied.length > 0) log.info({ schema, migrations: applied }, `${applied.length} migrations applied`);
}

/** The file that a process holds while it changes the stack. */
export function lockPath(stack: Stack): string {
  return join(stack.run, 'lock.json');
}
