import { type Broker, type Connection, metadataV12 } from './client.js';
import { checkEncryption, type KafkaAddress } from './address.js';
import { kafkaError } from './failure.js';
import { connectTo, connectToAny } from './leader.js';

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
      connection = connectTo(this.address, broker, this.note);
      this.connections.set(name, connection);
    }
    return connection;
  }

  /** Which broker leads each partition, by `<topic>/<partition>`. */
  async leadersOf(topics: readonly string[]): Promise<Map<string, Broker>> {
    const { brokers, topics: found } = await metadataV12.api.async(await this.any(), [...topics], false, false);
    const leaders = new Map<string, Broker>();
    for (const [id, broker] of brokers.map((one): [number, Broker] => [one.nodeId, one]))
      for (const { name, partitions } of found)
        for (const { partitionIndex } of partitions.filter(({ leaderId }) => leaderId === id))
          leaders.set(`${name ?? ''}/${partitionIndex}`, broker);
    return leaders;
  }

  /** What was thrown as an error for the user, with why a connection has broken. */
  errorOf(thrown: unknown): Error {
    return kafkaError(this.fault ?? thrown);
  }

  async close(): Promise<void> {
    const all = [...this.connections.values(), ...(this.bootstrap === undefined ? [] : [this.bootstrap])];
    await Promise.all(all.map((one) => one.then((connection) => connection.close()).catch(() => undefined)));
  }

  private readonly note = (fault: Error | undefined): void => {
    if (fault !== undefined) this.fault = fault;
  };
}
