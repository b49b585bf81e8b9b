// A broker and a database for a benchmark, on free ports, which are gone with the process. Also topics, and what is on them.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createTopics } from '../dist/lib/ops/kafka/topics.js';
import { systemClock } from '../dist/lib/runtime/clock.js';
import { kafkaOf } from '../dist/lib/transports/kafka/kafkajs.js';
import { PartitionReader } from '../dist/lib/transports/kafka/partition-reader.js';

/** Inside the checkout: as root, Postgres runs as nobody, who cannot enter the folders of /tmp. */
const FOLDER = 'runs/bench/stack';
const CONFIG = join(FOLDER, 'stack.json');

/** Of a topic. */
export const PARTITIONS = 4;

/** Starts both; ends with 69 where they cannot run here. What an earlier run has left behind, because it was killed, is ended first. */
export async function startStack(environment) {
  const missing = ['java', 'mvn'].find((tool) => spawnSync(tool, ['-version'], { stdio: 'ignore' }).error !== undefined);
  if (missing !== undefined) {
    console.error(`bench: NOT MEASURED: ${missing} is not installed, which Kafka needs here`);
    process.exit(69);
  }
  if (existsSync(CONFIG)) end(environment);
  const [port, controller_port, databasePort] = await freePorts(3);
  const config = {
    name: 'qf-bench',
    folder: 'stack',
    min_free_mb: 1,
    kafka: { version: '4.1.2', port, controller_port, heap_mb: 512 },
    postgres: { version: '18.4', port: databasePort, user: 'qf', database: 'qf' },
    topic_settings: { stream: { 'cleanup.policy': 'delete' } },
    topics: [],
    stages: [],
  };
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(CONFIG, JSON.stringify(config, undefined, 2));
  process.on('exit', () => end(environment));
  qf(environment, 'up', '--runtime', 'native', '--only', 'infra', '--config', CONFIG);
  const broker = `127.0.0.1:${port}`;
  const databaseUrl = `postgres://qf@127.0.0.1:${databasePort}/qf`;
  return {
    topics: new Topics({ brokers: [broker], tls: undefined, sasl: undefined }),
    databaseUrl,
    environment: { ...environment, KAFKA_BROKERS: broker, DATABASE_URL: databaseUrl, QF_STACK_CONFIG: CONFIG },
    versions: { kafka: config.kafka.version, postgres: config.postgres.version },
  };
}

function end(environment) {
  qf(environment, 'down', '--volumes', '--config', CONFIG);
  rmSync(FOLDER, { recursive: true, force: true });
}

/** Runs a command of qf to its end. Throws what it said where it fails. */
export function qf(environment, ...args) {
  const { status, stderr } = spawnSync('bin/qf', args, { env: environment, encoding: 'utf8' });
  if (status !== 0) throw new Error(`qf ${args.join(' ')}: exit ${status}: ${stderr.slice(-500)}`);
}

class Topics {
  constructor(address) {
    this.cluster = { address, clock: systemClock };
    this.admin = kafkaOf(address).admin();
  }

  async connect() {
    await this.admin.connect();
  }

  async disconnect() {
    await this.admin.disconnect();
  }

  async create(...topics) {
    await this.createWith(PARTITIONS, ...topics);
  }

  async createWith(partitions, ...topics) {
    await createTopics(
      this.cluster.address,
      topics.map((name) => ({ name, partitions, copartitionedWith: undefined, settings: {} })),
    );
  }

  async delete(...topics) {
    await this.admin.deleteTopics({ topics });
  }

  /** Every committed record of a partition that is there now, in order. */
  async *records(topic, partition) {
    const reader = await PartitionReader.open(this.cluster, topic, partition, 'start');
    try {
      const end = await reader.log.end();
      while (reader.position < end) yield* (await reader.fetch()).records;
    } finally {
      await reader.close();
    }
  }

  /** How many committed records there are, and a hash over their values, partition by partition, in order. */
  async digest(topic, partitions = PARTITIONS) {
    const hash = createHash('sha256');
    let count = 0;
    for (let partition = 0; partition < partitions; partition++) {
      for await (const { value } of this.records(topic, partition)) {
        hash.update(value).update('\n');
        count++;
      }
      hash.update('\n');
    }
    return `${count} ${hash.digest('hex')}\n`;
  }

  /** Writes the values of all committed records to a file, a line each. */
  async dump(topic, path, partitions = PARTITIONS) {
    const file = openSync(path, 'w');
    try {
      for (let partition = 0; partition < partitions; partition++) {
        let lines = [];
        for await (const { value } of this.records(topic, partition)) {
          if (lines.push(value) < 10_000) continue;
          writeSync(file, `${lines.join('\n')}\n`);
          lines = [];
        }
        if (lines.length > 0) writeSync(file, `${lines.join('\n')}\n`);
      }
    } finally {
      closeSync(file);
    }
  }
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
