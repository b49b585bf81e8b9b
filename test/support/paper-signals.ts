/**
 * How far beta and z of two programs may lie apart: their logarithms may differ in the last bit, and the results are rounded to six
 * decimals.
 */
const TOLERANCE = 2e-6;

const ESTIMATES = /"beta":([^,]+),"z":([^,]+),/;

/** The first signal that two programs do not agree about, both ways; undefined where they do. */
export function signalsDiffer(ours: string, theirs: string): { readonly ours: string; readonly theirs: string } | undefined {
  const [a, b] = [ours.split('\n'), theirs.split('\n')];
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [one = '', other = ''] = [a[at], b[at]];
    if (one !== other && !agree(one, other)) return { ours: one, theirs: other };
  }
  return undefined;
}

function agree(one: string, other: string): boolean {
  if (one.replace(ESTIMATES, '') !== other.replace(ESTIMATES, '')) return false;
  const [a, b] = [ESTIMATES.exec(one)?.slice(1).map(Number), ESTIMATES.exec(other)?.slice(1).map(Number)];
  return [0, 1].every((at) => Math.abs((a?.[at] ?? NaN) - (b?.[at] ?? NaN)) <= TOLERANCE);
}
