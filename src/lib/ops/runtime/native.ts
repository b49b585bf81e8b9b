import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../runtime/log.js';
import { ownAddresses } from '../addresses.js';
import { tailCommand } from '../tail.js';
import { nativeKafka } from '../native/kafka.js';
import { nativePostgres } from '../native/postgres.js';
import { recordPath, startService, stopService } from '../native/service.js';
import { ensureDatabase } from '../postgres/database.js';
import { runningProcess } from '../process/record.js';
import type { Stack } from '../stack.js';
import type { Runtime } from './runtime.js';

/** For what only reads: nothing is fetched, so nothing is said. */
const silent: Log = { info: () => undefined, warn: () => undefined };

/** The services as processes of this machine. */
export function nativeRuntime(stack: Stack): Runtime {
  const { kafka, postgres } = stack.config;
  const servicesOf = (log: Log): ReturnType<typeof nativeKafka>[] => [nativeKafka(stack, log), nativePostgres(stack)];
  return {
    name: 'native',
    plan: [
      `start Kafka ${kafka.version} on port ${kafka.port}, its controller on ${kafka.controller_port} (java; the jars through Maven, once)`,
      `start Postgres ${postgres.version} on port ${postgres.port}, with the database ${postgres.database}`,
    ],
    async start(log) {
      const results = await Promise.allSettled(servicesOf(log).map((service) => startService(stack, service, log)));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      const maintenance = new URL(ownAddresses(stack).databaseUrl);
      maintenance.pathname = '/postgres';
      await ensureDatabase(maintenance.href, postgres.database);
    },
    async stop(removeData) {
      const stopped = await Promise.all(servicesOf(silent).map((service) => stopService(stack, service)));
      if (removeData)
        for (const data of ['kafka', 'postgres']) rmSync(join(stack.folder, data), { recursive: true, force: true });
      return stopped.includes(true);
    },
    services: () =>
      Promise.resolve(
        servicesOf(silent).map(({ name, ports: [port] }) => {
          const record = runningProcess(recordPath(stack, name));
          return {
            name,
            state: record === undefined ? 'stopped' : 'running',
            port,
            pid: record?.pid,
            started_ms: record?.started_ms,
          };
        }),
      ),
    logCommand: (services, follow) => tailCommand(stack, services, follow),
  };
}
