// The session of the websocket benchmark: frames as Binance sends them, in the mix of a busy market: of 100 frames 24 are trades,
// 68 changes of the best prices and 8 of the book. The same bytes in every run.
import { random } from './random.mjs';

const SYMBOLS = 50;
const START_MS = 1704167100000; // 2024-01-02T03:45:00Z
const CHUNK_BYTES = 256 * 1024;

export const SESSION_TEXT = `${SYMBOLS} symbols; of 100 frames 24 are trades, 68 best prices, 8 changes of the book`;

/** Frames of the session as a server writes them (RFC 6455, section 5.2), in large chunks. */
export function* sessionChunks(frames) {
  let parts = [];
  let size = 0;
  for (const text of texts(frames)) {
    const frame = encode(Buffer.from(text));
    parts.push(frame);
    size += frame.length;
    if (size < CHUNK_BYTES) continue;
    yield Buffer.concat(parts, size);
    parts = [];
    size = 0;
  }
  yield Buffer.concat(parts, size);
}

/** How many of so many frames are trades. */
export function tradesIn(frames) {
  return Math.floor(frames / 100) * 24 + Math.min(24, frames % 100);
}

function encode(text) {
  const head = text.length < 126 ? [0x81, text.length] : [0x81, 126, text.length >> 8, text.length & 0xff];
  return Buffer.concat([Buffer.from(head), text]);
}

function* texts(frames) {
  const below = random(1);
  const ids = new Array(SYMBOLS).fill(1_000_000);
  const cents = Array.from({ length: SYMBOLS }, () => 10_000 + below(1_000_000));
  for (let frame = 0; frame < frames; frame++) {
    const at = below(SYMBOLS);
    const symbol = `SIM${String(at).padStart(2, '0')}USDT`;
    const stream = symbol.toLowerCase();
    const ms = START_MS + frame;
    cents[at] = Math.max(100, cents[at] + below(5) - 2);
    const price = (offset) => `${((cents[at] + offset) / 100).toFixed(2)}000000`;
    const size = () => `${below(10)}.${String(below(1e8)).padStart(8, '0')}`;
    if (frame % 100 < 24) {
      yield `{"stream":"${stream}@trade","data":{"e":"trade","E":${ms + 1},"s":"${symbol}","t":${ids[at]++},"p":"${price(0)}","q":"${size()}","T":${ms},"m":${below(2) === 0},"M":true}}`;
    } else if (frame % 100 < 92) {
      yield `{"stream":"${stream}@bookTicker","data":{"u":${frame},"s":"${symbol}","b":"${price(0)}","B":"${size()}","a":"${price(1)}","A":"${size()}"}}`;
    } else {
      const levels = (sign) => Array.from({ length: 5 }, (_, i) => `["${price(sign * i)}","${size()}"]`).join(',');
      yield `{"stream":"${stream}@depth@100ms","data":{"e":"depthUpdate","E":${ms},"s":"${symbol}","U":${frame},"u":${frame + 5},"b":[${levels(-1)}],"a":[${levels(1)}]}}`;
    }
  }
}
