import { type Broker, Connection, ResponseError } from './client.js';
import { connectionOptions, type KafkaAddress, placeOf } from './address.js';

const CLIENT_ID = 'qf';

/** Is told why a connection breaks later, and `undefined` when it is made. */
export type NoteFault = (fault: Error | undefined) => void;

/** The first broker that answers. Throws what the last one said. */
export async function connectToAny(address: KafkaAddress, noteFault: NoteFault): Promise<Connection> {
  let failure: unknown = new Error('no broker is named');
  for (const broker of address.brokers) {
    try {
      return await connectTo(address, placeOf(broker), noteFault);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

export async function connectTo(address: KafkaAddress, { host, port }: Broker, noteFault: NoteFault): Promise<Connection> {
  const connection = new Connection(CLIENT_ID, connectionOptions(address));
  // Without a listener it would end the process. The requests that it breaks say only that the connection has gone.
  connection.on('error', noteFault);
  await connection.connect(host, port);
  noteFault(undefined);
  return connection;
}

/** Whether a connection is one to this broker. */
export function isTo({ host, port }: Connection, broker: Broker): boolean {
  return host === broker.host && port === broker.port;
}

/** The protocol's error code in what was thrown; undefined where the fault is another. */
export function codeOf(thrown: unknown): number | undefined {
  return protocolErrorIn(thrown)?.apiCode;
}

/** The protocol's name of an error in what was thrown; '' where the fault is another. */
export function codeNameOf(thrown: unknown): string {
  return protocolErrorIn(thrown)?.apiId ?? '';
}

function protocolErrorIn(thrown: unknown): { readonly apiCode?: number; readonly apiId?: string } | undefined {
  return thrown instanceof ResponseError ? (thrown.errors[0] as object) : undefined;
}
