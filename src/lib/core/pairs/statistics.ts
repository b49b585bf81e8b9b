/** Below this a sum of squares, or a variance, is taken for zero. */
export const NEGLIGIBLE = 1e-12;

/**
 * The functions here add from the first value to the last and find the mean first: the formulas that pass once over the values lose
 * their digits on logarithms of prices, which lie close together.
 */
export function meanOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Least-squares slope, with intercept, of `xs` on `ys`; undefined where `ys` hardly vary. As many of both. */
export function slopeOf(xs: readonly number[], ys: readonly number[]): number | undefined {
  if (xs.length < 2) return undefined;
  const xMean = meanOf(xs);
  const yMean = meanOf(ys);
  let products = 0;
  let squares = 0;
  for (let at = 0; at < ys.length; at++) {
    const y = (ys[at] as number) - yMean;
    products += ((xs[at] as number) - xMean) * y;
    squares += y * y;
  }
  return squares < NEGLIGIBLE ? undefined : products / squares;
}

/** How many standard deviations (of the population) the last value lies from the mean; undefined where the values hardly vary. */
export function lastZ(values: readonly number[]): number | undefined {
  if (values.length < 2) return undefined;
  const mean = meanOf(values);
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  const variance = squares / values.length;
  return variance <= NEGLIGIBLE ? undefined : ((values.at(-1) as number) - mean) / Math.sqrt(variance);
}
