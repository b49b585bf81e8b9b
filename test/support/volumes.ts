const E8 = 100_000_000n;

/** A value times 1e8 as plain decimal text without trailing zeros, by means of BigInt only. */
export function e8Text(value: bigint): string {
  const fraction = (value % E8).toString().padStart(8, '0').replace(/0+$/, '');
  return fraction === '' ? String(value / E8) : `${value / E8}.${fraction}`;
}

/** Whole units and 1e-8 parts as one exact number, times 1e8. */
export function toE8(units: number, e8: number): bigint {
  return BigInt(units) * E8 + BigInt(e8);
}

/** Plain decimal text with at most eight decimal places, times 1e8. */
export function e8Of(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(8, '0'));
}
