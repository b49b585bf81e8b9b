import { QfError } from '../runtime/errors.js';
import type { Sink, Source } from '../runtime/transport.js';
import { FileSink, fileSource } from './file.js';
import { stdinSource } from './stdin.js';
import { stdoutSink } from './stdout.js';

/** What `--from` accepts. */
export const SOURCE_FORMS = 'stdin|file:PATH';

/** What `--to` accepts. */
export const SINK_FORMS = 'stdout|file:PATH';

/** What both accept where a stage runs on Kafka. */
export const KAFKA_FORM = 'kafka[:TOPIC]';

/** The source that an address names. */
export async function openSource(address: string): Promise<Source<Buffer>> {
  if (address === 'stdin') return stdinSource;
  const path = pathIn(address);
  if (path === undefined) throw new QfError('usage', `--from "${address}": expected ${SOURCE_FORMS}`);
  return fileSource(path);
}

/** Opens the sink that an address names. */
export async function openSink(address: string): Promise<Sink> {
  if (address === 'stdout') return stdoutSink();
  const path = pathIn(address);
  if (path === undefined) throw new QfError('usage', `--to "${address}": expected ${SINK_FORMS}`);
  return FileSink.open(path);
}

/** What names the tables of the database, where a stage writes bars. */
export const PG_FORM = 'pg';

/** The topic in an address of Kafka, `''` where none is named; undefined where it is another address. */
export function topicIn(address: string): string | undefined {
  if (address === 'kafka') return '';
  return /^kafka:(.+)$/s.exec(address)?.[1];
}

/** The path in the address of a file; undefined where it is none. */
export function pathIn(address: string): string | undefined {
  return /^file:(.+)$/s.exec(address)?.[1];
}
