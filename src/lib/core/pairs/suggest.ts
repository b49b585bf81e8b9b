/**
 * Half-lives in a lookback. Over fewer the mean follows the spread, and a position earns less; over more the pair takes longer until
 * it is ready, for little more. Found on simulated spreads with half-lives of 5, 15 and 40 bars.
 */
const LOOKBACK_HALF_LIVES = 6;

/** Half-lives that a position is held at most: 97 of 100 have ended by then where the spread is still the one that was measured. */
const HOLD_HALF_LIVES = 3;

/** With 17 bars or fewer no z goes beyond 4: one of n values is at most √(n − 1) standard deviations away from their mean. */
const SHORTEST_LOOKBACK = 20;

/** The most that a configuration may say. */
const LONGEST_LOOKBACK = 10_000;
const LONGEST_HOLD_S = 104 * 86_400;

/** Lengths in bars, and the time in a position in s, for a pair whose spread loses half of a deviation in `half_life` bars. */
export interface Lengths {
  readonly lookback: number;
  readonly max_hold_s: number;
}

export function lengthsFor(half_life: number, tf_s: number): Lengths {
  const lookback = Math.max(SHORTEST_LOOKBACK, Math.ceil(LOOKBACK_HALF_LIVES * half_life));
  return {
    lookback: Math.min(lookback, LONGEST_LOOKBACK),
    max_hold_s: Math.min(Math.ceil(HOLD_HALF_LIVES * half_life) * tf_s, LONGEST_HOLD_S),
  };
}
