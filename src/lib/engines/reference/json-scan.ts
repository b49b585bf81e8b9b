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
 * Visits the members of the object that starts at `start`, in order, in text that is known to be valid JSON, and returns the
 * object's end. `visit` gets the places of the key, quotes included, and of the value, and returns where the value ends.
 */
export function eachMember(
  bytes: Buffer,
  start: number,
  visit: (keyStart: number, keyEnd: number, valueStart: number) => number,
): number {
  let at = skipSpace(bytes, start + 1, bytes.length);
  while (bytes[at] === QUOTE) {
    const keyEnd = validStringEnd(bytes, at);
    const valueStart = skipSpace(bytes, skipSpace(bytes, keyEnd, bytes.length) + 1, bytes.length);
    at = behindComma(bytes, visit(at, keyEnd, valueStart));
  }
  return at + 1;
}

/** Like `eachMember`, for the array that starts at `start`; `visit` gets the place of each element. */
export function eachElement(bytes: Buffer, start: number, visit: (valueStart: number) => number): number {
  let at = skipSpace(bytes, start + 1, bytes.length);
  while (bytes[at] !== CLOSE_BRACKET) at = behindComma(bytes, visit(at));
  return at + 1;
}

/** The first place behind a value at which a next one, or the bracket at the end, stands. */
function behindComma(bytes: Buffer, valueEnd: number): number {
  const at = skipSpace(bytes, valueEnd, bytes.length);
  return bytes[at] === COMMA ? skipSpace(bytes, at + 1, bytes.length) : at;
}

/** End of the value that starts at `at`, in text that is known to be valid JSON. */
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
    else at = scalarEnd(bytes, at);
    if (depth === 0) return at;
  }
}

function validStringEnd(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

/** End of a number, `true`, `false` or `null`. */
function scalarEnd(bytes: Buffer, at: number): number {
  while (bytes[at] === MINUS || bytes[at] === PLUS || bytes[at] === DOT || isAlphanumeric(bytes[at] as number)) at++;
  return at;
}

function isAlphanumeric(byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a);
}
