import { NEGLIGIBLE } from './statistics.js';

/** How two series of log prices are tied to each other. A number is undefined where the series are too short or hardly vary. */
export interface Tie {
  /** Prices of each. */
  readonly n: number;
  /** Correlation of the log prices, and of their changes from one to the next. */
  readonly corr: number | undefined;
  readonly corr_returns: number | undefined;
  /** The hedge ratio: least-squares slope of x on y, with intercept. */
  readonly beta: number | undefined;
  /** Standard deviation (of the population) of the residuals. */
  readonly resid_sd: number | undefined;
  /** Dickey-Fuller t of the residuals. */
  readonly df_t: number | undefined;
  /** Steps in which half of a deviation is gone. */
  readonly half_life: number | undefined;
}

/** Means, and sums of the products of what the values are apart from them. */
interface Moments {
  readonly xMean: number;
  readonly yMean: number;
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
}

/**
 * Measures one pair of series after the other, always in the same memory: there are hundreds of thousands of pairs, and arrays of
 * their own for each would take longer than the sums. These go from the oldest value to the newest and find the means first, as those
 * of `statistics.ts` do, but several at once.
 */
export class TieMeter {
  /** The two series, to be filled in. */
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  private readonly residuals: Float64Array;
  private readonly xChanges: Float64Array;
  private readonly yChanges: Float64Array;

  /** `room`: the length of the longest series. */
  constructor(room: number) {
    this.xs = new Float64Array(room);
    this.ys = new Float64Array(room);
    this.residuals = new Float64Array(room);
    this.xChanges = new Float64Array(room);
    this.yChanges = new Float64Array(room);
  }

  /**
   * Of the first `n` values of both. The two steps of Engle and Granger, Co-integration and Error Correction, Econometrica 55 (1987):
   * least squares of x on y, then the test of Dickey and Fuller on the residuals. The further df_t is below zero, the less the
   * residuals are like a random walk.
   */
  measure(n: number): Tie {
    const { xs, ys, residuals, xChanges, yChanges } = this;
    const prices = momentsOf(xs, ys, n);
    changesOf(xs, n, xChanges);
    changesOf(ys, n, yChanges);
    const corr = correlationOf(prices);
    const corr_returns = correlationOf(momentsOf(xChanges, yChanges, n - 1));
    const beta = slopeOf(prices);
    if (beta === undefined) {
      return { n, corr, corr_returns, beta, resid_sd: undefined, df_t: undefined, half_life: undefined };
    }
    residualsOf(xs, ys, n, prices, beta, residuals);
    const resid_sd = Math.sqrt(momentsOf(residuals, residuals, n).xx / n);
    return { n, corr, corr_returns, beta, resid_sd, ...this.dickeyFuller(n) };
  }

  /**
   * Dickey and Fuller, Distribution of the Estimators for Autoregressive Time Series with a Unit Root, JASA 74 (1979): the change of
   * the residuals is regressed on the level before it, with a constant and without lags; t is the coefficient divided by its
   * standard error.
   */
  private dickeyFuller(n: number): Pick<Tie, 'df_t' | 'half_life'> {
    const { residuals, xChanges: changes, yChanges: errors } = this;
    changesOf(residuals, n, changes);
    const moments = momentsOf(changes, residuals, n - 1);
    const coefficient = slopeOf(moments);
    if (coefficient === undefined) return { df_t: undefined, half_life: undefined };
    residualsOf(changes, residuals, n - 1, moments, coefficient, errors);
    let squares = 0;
    for (let at = 0; at < n - 1; at++) squares += (errors[at] as number) * (errors[at] as number);
    const degrees = n - 3;
    const df_t = degrees < 1 || squares === 0 ? undefined : coefficient / Math.sqrt(squares / degrees / moments.yy);
    return { df_t, half_life: halfLifeOf(coefficient) };
  }
}

function momentsOf(xs: Float64Array, ys: Float64Array, n: number): Moments {
  let xSum = 0;
  let ySum = 0;
  for (let at = 0; at < n; at++) {
    xSum += xs[at] as number;
    ySum += ys[at] as number;
  }
  const xMean = xSum / n;
  const yMean = ySum / n;
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let at = 0; at < n; at++) {
    const x = (xs[at] as number) - xMean;
    const y = (ys[at] as number) - yMean;
    xx += x * x;
    xy += x * y;
    yy += y * y;
  }
  return { xMean, yMean, xx, xy, yy };
}

function correlationOf({ xx, xy, yy }: Moments): number | undefined {
  return Math.min(xx, yy) < NEGLIGIBLE ? undefined : xy / Math.sqrt(xx) / Math.sqrt(yy);
}

function slopeOf({ xy, yy }: Moments): number | undefined {
  return yy < NEGLIGIBLE ? undefined : xy / yy;
}

/** What is left of x − slope · y, both from their means. */
function residualsOf(
  xs: Float64Array,
  ys: Float64Array,
  n: number,
  { xMean, yMean }: Moments,
  slope: number,
  residuals: Float64Array,
): void {
  for (let at = 0; at < n; at++) residuals[at] = (xs[at] as number) - xMean - slope * ((ys[at] as number) - yMean);
}

/** From each of the first `n` values to the next. */
function changesOf(values: Float64Array, n: number, changes: Float64Array): void {
  for (let at = 0; at < n - 1; at++) changes[at] = (values[at + 1] as number) - (values[at] as number);
}

/** A deviation shrinks by the factor 1 + coefficient with each step; where it grows, or changes its sign, there is none. */
function halfLifeOf(coefficient: number): number | undefined {
  return coefficient > -1 && coefficient < 0 ? -Math.LN2 / Math.log1p(coefficient) : undefined;
}
