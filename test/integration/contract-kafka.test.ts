import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { listTopics } from '../../src/lib/ops/kafka/topics.js';
import { type Finding, type KitStage, tryCases } from '../../src/lib/perf/kit.js';
import { RunTopics } from '../../src/lib/perf/run-topics.js';
import { rejectRow } from '../../src/lib/transports/postgres/records.js';
import { ENV, ROOT, shell } from '../support/cli.js';
import { temporaryFolder } from '../support/files.js';
import { builtGo, NO_GO } from '../support/foreign.js';
import { SHARED_PARTITIONS, TestTopics } from '../support/kafka.js';
import { NO_STACK, type Services, sharedServices } from '../support/stack.js';

const LIMIT_MS = 60_000;

const onKafka = (stage: string, more = ''): string =>
  `qf ${stage} --from kafka:$PERF_INPUT --to "kafka:$PERF_OUTPUT{}" --group $PERF_GROUP${more} $PERF_UNTIL`;

describe.skipIf(NO_STACK !== undefined)('the kit on Kafka', () => {
  const folder = temporaryFolder();
  let services: Services;
  let topics: RunTopics;
  let kits = 0;

  beforeAll(async () => {
    services = await sharedServices();
    await new TestTopics(services.kafka, SHARED_PARTITIONS).create([], ['dlq.bars1s', 'dlq.agg']);
    topics = await RunTopics.open(services.kafka);
  });

  /** A kit with some of the cases, so that a test takes as little time as it can. */
  function kitOf(stage: KitStage, names: readonly string[]): string {
    const kit = join(folder, `kit-${kits++}`);
    mkdirSync(kit);
    cpSync(join(ROOT, 'kit', stage), join(kit, stage), { recursive: true });
    const path = join(kit, stage, 'kit.json');
    const cases = JSON.parse(readFileSync(path, 'utf8')) as { case: string }[];
    writeFileSync(path, JSON.stringify(cases.filter((one) => names.includes(one.case))));
    return kit;
  }

  async function findings(stage: KitStage, command: string, names: readonly string[], limit_ms = LIMIT_MS): Promise<Finding[]> {
    const found: Finding[] = [];
    const trial = { stage, command, limit_ms, env: { ...ENV, KAFKA_BROKERS: services.brokers }, topics };
    for await (const finding of tryCases(kitOf(stage, names), trial, new AbortController().signal)) found.push(finding);
    expect(found.map((one) => one.case).sort()).toEqual([...names].sort());
    return found;
  }

  const levelsOf = (found: readonly Finding[]): (string | undefined)[] => found.map(({ level }) => level);

  it('is kept to the byte by qf, also where it is killed', async () => {
    const bars = await findings('bars1s', onKafka('bars1s --max-future off'), ['malformed', 'restart']);
    expect(levelsOf(bars)).toEqual(['strict', 'strict']);
    const coarser = await findings('agg', onKafka('agg --tf 3m,5m,15m --engine reference'), ['one-window']);
    expect(levelsOf(coarser)).toEqual(['strict']);
    expect((await listTopics(services.kafka)).filter((name) => name.includes('contract-'))).toEqual([]);
  });

  it('finds a program that begins anew after a kill', async () => {
    const [restart] = await findings('bars1s', onKafka('bars1s --max-future off', '$RANDOM'), ['restart']);
    expect(restart).toMatchObject({ level: undefined });
    expect(restart?.said).toMatch(/^(extra|different): SIM/);
  });

  it('finds one that writes without end, and reads no more of it', async () => {
    const [flood] = await findings('bars1s', 'qf ingest sim --count 60000 --pace max --to kafka:${PERF_OUTPUT}bars.1s', [
      'one-bar',
    ]);
    expect(flood).toMatchObject({ level: undefined, said: 'it writes without end' });
  });

  it('finds one that dies, and one that does not end', async () => {
    const [dead] = await findings('bars1s', 'echo no more >&2; exit 3', ['one-bar']);
    expect(dead).toMatchObject({ level: undefined });
    expect(dead?.said).toMatch(/^exit 1: .*exit 3: no more/s);
    const [idle] = await findings('bars1s', 'sleep 600', ['one-bar'], 1000);
    expect(idle).toMatchObject({ level: undefined, said: 'it has not ended in time' });
    const [silent] = await findings('bars1s', 'sleep 600', ['restart'], 1000);
    expect(silent).toMatchObject({ level: undefined, said: 'what is final is not written before the input ends' });
  });

  it.skipIf(NO_GO !== undefined)('says which rules a program in Go keeps, and which not', async () => {
    const found = await findings('bars1s', builtGo(folder), ['exact-volume', 'forms', 'no-input', 'restart']);
    // It takes plain JSON only.
    expect(levelsOf(found)).toEqual(['strict', undefined, 'strict', 'strict']);
    expect(found[1]?.said).toMatch(/^different: S 1s /);
    // What it refuses can be stored: others read the same topic.
    const refused = (await new TestTopics(services.kafka, SHARED_PARTITIONS, 'dlq').values('bars1s')).flat();
    expect(refused.length).toBeGreaterThan(0);
    for (const line of refused) rejectRow(Buffer.from(line), { topic: 'dlq.bars1s', partition: 0, offset: 0n });
  });

  it('is run by the command, which says how many rules are kept', async () => {
    const env = { KAFKA_BROKERS: services.brokers };
    const { exitCode, stdout } = await shell(`qf contract test --stage agg --transport kafka --cmd 'exit 7'`, { env });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('FAILS       restart');
    expect(stdout).toMatch(/^0 of 10 rules of agg are kept, 0 of them to the byte$/m);
  });
});
