import { Random } from '../../../src/lib/core/sim/random.js';

/** Points in a Kafka transaction and in one of Postgres: see test/torture/faults.mjs. */
const KAFKA_POINTS = around(['begin', 'produce', 'state', 'commit']);
const SINK_POINTS = around(['sink-begin', 'sink-update', 'sink-rows', 'sink-commit']);

export const LANES = ['ingest', 'bars1s', 'agg', 'sink', 'rejects'] as const;

/** A stage of the flow. */
export type LaneName = (typeof LANES)[number];

/** Points that are certain to be passed; each is taken at least once. */
const POINTS: Readonly<Record<LaneName, readonly string[]>> = {
  ingest: KAFKA_POINTS,
  bars1s: KAFKA_POINTS,
  agg: [...KAFKA_POINTS, 'before-sink-rows', 'after-sink-commit'],
  sink: SINK_POINTS,
  rejects: SINK_POINTS,
};

/** Where an owner is stopped until another one has taken over: before it writes, and in the middle of a transaction. */
const FREEZES: Readonly<Record<LaneName, readonly string[]>> = {
  ingest: ['before-commit'],
  bars1s: ['after-produce'],
  agg: ['before-commit'],
  sink: ['before-sink-begin', 'after-sink-rows'],
  rejects: [],
};

/** Lanes whose stages share their partitions out among workers. */
const CROWDED: readonly LaneName[] = ['bars1s', 'sink'];

/** Times that a worker lives. */
interface Life {
  readonly start_ms: number;
  readonly length_ms: number;
  readonly signal: 'SIGKILL' | 'SIGTERM';
}

/** What happens to the processes of a stage. */
export type Fault =
  | { readonly kind: 'point'; readonly point: string; readonly count: number }
  | { readonly kind: 'kill'; readonly after_ms: number }
  | { readonly kind: 'freeze'; readonly point: string; readonly count: number }
  | { readonly kind: 'storm'; readonly lives: readonly Life[] };

const SERVICE_FAULTS = [
  'cut',
  'delay',
  'drop-requests',
  'drop-answers',
  'restart-database',
  'restart-broker',
  'kill-both',
] as const;

/** What happens to the broker, the database and the way to them. */
export type ServiceFault = (typeof SERVICE_FAULTS)[number];

export interface Plan {
  readonly seed: number;
  /** How many processes are killed at least. */
  readonly kills: number;
  readonly lanes: Readonly<Record<LaneName, readonly Fault[]>>;
  /** Each comes when so many processes have been killed. */
  readonly services: readonly { readonly kills: number; readonly fault: ServiceFault; readonly length_ms: number }[];
}

/** The same seed gives the same plan. */
export function planOf(seed: number, kills: number): Plan {
  const random = new Random(seed, 5);
  const lanes = Object.fromEntries(LANES.map((name) => [name, firstFaults(name, random)])) as Record<LaneName, Fault[]>;
  const killed = (): number => LANES.reduce((sum, name) => sum + killsIn(lanes[name]), 0);
  for (let turn = 0; killed() < kills; turn++) {
    const name = LANES[turn % LANES.length] as LaneName;
    lanes[name].push(furtherFault(name, random));
  }
  for (const name of LANES) shuffle(lanes[name], random);
  return { seed, kills, lanes, services: serviceFaults(kills, random) };
}

/** Faults of a stage that is one task: so many kills, at points of a transaction and at any time, and one stopped owner. */
export function soloFaults(random: Random, kills: number): Fault[] {
  const faults: Fault[] = [{ kind: 'freeze', point: pick(['after-produce', 'before-commit'], random), count: 1 }];
  const points = shuffle([...KAFKA_POINTS], random);
  for (let kill = 1; kill < kills; kill++) {
    const isTimed = kill % 4 === 0;
    faults.push(
      isTimed
        ? { kind: 'kill', after_ms: 300 + random.below(2500) }
        : { kind: 'point', point: points[kill % points.length] as string, count: countOf(random) },
    );
  }
  return shuffle(faults, random);
}

function around(steps: readonly string[]): string[] {
  return steps.flatMap((step) => [`before-${step}`, `after-${step}`]);
}

function firstFaults(name: LaneName, random: Random): Fault[] {
  return [
    ...POINTS[name].map((point): Fault => ({ kind: 'point', point, count: countOf(random) })),
    ...FREEZES[name].map((point): Fault => ({ kind: 'freeze', point, count: countOf(random) })),
    ...(CROWDED.includes(name) ? [storm(random)] : []),
  ];
}

function furtherFault(name: LaneName, random: Random): Fault {
  const choice = random.below(20);
  if (choice === 0 && CROWDED.includes(name)) return storm(random);
  const freezes = FREEZES[name];
  if (choice === 1 && freezes.length > 0) return { kind: 'freeze', point: pick(freezes, random), count: countOf(random) };
  if (choice < 9) return { kind: 'point', point: pick(POINTS[name], random), count: countOf(random) };
  return { kind: 'kill', after_ms: 300 + random.below(2500) };
}

function storm(random: Random): Fault {
  const lives = Array.from({ length: 4 }, (_, at) => ({
    start_ms: random.below(1500),
    length_ms: 500 + random.below(3000),
    signal: at % 2 === 0 ? ('SIGKILL' as const) : ('SIGTERM' as const),
  }));
  return { kind: 'storm', lives };
}

/** Which time of a point: in the first transactions, because a process may have no others. */
function countOf(random: Random): number {
  return 1 + random.below(2);
}

/** The processes that faults are certain to kill. */
function killsIn(faults: readonly Fault[]): number {
  const each = { point: 1, kill: 1, freeze: 1, storm: 2 };
  return faults.reduce((sum, { kind }) => sum + each[kind], 0);
}

/** Every kind once, and again for every further 60 kills; the last one while there is still enough to be killed. */
function serviceFaults(kills: number, random: Random): Plan['services'] {
  const rounds = Math.max(1, Math.round(kills / 60));
  const faults = Array.from({ length: rounds }, () => shuffle([...SERVICE_FAULTS], random)).flat();
  return faults.map((fault, at) => ({
    kills: Math.floor(((at + 1) * kills * 0.85) / faults.length),
    fault,
    length_ms: 200 + random.below(1800),
  }));
}

function pick<T>(from: readonly T[], random: Random): T {
  return from[random.below(from.length)] as T;
}

function shuffle<T>(items: T[], random: Random): T[] {
  for (let at = items.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [items[at], items[other]] = [items[other] as T, items[at] as T];
  }
  return items;
}
