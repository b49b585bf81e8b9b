/** Units of 1e-8 in one whole: volumes have at most eight decimal places. */
export const E8_PER_UNIT = 100_000_000;

/** Whole part above which a sum moves its digits into the bigint; far below 2^53, so an addition never rounds. */
const SPILL_LIMIT = 2 ** 50;

/** A bar's volume times 1e8 stays below 2^127. */
const SUM_LIMIT_E8 = 2n ** 127n;

/**
 * An exact sum of non-negative decimals with at most eight decimal places.
 *
 * The value is `spill + units + e8 / 1e8`. `units` and `e8` are integers held in doubles, which is exact and fast as long as
 * they stay below 2^53; what grows beyond that moves into the bigint `spill`, which most sums never touch.
 */
export class DecimalSum {
  private units = 0;
  private e8 = 0;
  private spill = 0n;

  /** Adds `units + e8 / 1e8`, where 0 <= units < 1e15 and 0 <= e8 < 1e8 are integers. */
  add(units: number, e8: number): void {
    this.units += units;
    this.e8 += e8;
    if (this.e8 >= E8_PER_UNIT) {
      this.e8 -= E8_PER_UNIT;
      this.units += 1;
    }
    if (this.units >= SPILL_LIMIT) {
      this.spill += BigInt(this.units);
      this.units = 0;
    }
  }

  /** Whether the total with another sum stays below the limit of a bar's volume. */
  canAdd(other: DecimalSum): boolean {
    if (this.spill === 0n && other.spill === 0n) return true;
    return this.toE8() + other.toE8() < SUM_LIMIT_E8;
  }

  /** Adds another sum, which `canAdd` has allowed. */
  addSum(other: DecimalSum): void {
    this.spill += other.spill;
    this.add(other.units, other.e8);
  }

  /** The value times 1e8. */
  toE8(): bigint {
    return (this.spill + BigInt(this.units)) * BigInt(E8_PER_UNIT) + BigInt(this.e8);
  }

  /** Plain decimal text without trailing zeros. */
  toString(): string {
    const whole = this.spill === 0n ? String(this.units) : String(this.spill + BigInt(this.units));
    return whole + fractionText(this.e8);
  }

  /** From the value times 1e8; undefined outside 0 <= value < 2^127. */
  static fromE8(value: bigint): DecimalSum | undefined {
    if (value < 0n || value >= SUM_LIMIT_E8) return undefined;
    const sum = new DecimalSum();
    const whole = value / BigInt(E8_PER_UNIT);
    sum.e8 = Number(value % BigInt(E8_PER_UNIT));
    if (whole < BigInt(SPILL_LIMIT)) sum.units = Number(whole);
    else sum.spill = whole;
    return sum;
  }
}

/** `units + e8 / 1e8` as plain decimal text. */
export function decimalText(units: number, e8: number): string {
  return `${units}${fractionText(e8)}`;
}

function fractionText(e8: number): string {
  if (e8 === 0) return '';
  const digits = String(E8_PER_UNIT + e8).slice(1);
  let end = digits.length;
  while (digits.charCodeAt(end - 1) === 0x30) end--;
  return `.${digits.slice(0, end)}`;
}
