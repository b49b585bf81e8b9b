/**
 * UTF-8, and a lone surrogate as the three bytes of its number, so that different strings have different bytes
 * (https://simonsapin.github.io/wtf-8/).
 */
export function wtf8(text: string): Buffer {
  if (!LONE.test(text)) return Buffer.from(text, 'utf8');
  return Buffer.concat(Array.from(text, (character) => (LONE.test(character) ? loneBytes(character) : Buffer.from(character))));
}

const LONE = /\p{Surrogate}/u;

function loneBytes(surrogate: string): Buffer {
  const code = surrogate.charCodeAt(0);
  return Buffer.from([0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]);
}
