export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;
export const MINUS = 0x2d;
export const PLUS = 0x2b;
export const DOT = 0x2e;
export const ZERO = 0x30;
export const NINE = 0x39;
export const SPACE = 0x20;

/** Nesting that is followed; what is deeper is left to JSON.parse. */
const MAX_DEPTH = 64;

/** Bytes that may stand behind a backslash, but for the `u` before four hexadecimal digits. */
const ESCAPES: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'));
const LOWER_U = 0x75;

const WORDS = ['true', 'false', 'null'].map((word) => Buffer.from(word));

/** What closes each bracket that is open, outermost first. */
const closing = new Uint8Array(MAX_DEPTH);

/** The first place behind white space. */
export function skipSpace(bytes: Buffer, at: number, end: number): number {
  while (at < end) {
    const byte = bytes[at];
    if (byte !== SPACE && byte !== 0x09 && byte !== 0x0d && byte !== 0x0a) break;
    at++;
  }
  return at;
}

/**
 * End of the JSON value (RFC 8259) that starts at `start`; -1 where there is none, or one that is nested deeper than this looks.
 * Says nothing of whether strings are UTF-8.
 */
export function valueEnd(bytes: Buffer, start: number, end: number): number {
  let depth = 0;
  let at = start;
  for (;;) {
    const byte = bytes[at];
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      const close = byte === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET;
      at = skipSpace(bytes, at + 1, end);
      if (bytes[at] !== close) {
        if (depth === MAX_DEPTH) return -1;
        closing[depth++] = close;
        if (close === CLOSE_BRACE) at = behindKey(bytes, at, end);
        if (at === -1) return -1;
        continue;
      }
      at++;
    } else at = scalarEnd(bytes, at, end);
    if (at === -1) return -1;
    // A value has ended, and with it perhaps what it stands in.
    for (;;) {
      if (depth === 0) return at <= end ? at : -1;
      at = skipSpace(bytes, at, end);
      const close = closing[depth - 1];
      if (bytes[at] === COMMA) {
        at = skipSpace(bytes, at + 1, end);
        if (close === CLOSE_BRACE) at = behindKey(bytes, at, end);
        if (at === -1) return -1;
        break;
      }
      if (bytes[at] !== close) return -1;
      depth--;
      at++;
    }
  }
}

/** End of a string, a number or a word; -1 where there is none. */
function scalarEnd(bytes: Buffer, at: number, end: number): number {
  const byte = bytes[at] as number;
  if (byte === QUOTE) return stringEnd(bytes, at, end);
  return byte === MINUS || (byte >= ZERO && byte <= NINE) ? numberEnd(bytes, at, end) : wordEnd(bytes, at, end);
}

/** The place of the value whose key starts at `at`; -1 where there is no key and colon. */
function behindKey(bytes: Buffer, at: number, end: number): number {
  const keyEnd = stringEnd(bytes, at, end);
  return keyEnd === -1 ? -1 : behindColon(bytes, keyEnd, end);
}

function behindColon(bytes: Buffer, keyEnd: number, end: number): number {
  const colon = skipSpace(bytes, keyEnd, end);
  return bytes[colon] === COLON ? skipSpace(bytes, colon + 1, end) : -1;
}

/** End of a JSON string, behind its closing quote; -1 where there is none. */
export function stringEnd(bytes: Buffer, start: number, end: number): number {
  if (bytes[start] !== QUOTE) return -1;
  for (let at = start + 1; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at + 1;
    if (byte < SPACE) return -1;
    if (byte !== BACKSLASH) continue;
    at++;
    if (bytes[at] === LOWER_U) {
      for (let digit = 0; digit < 4; digit++) if (!isHexadecimal(bytes[++at] as number)) return -1;
    } else if (!ESCAPES.has(bytes[at] as number)) return -1;
  }
  return -1;
}

function isHexadecimal(byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

/** End of a JSON number (RFC 8259, section 6); -1 where there is none. */
export function numberEnd(bytes: Buffer, start: number, end: number): number {
  let at = start < end && bytes[start] === MINUS ? start + 1 : start;
  const wholeEnd = digitsEnd(bytes, at, end);
  if (wholeEnd === at || (bytes[at] === ZERO && wholeEnd > at + 1)) return -1;
  at = wholeEnd;
  if (at < end && bytes[at] === DOT) {
    const fractionEnd = digitsEnd(bytes, at + 1, end);
    if (fractionEnd === at + 1) return -1;
    at = fractionEnd;
  }
  if (at < end && ((bytes[at] as number) | 0x20) === 0x65) {
    at++;
    if (at < end && (bytes[at] === PLUS || bytes[at] === MINUS)) at++;
    const exponentEnd = digitsEnd(bytes, at, end);
    if (exponentEnd === at) return -1;
    at = exponentEnd;
  }
  return at;
}

function digitsEnd(bytes: Buffer, at: number, end: number): number {
  while (at < end && (bytes[at] as number) >= ZERO && (bytes[at] as number) <= NINE) at++;
  return at;
}

function wordEnd(bytes: Buffer, start: number, end: number): number {
  for (const word of WORDS) {
    let length = 0;
    while (length < word.length && bytes[start + length] === word[length]) length++;
    if (length === word.length) return start + length <= end ? start + length : -1;
  }
  return -1;
}

/**
 * Visits the members of the object that starts at `start`, in order, and returns the object's end; -1 where it is no valid object.
 * `visit` gets the places of the key, quotes included, and of the value, and returns where the value ends, or -1.
 */
export function eachMember(
  bytes: Buffer,
  start: number,
  end: number,
  visit: (keyStart: number, keyEnd: number, valueStart: number) => number,
): number {
  let at = skipSpace(bytes, start + 1, end);
  if (bytes[at] === CLOSE_BRACE) return at + 1;
  for (;;) {
    const keyEnd = stringEnd(bytes, at, end);
    const valueStart = keyEnd === -1 ? -1 : behindColon(bytes, keyEnd, end);
    const next = valueStart === -1 ? -1 : visit(at, keyEnd, valueStart);
    if (next === -1) return -1;
    at = skipSpace(bytes, next, end);
    if (bytes[at] === CLOSE_BRACE) return at + 1;
    if (bytes[at] !== COMMA) return -1;
    at = skipSpace(bytes, at + 1, end);
  }
}

/** Like `eachMember`, for the array that starts at `start`; `visit` gets the place of each element. */
export function eachElement(bytes: Buffer, start: number, end: number, visit: (valueStart: number) => number): number {
  let at = skipSpace(bytes, start + 1, end);
  if (bytes[at] === CLOSE_BRACKET) return at + 1;
  for (;;) {
    const next = visit(at);
    if (next === -1) return -1;
    at = skipSpace(bytes, next, end);
    if (bytes[at] === CLOSE_BRACKET) return at + 1;
    if (bytes[at] !== COMMA) return -1;
    at = skipSpace(bytes, at + 1, end);
  }
}

/** End of the value that starts at `at`, however deep, in text that is known to be valid JSON. */
export function validValueEnd(bytes: Buffer, at: number): number {
  let depth = 0;
  for (;;) {
    const byte = bytes[at];
    if (byte === QUOTE) at = validStringEnd(bytes, at);
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth++;
      at++;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth--;
      at++;
    } else if (depth > 0) at++;
    else at = validScalarEnd(bytes, at);
    if (depth === 0) return at;
  }
}

function validStringEnd(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

/** End of a number, `true`, `false` or `null`. */
function validScalarEnd(bytes: Buffer, at: number): number {
  while (bytes[at] === MINUS || bytes[at] === PLUS || bytes[at] === DOT || isAlphanumeric(bytes[at] as number)) at++;
  return at;
}

function isAlphanumeric(byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a);
}
