// Numbers as Kafka's records have them: seven bits a byte, the lowest first, with the sign in the lowest bit
// (https://protobuf.dev/programming-guides/encoding/#signed-ints).

/** Where the number that `readVarint` has read last ends. */
export let varintEnd: usize = 0;

/** The number at `at`, of at most ten bytes. */
export function readVarint(at: usize): i64 {
  let value: u64 = 0;
  let shift: u64 = 0;
  while (true) {
    const byte: u64 = load<u8>(at++);
    value |= (byte & 0x7f) << shift;
    shift += 7;
    if (byte < 0x80 || shift > 63) break;
  }
  varintEnd = at;
  return (<i64>(value >>> 1)) ^ -(<i64>(value & 1));
}

/** Writes a number; gives where it ends. */
export function varint(at: usize, value: i32): usize {
  let rest = <u32>((value << 1) ^ (value >> 31));
  while (rest >= 0x80) {
    store<u8>(at++, (rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  store<u8>(at, rest);
  return at + 1;
}

/** How many bytes `varint` writes. */
export function varintSize(value: i32): usize {
  let rest = <u32>((value << 1) ^ (value >> 31));
  let size: usize = 1;
  while (rest >= 0x80) {
    rest >>>= 7;
    size++;
  }
  return size;
}
