import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownAddresses } from '../../../src/lib/ops/addresses.js';
import { nativeKafka } from '../../../src/lib/ops/native/kafka.js';
import { nativePostgres } from '../../../src/lib/ops/native/postgres.js';
import { type NativeService, recordPath, startService, stopService } from '../../../src/lib/ops/native/service.js';
import { ensureDatabase } from '../../../src/lib/ops/postgres/database.js';
import { poll } from '../../../src/lib/ops/process/poll.js';
import { isPortFree } from '../../../src/lib/ops/process/port.js';
import { runningProcess } from '../../../src/lib/ops/process/record.js';
import { stopProcess } from '../../../src/lib/ops/process/stop.js';
import { writeFiles } from '../../../src/lib/ops/render/index.js';
import { openStack, type Stack } from '../../../src/lib/ops/stack.js';
import type { Log } from '../../../src/lib/runtime/log.js';
import { ownStackFolder, type Services, writeStackConfig } from '../stack.js';
import { Proxy } from './proxy.js';

const STOP_MS = 30_000;

const silent: Log = { info: () => undefined, warn: () => undefined };

/** A broker and a database of the torture's own, behind proxies, that can be ended and started while others use them. */
export class TortureServices {
  private constructor(
    private readonly stack: Stack,
    readonly broker: Proxy,
    readonly database: Proxy,
  ) {}

  static async start(): Promise<TortureServices> {
    const stack = openStack(await writeStackConfig(ownStackFolder('torture')));
    const { kafka, postgres } = stack.config;
    const services = new TortureServices(stack, await Proxy.to(kafka.port), await Proxy.to(postgres.port));
    writeFiles(stack);
    // Of two equal settings the later one counts: clients shall come back through the proxy, and dead members be missed sooner.
    appendFileSync(
      join(stack.generated, 'server.properties'),
      `advertised.listeners=PLAINTEXT://127.0.0.1:${services.broker.port}\ngroup.min.session.timeout.ms=500\n`,
    );
    await Promise.all([services.startBroker(), services.startDatabase()]);
    await ensureDatabase(services.directUrl.replace(/[^/]*$/, 'postgres'), postgres.database);
    return services;
  }

  /** Where the services answer, through the proxies. */
  get addresses(): Services {
    const brokers = `127.0.0.1:${this.broker.port}`;
    const url = new URL(this.directUrl);
    url.port = String(this.database.port);
    return { kafka: { brokers: [brokers], tls: undefined, sasl: undefined, isInsecure: false }, brokers, databaseUrl: url.href };
  }

  /** The database without the proxy. */
  get directUrl(): string {
    return ownAddresses(this.stack).databaseUrl;
  }

  /** Ends the broker in order or at once, and starts it again. */
  async restartBroker(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.end(this.kafka, signal);
    await this.startBroker();
  }

  /** What `pg_ctl -m immediate restart` does: the database recovers from its log. */
  async restartDatabase(): Promise<void> {
    await this.end(this.postgres, 'SIGQUIT');
    await this.startDatabase();
  }

  async stop(): Promise<void> {
    await Promise.all([this.broker.close(), this.database.close()]);
    await Promise.all([this.kafka, this.postgres].map((service) => stopService(this.stack, service)));
  }

  private get kafka(): NativeService {
    return nativeKafka(this.stack, silent);
  }

  private get postgres(): NativeService {
    return nativePostgres(this.stack);
  }

  private async startBroker(): Promise<void> {
    await startService(this.stack, this.kafka, silent);
  }

  private async startDatabase(): Promise<void> {
    await startService(this.stack, this.postgres, silent);
  }

  private async end({ name, ports }: NativeService, signal: NodeJS.Signals): Promise<void> {
    const record = runningProcess(recordPath(this.stack, name));
    if (record === undefined) throw new Error(`${name} does not run`);
    await stopProcess(record, signal, STOP_MS);
    // A program with many threads has its ports for a moment longer than its first thread lives.
    await poll(async () => (await Promise.all(ports.map(isPortFree))).every(Boolean), STOP_MS);
  }
}
