"""What scan.py computes, by numpy and statsmodels.

usage: scan_statsmodels.py < bars > pairs
For bars of which each symbol has enough, at prices above 0 that vary.
"""

import sys
from collections import defaultdict
from itertools import combinations

import numpy as np
import statsmodels.api as sm
from statsmodels.tsa.stattools import adfuller

from records import encode, read


def row(tf: str, a: str, b: str, closes_a: dict, closes_b: dict) -> dict:
    joined = sorted(closes_a.keys() & closes_b.keys())
    xs, ys = (np.log([closes[ts] for ts in joined]) for closes in (closes_a, closes_b))
    fitted = sm.OLS(xs, sm.add_constant(ys)).fit()
    residuals = fitted.resid
    reversion = sm.OLS(np.diff(residuals), sm.add_constant(residuals[:-1])).fit().params[1]
    return {
        "a": a,
        "b": b,
        "tf": tf,
        "n": len(joined),
        "corr": float(np.corrcoef(xs, ys)[0, 1]),
        "corr_returns": float(np.corrcoef(np.diff(xs), np.diff(ys))[0, 1]),
        "beta": float(fitted.params[1]),
        "resid_sd": float(np.std(residuals)),
        "df_t": float(adfuller(residuals, maxlag=0, regression="c", autolag=None)[0]),
        "half_life": float(-np.log(2) / np.log1p(reversion)) if -1 < reversion < 0 else None,
    }


closes: dict[str, dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
for bar in read(sys.stdin):
    if "mark" not in bar and bar["c"] > 0:
        closes[bar["tf"]][bar["symbol"]].setdefault(bar["ts"], bar["c"])
rows = [
    row(tf, a, b, symbols[a], symbols[b])
    for tf, symbols in closes.items()
    for a, b in combinations(sorted(symbols), 2)
]
for found in sorted(rows, key=lambda row: row["df_t"]):
    print(encode(found))
