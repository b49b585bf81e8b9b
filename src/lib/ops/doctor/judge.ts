import type { GroupLag } from '../kafka/lag.js';
import { differences, type TopicState } from '../kafka/topics.js';
import type { EndpointState } from '../metrics.js';
import { type MigrationState, WRONG_MIGRATIONS } from '../postgres/migrate.js';
import { MEND_DRIFT } from '../../transports/postgres/drift.js';
import type { TopicPlan } from '../topic-plan.js';
import type { StageState } from '../supervisor/state.js';
import { fail, type Finding, ok, warn } from './finding.js';

/** The oldest Node that qf is tested on. */
const OLDEST_NODE = [20, 19, 4] as const;

const MIN_METADATA_LEVEL = 25;
const KNOWN_LEVELS: ReadonlyMap<number, string> = new Map([
  [25, '4.0'],
  [26, '4.1'],
  [27, '4.1'],
]);

/** Beyond this, `--max-future` and idle flushes would act on the wrong time. */
const MAX_CLOCK_DIFFERENCE_MS = 1000;

/** Further than this behind the end of its input, a stage does not keep up. Offsets are told every few seconds only. */
const MAX_LAG_RECORDS = 100_000;

/** Where so many times the least space is left, it is time to do something. */
const WARN_FREE_FACTOR = 2;

export function judgeNode(version: string): Finding {
  const parts = version.split('.').map(Number);
  const index = OLDEST_NODE.findIndex((least, place) => parts[place] !== least);
  const isOlder = index >= 0 && (parts[index] ?? 0) < (OLDEST_NODE[index] ?? 0);
  return isOlder
    ? fail('node', `Node ${version} is older than ${OLDEST_NODE.join('.')}`, `install Node ${OLDEST_NODE.join('.')} or later`)
    : ok('node', `Node ${version}`);
}

/** A port must be free before the service starts, and the service's own while it runs. */
export function judgePort(service: string, port: number, isFree: boolean, isRunning: boolean, check = 'ports'): Finding {
  if (isRunning && isFree)
    return fail(check, `${service} runs, but does not listen on its port ${port}`, `qf logs ${service}, then qf down && qf up`);
  if (!isRunning && !isFree)
    return fail(
      check,
      `port ${port} of ${service} is taken by a program that is not this stack's`,
      `end that program (lsof -i :${port} names it), or change the port in the configuration`,
    );
  return ok(check, isFree ? `port ${port} is free for ${service}` : `${service} has its port ${port}`);
}

export function judgeBroker(address: string, metadataLevel: number | undefined): Finding {
  if (metadataLevel === undefined || metadataLevel < MIN_METADATA_LEVEL)
    return fail('broker', `${address} is older than Kafka 4.0`, 'use the version in configs/stack.json: qf down && qf up');
  const release = KNOWN_LEVELS.get(metadataLevel) ?? 'later than 4.1';
  return ok('broker', `${address} answers, Kafka ${release} (metadata level ${metadataLevel})`);
}

/** Topics that are missing, cut wrongly, or set wrongly: a line for each. */
export function judgeTopics(plans: readonly TopicPlan[], states: ReadonlyMap<string, TopicState>): Finding[] {
  const wrong = plans.flatMap((plan) => judgeTopic(plan, states.get(plan.name)));
  return wrong.length > 0 ? wrong : [ok('topics', `all ${plans.length} topics have their partitions and settings`)];
}

function judgeTopic(plan: TopicPlan, state: TopicState | undefined): Finding[] {
  if (state === undefined) return [fail('topics', `${plan.name} is missing`, 'qf topics create')];
  const { partitions } = state;
  if (partitions !== plan.partitions)
    return [
      fail(
        'topics',
        `${plan.name} has ${partitions} partitions, not ${plan.partitions}`,
        `set ${partitions} in configs/stack.json, or delete all data: qf down --volumes && qf up`,
      ),
    ];
  const settings = differences(plan, state);
  return settings.length === 0 ? [] : [fail('topics', `${plan.name}: ${settings.join(', ')}`, 'qf topics create')];
}

/** Partition n of a derived topic belongs to partition n of its input, so both must have as many. */
export function judgeCopartitions(plans: readonly TopicPlan[], states: ReadonlyMap<string, TopicState>): Finding[] {
  const wrong = plans.flatMap(({ name, copartitionedWith }) => {
    const own = states.get(name)?.partitions;
    const other = copartitionedWith === undefined ? undefined : states.get(copartitionedWith)?.partitions;
    return own === undefined || other === undefined || own === other
      ? []
      : [
          fail(
            'co-partitions',
            `${name} has ${own} partitions, ${copartitionedWith ?? ''} has ${other}`,
            'delete all data and begin anew: qf down --volumes && qf up',
          ),
        ];
  });
  return wrong.length > 0 ? wrong : [ok('co-partitions', 'derived topics are cut like their inputs')];
}

/** Tables that are missing or unlike those that this qf knows: a line for each migration. */
export function judgeMigrations(schema: string, states: readonly MigrationState[]): Finding[] {
  const wrong = states.flatMap(({ name, status }) => {
    if (status === 'applied') return [];
    return status === 'pending'
      ? [fail('migrations', `${name} is not applied to the schema ${schema}`, 'qf db migrate')]
      : [fail('migrations', `${name} in the schema ${schema}: ${WRONG_MIGRATIONS[status].what}`, WRONG_MIGRATIONS[status].mend)];
  });
  return wrong.length > 0 ? wrong : [ok('migrations', `the schema ${schema} has all ${states.length} migrations`)];
}

/** Tables that somebody has altered: a line for each. */
export function judgeTables(schema: string, drifts: ReadonlyMap<string, readonly string[]>): Finding[] {
  const wrong = [...drifts].flatMap(([table, drift]) =>
    drift.length === 0 ? [] : [fail('tables', `${table} in the schema ${schema}: ${drift.join('; ')}`, MEND_DRIFT)],
  );
  return wrong.length > 0 ? wrong : [ok('tables', `the ${drifts.size} tables of the schema ${schema} are as qf has made them`)];
}

export function judgeStages(names: readonly string[], supervisorRuns: boolean, states: readonly StageState[]): Finding[] {
  if (names.length === 0) return [ok('stages', 'none are configured')];
  if (!supervisorRuns) return [fail('stages', 'their supervisor does not run', 'qf up --only apps')];
  return names.map((name) =>
    judgeStage(
      name,
      states.find((state) => state.name === name),
    ),
  );
}

function judgeStage(name: string, stage: StageState | undefined): Finding {
  if (stage === undefined) return fail('stages', `${name} is not supervised`, 'qf down && qf up');
  const { state, reason = '', restarts } = stage;
  const again = restarts === 0 ? '' : `, started again ${restarts} times`;
  switch (state) {
    case 'running':
      return ok('stages', `${name} runs${again}`);
    case 'ended':
      return ok('stages', `${name} has ended in order`);
    case 'waiting':
      return warn('stages', `${name} waits to be started again${again}: ${reason}`, `qf logs ${name}`);
    case 'gave_up':
      return fail('stages', `${name} failed and is not started again: ${reason}`, `qf logs ${name}, then qf down && qf up`);
    case 'stopped':
      return fail('stages', `${name} does not run: ${reason}`, `qf logs ${name}, then qf down && qf up`);
  }
}

/** The endpoint of a stage that runs. */
export function judgeEndpoint({ stage, endpoint, state, metrics, detail = '' }: EndpointState): Finding {
  if (state === 'answers') return ok('metrics', `${stage} serves ${metrics} metrics at ${endpoint}`);
  return fail(
    'metrics',
    `${stage} runs, but does not serve its metrics at ${endpoint}: ${detail}`,
    `qf logs ${stage}, then qf down && qf up`,
  );
}

export function judgeLags(lags: readonly GroupLag[]): Finding[] {
  if (lags.length === 0) return [ok('lag', 'no stage has joined a group')];
  return lags.map(({ group, topic, records }) => {
    const what = `${group} is ${records} records behind the end of ${topic}`;
    const stage = group.slice(0, -topic.length - 1).split('.')[1] ?? '';
    return records > MAX_LAG_RECORDS
      ? warn(
          'lag',
          what,
          `qf logs ${stage}; where it works but does not keep up, start the same stage once more to share the partitions`,
        )
      : ok('lag', what);
  });
}

export function judgeDisk(folder: string, free_mb: number, min_free_mb: number): Finding {
  const what = `${Math.floor(free_mb)} MB are free in ${folder}`;
  const mend = `free space there: at least ${min_free_mb} MB (min_free_mb)`;
  if (free_mb < min_free_mb) return fail('disk', what, mend);
  return free_mb < WARN_FREE_FACTOR * min_free_mb ? warn('disk', what, mend) : ok('disk', what);
}

export function judgeClock(difference_ms: number): Finding {
  const what = `this machine and the database differ by ${Math.abs(difference_ms) < 1 ? 'less than 1' : Math.round(Math.abs(difference_ms))} ms`;
  return Math.abs(difference_ms) > MAX_CLOCK_DIFFERENCE_MS
    ? fail('clock', what, 'set both clocks, such as with chrony or systemd-timesyncd')
    : ok('clock', what);
}
