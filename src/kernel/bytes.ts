// ASCII.
export const TAB: u32 = 0x09;
export const LF: u32 = 0x0a;
export const CR: u32 = 0x0d;
export const SPACE: u32 = 0x20;
export const QUOTE: u32 = 0x22;
export const COMMA: u32 = 0x2c;
export const MINUS: u32 = 0x2d;
export const DOT: u32 = 0x2e;
export const ZERO: u32 = 0x30;
export const COLON: u32 = 0x3a;
export const OPEN_LIST: u32 = 0x5b;
export const BACKSLASH: u32 = 0x5c;
export const CLOSE_LIST: u32 = 0x5d;
export const OPEN: u32 = 0x7b;
export const CLOSE: u32 = 0x7d;

export function isDigit(byte: u32): bool {
  return byte - ZERO < 10;
}

/** The first position from `at` on that is no space; a line break is none. */
export function skipSpace(at: usize): usize {
  while (true) {
    const byte: u32 = load<u8>(at);
    if (byte > SPACE) return at;
    if (byte !== SPACE && byte !== TAB && byte !== CR) return at;
    at++;
  }
}
