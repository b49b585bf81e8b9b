import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { QfError } from '../../runtime/errors.js';
import type { Log } from '../../runtime/log.js';
import { askBroker } from '../kafka/api-versions.js';
import { fetchJars, jarFolder, javaVersion } from '../kafka/jars.js';
import { LOOPBACK, type Stack } from '../stack.js';
import type { NativeService } from './service.js';

const FORMAT_MS = 60_000;
const ANSWER_MS = 2000;

/** The broker as a Java program: one node that is broker and controller. */
export function nativeKafka(stack: Stack, log: Log): NativeService {
  const { port, controller_port, heap_mb } = stack.config.kafka;
  const properties = join(stack.generated, 'server.properties');
  const classPath = ['-cp', `${jarFolder(stack)}/*`];
  return {
    name: 'kafka',
    ports: [port, controller_port],
    signal: 'SIGTERM',
    async prepare() {
      await javaVersion();
      await fetchJars(stack, log);
      mkdirSync(stack.folder, { recursive: true });
      if (existsSync(join(stack.folder, 'kafka/meta.properties'))) return;
      const clusterId = randomBytes(16).toString('base64url');
      // One id of 64 begins with a dash: as a word of its own it would be taken for an option.
      const tool = ['kafka.tools.StorageTool', 'format', `--cluster-id=${clusterId}`, '--config', properties];
      const format = await execa('java', [...classPath, ...tool], {
        cwd: stack.folder,
        stdin: 'ignore',
        timeout: FORMAT_MS,
        reject: false,
        all: true,
      });
      if (format.failed) throw new QfError('unavailable', `Kafka could not format its storage: ${format.all}`);
    },
    program: () =>
      Promise.resolve({
        command: 'java',
        args: [
          `-Xmx${heap_mb}m`,
          `-Dlog4j2.configurationFile=${join(stack.generated, 'log4j2.properties')}`,
          ...classPath,
          'kafka.Kafka',
          properties,
        ],
        cwd: stack.folder,
        env: process.env,
      }),
    answers: () =>
      askBroker(`${LOOPBACK}:${port}`, ANSWER_MS).then(
        () => true,
        () => false,
      ),
  };
}
