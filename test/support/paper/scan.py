"""Ranks pairs of symbols by how well their log prices are tied to each other.

usage: scan.py < bars > pairs
Best first: by the Dickey-Fuller t of the residuals of ln a on ln b.
"""

import math
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise

from pairs import mean
from records import encode, read, seconds

Numbers = Sequence[float]

FLAT = 1e-12  # a smaller sum of squares is rounding


def products(xs: Numbers, ys: Numbers) -> float:
    """Sum of (x - mean of x)(y - mean of y)."""
    mean_x, mean_y = mean(xs), mean(ys)
    total = 0.0
    for x, y in zip(xs, ys):
        total += (x - mean_x) * (y - mean_y)
    return total


def correlation(xs: Numbers, ys: Numbers) -> float | None:
    if not xs:
        return None
    square_x, square_y = products(xs, xs), products(ys, ys)
    if min(square_x, square_y) < FLAT:
        return None
    return products(xs, ys) / math.sqrt(square_x) / math.sqrt(square_y)


def regression(xs: Numbers, ys: Numbers) -> tuple[float, list[float]] | None:
    """Slope of x on y with intercept, and the residuals."""
    squares = products(ys, ys) if ys else 0.0
    if squares < FLAT:
        return None
    slope, mean_x, mean_y = products(xs, ys) / squares, mean(xs), mean(ys)
    return slope, [x - mean_x - slope * (y - mean_y) for x, y in zip(xs, ys)]


def changes(values: Numbers) -> list[float]:
    return [after - before for before, after in pairwise(values)]


def dickey_fuller(values: Numbers) -> tuple[float | None, float | None]:
    """The coefficient on the level before, and its t statistic: with constant, without lags."""
    levels, steps = values[:-1], changes(values)
    fitted = regression(steps, levels)
    if not fitted:
        return None, None
    coefficient, errors = fitted
    squares, degrees = 0.0, len(steps) - 2
    for error in errors:
        squares += error * error
    if degrees < 1 or not squares:
        return coefficient, None
    return coefficient, coefficient / math.sqrt(squares / degrees / products(levels, levels))


def half_life(coefficient: float | None) -> float | None:
    if coefficient is None or not -1 < coefficient < 0:
        return None
    return -math.log(2) / math.log1p(coefficient)


def row(tf: str, a: str, b: str, closes_a: dict, closes_b: dict) -> dict:
    joined = [ts for ts in sorted(closes_a) if ts in closes_b]
    both = [(closes_a[ts], closes_b[ts]) for ts in joined]
    both = [(math.log(a), math.log(b)) for a, b in both if a > 0 and b > 0]
    xs, ys = [x for x, _ in both], [y for _, y in both]
    fitted = regression(xs, ys)
    slope, residuals = fitted or (None, [])
    coefficient, t = dickey_fuller(residuals)
    return {
        "a": a,
        "b": b,
        "tf": tf,
        "n": len(both),
        "corr": correlation(xs, ys),
        "corr_returns": correlation(changes(xs), changes(ys)),
        "beta": slope,
        "resid_sd": math.sqrt(products(residuals, residuals) / len(residuals)) if residuals else None,
        "df_t": t,
        "half_life": half_life(coefficient),
    }


def scan(bars: Iterable[dict]) -> Iterator[dict]:
    closes: dict[str, dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    for bar in bars:
        if "mark" not in bar:
            closes[bar["tf"]][bar["symbol"]].setdefault(bar["ts"], bar["c"])
    rows = [
        row(tf, a, b, symbols[a], symbols[b])
        for tf, symbols in sorted(closes.items(), key=lambda item: seconds(item[0]))
        for a, b in combinations(sorted(symbols), 2)
    ]
    return iter(sorted(rows, key=lambda row: math.inf if row["df_t"] is None else row["df_t"]))


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    for found in scan(read(sys.stdin)):
        print(encode(found))
