import type { Broker, Connection } from './client.js';
import { QfError } from '../../runtime/errors.js';
import { checkEncryption, type KafkaAddress } from './address.js';
import { connectTo, connectToAny, isTo } from './connection.js';
import { kafkaError } from './failure.js';
import { type Topics, topicsNow } from './metadata.js';

/** Connections to the brokers of a cluster, one to each that is asked. */
export class Brokers {
  private readonly address: KafkaAddress;
  private readonly connections = new Map<string, Promise<Connection>>();
  private bootstrap: Promise<Connection> | undefined;
  /** Why a connection has broken. */
  private fault: Error | undefined;

  constructor(address: KafkaAddress) {
    this.address = address;
  }

  /** Any broker. */
  any(): Promise<Connection> {
    return (this.bootstrap ??= connectToAny(this.address, this.note));
  }

  to(broker: Broker): Promise<Connection> {
    const name = `${broker.host}:${broker.port}`;
    let connection = this.connections.get(name);
    if (connection === undefined) {
      checkEncryption(this.address, broker.host, 'a broker');
      connection = this.connect(broker);
      this.connections.set(name, connection);
    }
    return connection;
  }

  /** Topics by their names, without those that there are not. */
  async topics(names: readonly string[]): Promise<Topics> {
    return topicsNow(await this.any(), this.address, names);
  }

  /** What was thrown as an error for the user, with why a connection has broken, and with `what` before it. */
  errorOf(thrown: unknown, what?: string): QfError {
    return thrown instanceof QfError ? thrown : kafkaError(this.fault ?? thrown, what);
  }

  async close(): Promise<void> {
    const all = [...this.connections.values(), ...(this.bootstrap === undefined ? [] : [this.bootstrap])];
    await Promise.all(all.map((one) => one.then((connection) => connection.close()).catch(() => undefined)));
  }

  /** The one that there is already may be to the same broker. */
  private async connect(broker: Broker): Promise<Connection> {
    const bootstrap = await this.bootstrap;
    return bootstrap !== undefined && isTo(bootstrap, broker) ? bootstrap : connectTo(this.address, broker, this.note);
  }

  private readonly note = (fault: Error | undefined): void => {
    if (fault !== undefined) this.fault = fault;
  };
}
