import { Socket } from 'node:net';
import { finished } from 'node:stream/promises';
import type { Client } from 'pg';
import type { Clock } from '../../runtime/clock.js';
import { databaseError, sqlStateOf } from '../../runtime/database-error.js';
import { checkPgSchema } from '../../runtime/database-schema.js';
import { QfError } from '../../runtime/errors.js';

/** How long somebody else's lock is waited for, and how long the server lets a transaction wait for this process, s. */
const LOCK_TIMEOUT_S = 5;
const IDLE_IN_TRANSACTION_S = 5;

/** Longest wait for any answer; a server that is silent for so long has gone, or nothing of it reaches this machine. */
export const ANSWER_MS = 30_000;

/** Longest wait for an orderly end of a connection. */
const CLOSE_MS = 2000;

/** Which database, and which schema in it. */
export interface DatabaseAddress {
  /** `postgres://USER:PASSWORD@HOST:PORT/DATABASE`; no message repeats it. */
  readonly url: string;
  /** Schema that holds qf's tables. */
  readonly schema: string;
  readonly clock: Clock;
}

/** A row as the server sends it. Integers of 64 bits and numerics are text. */
export type Row = Readonly<Record<string, unknown>>;

/** What the server answered. */
export interface Answer {
  readonly rows: readonly Row[];
  /** Rows that the statement wrote or read. */
  readonly rowCount: number;
}

/** Carries out one statement, with values for $1, $2, …. Throws `QfError`: see `databaseError`. */
export type Query = (text: string, values?: readonly unknown[]) => Promise<Answer>;

/** Copies rows in: `statement` is COPY … FROM STDIN, `rows` its text format. Throws `QfError`: see `databaseError`. */
export type Copy = (statement: string, rows: string) => Promise<void>;

/** How a transaction ends that has not failed: committed, or taken back, and with which result. */
export interface Ending<T> {
  readonly keep: boolean;
  readonly value: T;
}

/**
 * Connects to a database. Throws a usage error where the address or the schema's name is none, `unavailable` where nobody answers.
 */
export async function openDatabase(address: DatabaseAddress): Promise<Database> {
  return new Database(address, await Connection.open(address));
}

/**
 * A database, by one connection, for one user: one statement at a time. Where the connection is lost, also between statements,
 * the next call says so, once, with `unavailable`; the one after that connects anew.
 */
export class Database {
  private readonly address: DatabaseAddress;
  private connection: Connection | undefined;

  constructor(address: DatabaseAddress, connection: Connection) {
    this.address = address;
    this.connection = connection;
  }

  /** One statement, outside of any transaction. Throws `QfError`. */
  async query(text: string, values?: readonly unknown[]): Promise<Answer> {
    const connection = await this.connected();
    try {
      return await connection.query(text, values);
    } finally {
      await this.forgetLost();
    }
  }

  /**
   * Runs `work` in a transaction and ends it as `work` says; where `work` throws, everything is taken back. Where it throws
   * `unavailable` although `keep` was wanted, the answer to the commit may be what is missing: the rows may be stored.
   */
  async transaction<T>(work: (query: Query, copy: Copy) => Promise<Ending<T>>): Promise<T> {
    const connection = await this.connected();
    const query: Query = (text, values) => connection.query(text, values);
    const copy: Copy = (statement, rows) => connection.copy(statement, rows);
    try {
      await query('begin');
      const { keep, value } = await work(query, copy);
      await query(keep ? 'commit' : 'rollback');
      return value;
    } catch (error) {
      // Where that fails the connection is lost, and the server takes everything back by itself.
      await query('rollback').catch(() => undefined);
      throw error;
    } finally {
      await this.forgetLost();
    }
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    const { connection } = this;
    this.connection = undefined;
    await connection?.close();
  }

  private async connected(): Promise<Connection> {
    return (this.connection ??= await Connection.open(this.address));
  }

  private async forgetLost(): Promise<void> {
    if (this.connection?.isLost === true) await this.close();
  }
}

/** One connection to the server. */
class Connection {
  private readonly client: Client;
  private readonly socket: Socket;
  private readonly clock: Clock;
  /** Why there is no connection any more. */
  private lost: Error | undefined;

  private constructor(client: Client, socket: Socket, clock: Clock) {
    this.client = client;
    this.socket = socket;
    this.clock = clock;
    // Whatever happens between two statements is told by the next one; without these listeners it would end the process.
    client.on('error', (error) => this.lose(error));
    socket.on('error', (error) => this.lose(error));
  }

  static async open({ url, schema, clock }: DatabaseAddress): Promise<Connection> {
    checkPgSchema(schema);
    const { default: pg } = await import('pg');
    // Our own socket, because the package has no way to give up a server that is silent.
    const socket = new Socket();
    let client: Client;
    try {
      client = new pg.Client({ connectionString: url, stream: () => socket, keepAlive: true });
    } catch {
      // The package's error repeats the address, with the password in it.
      throw new QfError('usage', 'the address of the database must be postgres://USER@HOST:PORT/DATABASE');
    }
    const connection = new Connection(client, socket, clock);
    try {
      await connection.answer(client.connect());
      await connection.query(
        `set search_path to "${schema}"; set lock_timeout = '${LOCK_TIMEOUT_S}s'; ` +
          `set idle_in_transaction_session_timeout = '${IDLE_IN_TRANSACTION_S}s'; set application_name = 'qf'`,
      );
    } catch (error) {
      socket.destroy();
      throw error;
    }
    return connection;
  }

  get isLost(): boolean {
    return this.lost !== undefined;
  }

  async query(text: string, values?: readonly unknown[]): Promise<Answer> {
    const { rows, rowCount } = await this.answer(this.client.query<Row>(text, values === undefined ? undefined : [...values]));
    return { rows, rowCount: rowCount ?? 0 };
  }

  async copy(statement: string, rows: string): Promise<void> {
    const { from } = await import('pg-copy-streams');
    const stream = this.client.query(from(statement));
    const ended = finished(stream);
    stream.end(rows);
    await this.answer(ended);
  }

  async close(): Promise<void> {
    const ended = new AbortController();
    void this.atLatest(CLOSE_MS, ended.signal, () => this.socket.destroy());
    await this.client.end().catch(() => undefined);
    ended.abort();
  }

  private async answer<T>(work: Promise<T>): Promise<T> {
    const answered = new AbortController();
    void this.atLatest(ANSWER_MS, answered.signal, () => {
      this.lose(new QfError('unavailable', `Postgres: no answer within ${ANSWER_MS / 1000} s`));
      this.socket.destroy();
    });
    try {
      return await work;
    } catch (error) {
      const failure = this.lost ?? databaseError(error);
      if (endsConnection(error)) this.lose(error);
      throw failure;
    } finally {
      answered.abort();
    }
  }

  private async atLatest(limit_ms: number, done: AbortSignal, act: () => void): Promise<void> {
    await this.clock.waitUntil(this.clock.now_ms() + limit_ms, done);
    if (!done.aborted) act();
  }

  /** A connection that has gone is worth another try, whatever the server gave as the reason. */
  private lose(error: unknown): void {
    this.lost ??= new QfError('unavailable', databaseError(error).message, { cause: error });
  }
}

/** Whether there is no connection behind a failure: the server said so, or the failure is not its answer. */
function endsConnection(error: unknown): boolean {
  if (sqlStateOf(error) === undefined) return true;
  return error instanceof Error && 'severity' in error && error.severity !== 'ERROR';
}
