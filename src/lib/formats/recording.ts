import { instantText } from '../core/model/time.js';
import { type LineReader, LineSplitter } from '../engines/reference/lines.js';
import { QfError } from '../runtime/errors.js';
import { MAX_FRAME_BYTES } from '../runtime/websocket.js';
import { type Instant, parseTime, UTC } from './time-text.js';

/** What happened in a recorded websocket session. */
export type RecordedEvent =
  | { readonly what: 'opened'; readonly time: Instant }
  | { readonly what: 'frame'; readonly time: Instant; readonly bytes: Buffer; readonly isBinary: boolean };

/** Longest line: a frame of the largest size in base64, its time, and its mark. */
const MAX_LINE_BYTES = Math.ceil(MAX_FRAME_BYTES / 3) * 4 + 64;

/** `<s>: <frame>`, or `<ns> <frame>`. */
const FRAME = /^(?:(\d{1,11}\.\d{1,9}|\d{1,11}):|(\d{17,19})(?!\d)) ?/;
const OPENED = /^\S+ <-> (\d{1,11}(?:\.\d{1,9})?)$/;
const SENT = /^\S+ <- [\d.]+: /;

/** Frames that a line cannot hold as they are: binary ones, and text with a line break or with one of these marks. */
const BINARY = 'base64:';
const TEXT = 'base64-text:';

const LONGEST_HEAD = 4096;

/**
 * Reads a recorded session, one event a line, in any mix of these: `<s>: <frame>` and `<ns> <frame>` are a frame with the time at
 * which it came, `<url> <-> <s>` an opened connection, `<url> <- <s>: <frame>` a frame that the client sent, which is passed over.
 * Throws `bad_data` for any other line.
 */
export class RecordingReader implements LineReader {
  private readonly path: string;
  private readonly splitter = new LineSplitter(this, MAX_LINE_BYTES);
  private events: RecordedEvent[] = [];

  constructor(path: string) {
    this.path = path;
  }

  push(chunk: Buffer): readonly RecordedEvent[] {
    this.splitter.push(chunk);
    return this.takeEvents();
  }

  /** The events before the line for which `push` or `end` has thrown. */
  takeEvents(): readonly RecordedEvent[] {
    const events = this.events;
    this.events = [];
    return events;
  }

  end(): readonly RecordedEvent[] {
    this.splitter.end();
    return this.takeEvents();
  }

  line(bytes: Buffer, start: number, end: number, number: number): void {
    const head = bytes.toString('latin1', start, Math.min(end, start + LONGEST_HEAD));
    const frame = FRAME.exec(head);
    if (frame !== null) {
      const [prefix, s, ns] = frame;
      const time = s === undefined ? parseTime(ns ?? '', 'ns', UTC) : parseTime(s, 's', UTC);
      if (time !== undefined) this.frame(time, bytes.subarray(start + prefix.length, end), number);
      return;
    }
    const opened = parseTime(OPENED.exec(head)?.[1] ?? '', 's', UTC);
    if (opened !== undefined) this.events.push({ what: 'opened', time: opened });
    else if (!SENT.test(head)) this.refuse(number, 'it is neither a frame with a time nor a connection');
  }

  tooLong(_head: Buffer, size: number, number: number): void {
    this.refuse(number, `it has ${size} bytes, and at most ${MAX_LINE_BYTES} are read`);
  }

  private frame(time: Instant, text: Buffer, number: number): void {
    const frame = frameOf(text);
    if (frame === undefined) this.refuse(number, 'its base64 is damaged');
    if (frame.bytes.length > MAX_FRAME_BYTES) this.refuse(number, `a frame has at most ${MAX_FRAME_BYTES} bytes`);
    this.events.push({ what: 'frame', time, ...frame });
  }

  private refuse(number: number, why: string): never {
    throw new QfError('bad_data', `${this.path}: line ${number} is no line of a recorded session: ${why}`);
  }
}

/** Undefined where what stands behind a mark is not base64: Node would decode what it can. */
function frameOf(bytes: Buffer): { bytes: Buffer; isBinary: boolean } | undefined {
  for (const mark of [BINARY, TEXT]) {
    if (bytes.subarray(0, mark.length).equals(Buffer.from(mark))) {
      const text = bytes.toString('latin1', mark.length);
      const decoded = Buffer.from(text, 'base64');
      return decoded.toString('base64') === text ? { bytes: decoded, isBinary: mark === BINARY } : undefined;
    }
  }
  return { bytes: Buffer.from(bytes), isBinary: false };
}

/** The line of an opened connection; the address without what may be secret in it. */
export function encodeOpened(url: URL, { s, ns }: Instant): string {
  return `${url.origin}${url.pathname} <-> ${s}.${instantText(0, ns).slice(1)}\n`;
}

/** The line of a frame, bytes of any kind. */
export function encodeFrame(bytes: Buffer, isBinary: boolean, { s, ns }: Instant): Buffer {
  const time = `${s}.${instantText(0, ns).slice(1)}: `;
  const isPlain =
    !isBinary && !bytes.includes(0x0a) && !bytes.includes(0x0d) && !bytes.subarray(0, 6).equals(Buffer.from('base64'));
  if (isPlain) return Buffer.concat([Buffer.from(time), bytes, Buffer.from('\n')]);
  return Buffer.from(`${time}${isBinary ? BINARY : TEXT}${bytes.toString('base64')}\n`);
}
