import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaOf } from '../../src/lib/transports/kafka/kafkajs.js';
import { NODE, ROOT, shell, summariesIn } from '../support/cli.js';
import { SHARED_PARTITIONS, TestTopics } from '../support/kafka.js';
import { NO_STACK, type Services, sharedServices } from '../support/stack.js';

/** Set to repeat a run of killed processes. */
const SEED = Number(process.env['QF_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** Ticks with every fault that the simulator knows. */
const SIM =
  'qf ingest sim --seed 7 --symbols 24 --duration 2m --pace max --out-of-order 0.02 --duplicates 0.01 --malformed 0.001 --trade-ids';

describe.skipIf(NO_STACK !== undefined)('on Kafka', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'qf-kafka-'));
  let services: Services;

  beforeAll(async () => {
    services = await sharedServices();
  });
  afterAll(() => {
    rmSync(scratch, { recursive: true });
  });

  async function qf(script: string): Promise<{ stdout: string; stderr: string }> {
    const { exitCode, stdout, stderr } = await shell(script, { env: { KAFKA_BROKERS: services.brokers } });
    expect(exitCode, stderr).toBe(0);
    return { stdout, stderr };
  }

  /** Topics for the whole pipe, with ticks in them. */
  async function prepare(): Promise<TestTopics> {
    const topics = new TestTopics(services.kafka, SHARED_PARTITIONS);
    const { group } = topics;
    await topics.create(
      ['ticks', 'bars.1s', 'bars.1m', 'bars.3m'],
      [`qf.state.${group}.bars1s.${group}.ticks`, `qf.state.${group}.agg.${group}.bars.1s`, 'dlq.bars1s', 'dlq.agg'],
    );
    await qf(`${SIM} --to kafka:${topics.name('ticks')}`);
    return topics;
  }

  function bars1sOf({ group }: TestTopics): string {
    return `bars1s --from kafka:${group}.ticks --to kafka:${group}.{} --group ${group} --max-future off`;
  }

  /** Holds the bars of each partition against the pipe. */
  async function expectBars(topics: TestTopics): Promise<void> {
    const bars = await topics.values('bars.1s');
    const ticks = await topics.values('ticks');
    expect(ticks.flat().length).toBeGreaterThan(1000);
    for (const [partition, lines] of ticks.entries()) {
      const { stdout } = await shell('qf bars1s --max-future off', { input: textOf(lines) });
      expect(textOf(bars[partition] ?? [])).toBe(stdout);
    }
  }

  it('each output partition is what the pipe gives for its input partition, and a second run adds nothing', async () => {
    const topics = await prepare();
    const { group } = topics;
    for (let run = 0; run < 2; run++) {
      const { stderr } = await qf(`qf ${bars1sOf(topics)} --workers 3 --until-end`);
      await qf(`qf agg --tf 1m,3m --from kafka:${group}.bars.1s --to kafka:${group}.{} --group ${group} --until-end`);
      const [summary] = summariesIn(stderr);
      expect(summary).toMatchObject({ ended: 'end', adds_up: true, in: (await topics.values('ticks')).flat().length });
      expect(Number(summary?.['late'])).toBeGreaterThan(0);
      expect(Number(summary?.['rejected'])).toBeGreaterThan(0);
      await expectBars(topics);
      const [bars, minutes, threes] = await Promise.all(['bars.1s', 'bars.1m', 'bars.3m'].map((topic) => topics.values(topic)));
      for (const [partition, lines] of (bars ?? []).entries()) {
        const { stdout } = await shell('qf agg --tf 1m,3m', { input: textOf(lines) });
        const both = [...(minutes?.[partition] ?? []), ...(threes?.[partition] ?? [])];
        expect(both.sort()).toEqual(stdout.split('\n').slice(0, -1).sort());
      }
    }
  });

  it('processes that are killed at any time leave each bar once, whichever engine goes on', async () => {
    console.log(`QF_SEED=${SEED}`);
    const topics = await prepare();
    let state = SEED;
    const random = (): number => (state = (state * 48_271 + 11) % 2_147_483_647) / 2_147_483_647;
    const args = [...bars1sOf(topics).split(' '), '--commit-interval', '5ms', '--log-level', 'error'];
    const start = (workers: number, engine: string) => {
      const child = spawn(NODE, [`${ROOT}bin/qf`, ...args, '--workers', `${workers}`, '--engine', engine], {
        env: { ...process.env, KAFKA_BROKERS: services.brokers },
        stdio: 'ignore',
      });
      return { child, ended: new Promise((resolve) => child.once('exit', resolve)) };
    };
    for (let round = 0; round < 4; round++) {
      // Partitions go from one engine to the other and back.
      const pair = [start(1, 'reference'), start(2, 'wasm')];
      const wait_ms = 700 + random() * 3000;
      await new Promise((resolve) => setTimeout(resolve, wait_ms));
      for (const { child } of pair) child.kill('SIGKILL');
      await Promise.all(pair.map(({ ended }) => ended));
    }
    await qf(`qf ${bars1sOf(topics)} --until-end`);
    await expectBars(topics);
  });

  it('a run to the end waits for the partitions of others, and takes them over where they die', async () => {
    const topics = await prepare();
    const start = (...more: string[]) =>
      execa(NODE, [`${ROOT}bin/qf`, ...bars1sOf(topics).split(' '), ...more], {
        env: { KAFKA_BROKERS: services.brokers },
        reject: false,
        buffer: { stdout: false },
      });
    const other = start('--commit-interval', '5ms');
    await topics.firstRecords('bars.1s');
    const run = start('--until-end');
    const said = new Promise<void>((resolve) => {
      run.stderr.on('data', (text: Buffer) => {
        if (text.includes('waiting for other members')) resolve();
      });
    });
    await Promise.race([said, run]);
    other.kill('SIGKILL');
    const { exitCode, stderr } = await run;
    expect(stderr).toContain('waiting for other members');
    expect(exitCode, stderr).toBe(0);
    await expectBars(topics);
  });

  it('goes on where a run that kept everything open has ended', async () => {
    const topics = await prepare();
    await qf(`qf ${bars1sOf(topics)} --until-end --keep-open`);
    await qf(`${SIM.replace('--seed 7', '--seed 7 --start 2025-01-01T00:00:00Z')} --to kafka:${topics.name('ticks')}`);
    await qf(`qf ${bars1sOf(topics)} --until-end --keep-open`);
    await qf(`qf ${bars1sOf(topics)} --until-end`);
    await expectBars(topics);
  });

  it('says what is wrong with topics and state, and what mends it', async () => {
    const topics = await prepare();
    const { group } = topics;
    const env = { KAFKA_BROKERS: services.brokers };
    const agg = `qf agg --from kafka:${group}.bars.1s --to kafka:${group}.{} --group ${group} --until-end`;
    const missing = await shell(`qf agg --from kafka:${group}.nothing --to kafka --until-end`, { env });
    expect(missing).toMatchObject({ exitCode: 2 });
    expect(missing.stderr).toContain(`${group}.nothing/0: there is no such topic or partition: qf topics create`);
    await qf(`qf ${bars1sOf(topics)} --until-end`);
    await qf(`${agg} --tf 1m`);
    const changed = await shell(`${agg} --tf 3m`, { env });
    expect(changed).toMatchObject({ exitCode: 2 });
    expect(changed.stderr).toContain('begin anew with another --group');
    const gone = await shell(`${agg} --tf 1m --give-up 2s`, { env: { KAFKA_BROKERS: '127.0.0.1:1' } });
    expect(gone).toMatchObject({ exitCode: 69 });
  });

  it('writes the bytes of a line as they are, also where they are no text', async () => {
    const topics = new TestTopics(services.kafka, 1);
    await topics.create(['raw']);
    const env = { KAFKA_BROKERS: services.brokers };
    await shell(`${SIM.replace('0.001', '0.2')} --count 300 --to kafka:${topics.name('raw')}`, { env });
    const pipe = await shell(`${SIM.replace('0.001', '0.2')} --count 300`, { encoding: 'latin1' });
    expect(pipe.stdout).toMatch(/[\x80-\xff]/);
    expect(textOf(await topics.bytes('raw'))).toBe(pipe.stdout);
  });

  it('a file is written once, also where its ingest is killed and started again', async () => {
    const topics = new TestTopics(services.kafka, SHARED_PARTITIONS);
    const { group } = topics;
    await topics.create(['ticks']);
    const file = join(scratch, 'ticks.ndjson');
    const long = SIM.replace('--malformed 0.001', '').replace('--symbols 24', '--symbols 200');
    await shell(`${long} > '${file}'`);
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    const args = ['ingest', 'file', file, '--to', `kafka:${topics.name('ticks')}`, '--group', group];
    for (let kills = 0; kills < 2; kills++) {
      const before = await topics.size('ticks');
      // At this pace it takes much longer than its first records need to be seen.
      const env = { KAFKA_BROKERS: services.brokers };
      const child = execa(NODE, [`${ROOT}bin/qf`, ...args, '--pace', 'x10'], { env, reject: false });
      await Promise.race([child, topics.moreThan('ticks', before)]);
      child.kill('SIGKILL');
      expect((await child).signal).toBe('SIGKILL');
    }
    for (let run = 0; run < 2; run++) {
      await qf(`qf ${args.join(' ')}`);
      const written = (await topics.values('ticks')).flat();
      expect(written).toHaveLength(lines.length);
      expect([...written].sort()).toEqual([...lines].sort());
    }
    appendFileSync(file, `${lines.at(-1)}\n`);
    await qf(`qf ${args.join(' ')}`);
    expect(await topics.size('ticks')).toBe(lines.length + 1);
    writeFileSync(file, `${lines.toReversed().join('\n')}\n${lines.join('\n')}\n`);
    const changed = await shell(`qf ${args.join(' ')}`, { env: { KAFKA_BROKERS: services.brokers } });
    expect(changed).toMatchObject({ exitCode: 65, stderr: expect.stringContaining('input_reset') as string });
    expect(await topics.size('ticks')).toBe(lines.length + 1);
  });

  it('a simulated market is written once, also where the other engine goes on with it', async () => {
    const topics = new TestTopics(services.kafka, SHARED_PARTITIONS);
    const { group } = topics;
    await topics.create(['ticks']);
    const env = { KAFKA_BROKERS: services.brokers };
    const sim = SIM.replace(' --pace max', '').split(' ').slice(1);
    const args = [...sim, '--to', `kafka:${topics.name('ticks')}`, '--group', group];
    const child = execa(NODE, [`${ROOT}bin/qf`, ...args, '--engine', 'reference', '--pace', 'x10'], { env, reject: false });
    await Promise.race([child, topics.moreThan('ticks', 0)]);
    child.kill('SIGKILL');
    expect((await child).signal).toBe('SIGKILL');
    const { stderr } = await qf(`qf ${args.join(' ')} --engine wasm --pace max`);
    expect(stderr).toMatch(/lines are on .* already; going on behind them/);
    const written = (await topics.values('ticks')).flat();
    expect([...written].sort()).toEqual((await shell(SIM)).stdout.split('\n').slice(0, -1).sort());
  });

  it('nobody sees what two transactions that overlap have written when both are aborted', async () => {
    const topics = new TestTopics(services.kafka, 1);
    await topics.create(['overlap']);
    const topic = topics.name('overlap');
    const producers = ['a', 'b'].map((name) =>
      kafkaOf(services.kafka).producer({ transactionalId: `${topics.group}.${name}`, maxInFlightRequests: 1 }),
    );
    for (const producer of producers) await producer.connect();
    const [a, b] = await Promise.all(producers.map((producer) => producer.transaction()));
    const send = (transaction: typeof a, value: string) => transaction?.send({ topic, messages: [{ value, partition: 0 }] });
    await send(a, 'a1');
    await send(b, 'b1');
    await send(a, 'a2');
    await a?.abort();
    await send(b, 'b2');
    const again = await producers[0]?.transaction();
    await send(again, 'a3');
    await b?.abort();
    await again?.commit();
    for (const producer of producers) await producer.disconnect();
    expect(await topics.values('overlap')).toEqual([['a3']]);
  });
});

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
