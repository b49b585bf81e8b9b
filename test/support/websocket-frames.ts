/** What a frame is (RFC 6455, section 5.2). */
export const OPCODES = { continuation: 0x0, text: 0x1, binary: 0x2, reserved: 0x3, close: 0x8, ping: 0x9, pong: 0xa } as const;
export type Opcode = keyof typeof OPCODES;

export interface FrameForm {
  readonly opcode?: Opcode;
  /** Whether it is the last frame of its message. */
  readonly isLast?: boolean;
  /** The three reserved bits, as a number. */
  readonly reserved?: number;
  /** Servers may not mask. */
  readonly isMasked?: boolean;
}

/** The beginning of a frame that says of itself that `length` bytes follow. */
export function frameHead(length: number, form: FrameForm = {}): Buffer {
  const { opcode = 'text', isLast = true, reserved = 0, isMasked = false } = form;
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const head = Buffer.alloc(2 + extended);
  head[0] = (isLast ? 0x80 : 0) | (reserved << 4) | OPCODES[opcode];
  head[1] = (isMasked ? 0x80 : 0) | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) head.writeUInt16BE(length, 2);
  if (extended === 8) head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}

/** One frame as a server writes it. */
export function frame(payload: string | Buffer, form: FrameForm = {}): Buffer {
  const bytes = Buffer.from(payload);
  // A mask of zeros leaves the payload as it is.
  const mask = form.isMasked === true ? Buffer.alloc(4) : Buffer.alloc(0);
  return Buffer.concat([frameHead(bytes.length, form), mask, bytes]);
}

/** A close frame. */
export function closeFrame(code: number, reason = ''): Buffer {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code);
  payload.write(reason, 2);
  return frame(payload, { opcode: 'close' });
}

/** A frame that a client sent. */
export interface ClientFrame {
  readonly opcode: Opcode | undefined;
  readonly text: string;
}

/** Takes the frames of a client out of its bytes. They are short and masked; longer ones than 65,535 bytes are not expected. */
export class ClientFrames {
  private bytes = Buffer.alloc(0);

  push(chunk: Buffer): ClientFrame[] {
    this.bytes = Buffer.concat([this.bytes, chunk]);
    const frames: ClientFrame[] = [];
    for (let next = this.take(); next !== undefined; next = this.take()) frames.push(next);
    return frames;
  }

  private take(): ClientFrame | undefined {
    const { bytes } = this;
    if (bytes.length < 2) return undefined;
    const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)];
    const isLong = (second & 0x7f) === 126;
    const headSize = (isLong ? 4 : 2) + 4;
    if (bytes.length < headSize) return undefined;
    const end = headSize + (isLong ? bytes.readUInt16BE(2) : second & 0x7f);
    if (bytes.length < end) return undefined;
    const mask = bytes.subarray(headSize - 4, headSize);
    const payload = bytes.subarray(headSize, end).map((byte, at) => byte ^ (mask[at % 4] as number));
    this.bytes = bytes.subarray(end);
    const opcode = (Object.keys(OPCODES) as Opcode[]).find((name) => OPCODES[name] === (first & 0x0f));
    return { opcode, text: Buffer.from(payload).toString('utf8') };
  }
}
