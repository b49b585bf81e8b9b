import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import { Intake } from '../runtime/intake.js';

/** What a pipe of Linux holds. */
const CHUNK_BYTES = 64 * 1024;

/** Chunks that are read ahead. */
const AHEAD = 8;

/** For how many further chunks, asked for, the bytes of a chunk stay as they are. */
export const CHUNKS_KEPT = 7;

/**
 * A pipe or socket that the process was started with, read into the same few buffers in turn: new memory for each chunk, and its
 * collection, cost more than reading it.
 */
export class PipeReader {
  private readonly buffers = Array.from({ length: AHEAD + CHUNKS_KEPT + 1 }, () => Buffer.allocUnsafeSlow(CHUNK_BYTES));
  private readonly intake = new Intake<Buffer>(AHEAD);
  private readonly socket: Socket;
  private turn = 0;

  constructor(fd: number) {
    // `onread` is missing from the types of the constructor.
    const options: SocketConstructorOpts & { readonly onread: OnReadOpts } = {
      fd,
      readable: true,
      writable: false,
      onread: { buffer: () => this.nextBuffer(), callback: (size, { buffer }) => this.take(Buffer.from(buffer, 0, size)) },
    };
    this.socket = new Socket(options);
    this.socket.on('end', () => this.intake.end());
    this.socket.on('close', () => this.intake.end());
    this.socket.on('error', (error) => this.intake.fail(error));
    this.intake.onRoom = () => this.socket.resume();
  }

  /** Reads until the end, or until `close`. */
  async *chunks(): AsyncGenerator<Buffer> {
    this.socket.resume();
    for (let next = await this.intake.take(1); next !== undefined; next = await this.intake.take(1)) yield* next;
  }

  /** Reads no more. */
  close(): void {
    this.socket.destroy();
  }

  private nextBuffer(): Buffer {
    return this.buffers[this.turn++ % this.buffers.length] as Buffer;
  }

  /** Says whether there is room for more. */
  private take(chunk: Buffer): boolean {
    this.intake.add([chunk]);
    return this.intake.room > 0;
  }
}
