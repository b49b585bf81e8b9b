/**
 * A double in plain decimal notation: the shortest digits that read back as the same double, no exponent, never `-0`.
 * `String` uses an exponent below 1e-6 and from 1e21 on; those digits are moved into place here.
 */
export function plainNumber(value: number): string {
  if (value === 0) return '0';
  const text = String(value);
  const exponentAt = text.indexOf('e');
  return exponentAt === -1 ? text : expandExponent(text, exponentAt);
}

function expandExponent(text: string, exponentAt: number): string {
  const exponent = Number(text.slice(exponentAt + 1));
  const sign = text.startsWith('-') ? '-' : '';
  const mantissa = text.slice(sign.length, exponentAt);
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = whole + fraction;
  const point = whole.length + exponent;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, '0');
}
