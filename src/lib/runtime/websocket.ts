/** Largest frame that is read, or replayed. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/** How a connection is made. */
export interface ConnectOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** Longest time until the connection is open. */
  readonly handshakeTimeout_ms: number;
  /** A larger frame ends the connection, before it is read. */
  readonly maxFrameBytes: number;
}

/** What happens on a connection, in order; nothing behind `ended`. */
export interface ConnectionListener {
  opened(): void;
  /** One whole message; `bytes` is only valid during the call. Text is not yet known to be UTF-8. */
  frame(bytes: Buffer, isBinary: boolean): void;
  /** A ping or a pong: the other side is alive. */
  sign(): void;
  ended(ending: Ending): void;
}

/** How a connection, or the attempt at one, ended. */
export type Ending =
  /** Both sides know; or the other side has gone without a word (`code` 1006). */
  | { readonly how: 'closed'; readonly code: number; readonly reason: string }
  /** The server answered the handshake with something else than a connection. */
  | { readonly how: 'refused'; readonly status: number; readonly location?: string; readonly retryAfter?: string }
  /** A frame was larger than allowed. */
  | { readonly how: 'oversized' }
  /** What came breaks the rules of the protocol. */
  | { readonly how: 'broken'; readonly message: string }
  /** The certificate of the other side could not be verified. */
  | { readonly how: 'untrusted'; readonly message: string }
  | { readonly how: 'failed'; readonly message: string };

/** One connection to a websocket server. */
export interface Connection {
  send(text: string): void;
  ping(): void;
  /** Reads no more from the network; what was read already still comes as frames. */
  pause(): void;
  resume(): void;
  /** Ends the connection at once. */
  terminate(): void;
}

/** One step of a session that is served. */
export type SessionStep =
  | { readonly what: 'frame'; readonly bytes: Buffer; readonly isBinary: boolean }
  /** The server closes the connection; what follows goes to the next one. */
  | { readonly what: 'reconnect' };

/** A server that plays a session to one client. */
export interface SessionServer {
  readonly url: URL;
  close(): void;
}

/** The way to websockets (RFC 6455). */
export interface WebSockets {
  connect(url: URL, options: ConnectOptions, listener: ConnectionListener): Connection;
  /**
   * Serves a session on this machine's loopback address, at the pace at which `steps` yields: each client gets what follows
   * behind the last one's. Closes with code 1000 behind the last step, and with 1011 where `steps` throws.
   */
  serve(steps: AsyncIterable<SessionStep>): Promise<SessionServer>;
}
