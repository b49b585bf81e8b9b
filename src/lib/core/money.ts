import Big from 'big.js';

/** An exact decimal. */
export type Decimal = Big;

/** A quotient that is not rounded down where it is a little less than whole would be a unit too many. */
const QUOTIENT_PLACES = 80;

const Exact = Big();
Exact.DP = QUOTIENT_PLACES;

export const ZERO = new Exact(0);

/** A double as the shortest decimal that reads back as the same double. */
export function exact(value: number): Decimal {
  return new Exact(value);
}

/** Rounded to 0.01, half away from zero. */
export function cents(amount: Decimal): Decimal {
  return amount.round(2, Big.roundHalfUp);
}

/** The nearest multiple of `step` at or above the value, or at or below it. */
export function toStep(value: Decimal, step: Decimal, direction: 'up' | 'down'): Decimal {
  const remainder = value.mod(step);
  if (remainder.eq(0)) return value;
  // A remainder has the sign of the value.
  const below = value.minus(remainder.lt(0) ? remainder.plus(step) : remainder);
  return direction === 'down' ? below : below.plus(step);
}

/** The largest whole number at or below a value that is not negative. */
export function wholePart(value: Decimal): number {
  return value.round(0, Big.roundDown).toNumber();
}

/** Plain decimal text: no exponent, no trailing zeros, never `-0`. */
export function decimalText(value: Decimal): string {
  return value.eq(0) ? '0' : value.toFixed();
}

/** A double rounded to `places` decimals, half away from zero. */
export function roundedTo(value: number, places: number): number {
  return exact(value).round(places, Big.roundHalfUp).toNumber() + 0;
}
