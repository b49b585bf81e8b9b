// What is said of several measurements.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median and spread. */
export function summary(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** How many times as fast as the base, round by round: what slows a whole round cancels out. */
export function speedRatio(samples, base) {
  return summary(samples.map(({ wall_s }, round) => base[round].wall_s / wall_s));
}

/** The smallest value that is not below the share `q` of all values. */
export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
}
