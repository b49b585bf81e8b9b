"""pairs watch and pairs exec."""

import json
import math
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from records import CENT, MICRO, dec, opposite, rounded, seconds

Sides = tuple[str, str]

ACTIONS = {("BUY", "SELL"): "ENTER_LONG_A_SHORT_B", ("SELL", "BUY"): "ENTER_SHORT_A_LONG_B"}


@dataclass(frozen=True)
class Pair:
    a: str
    b: str
    tf: str
    lookback: int
    beta: str | float
    entry_z: float
    exit_z: float
    stop_z: float
    max_hold: str | float
    bucket: str
    base_notional: float
    leverage: float
    beta_lookback: int = 0
    fixed_beta: float = 1
    min_ready: int = 0
    flatten: str | None = None
    session_tz: str = "UTC"

    @property
    def pair_id(self) -> str:
        return f"{self.a}_{self.b}_{self.tf}"

    @cached_property
    def tf_s(self) -> int:
        return int(seconds(self.tf))

    @property
    def notional(self) -> Decimal:
        return dec(self.base_notional) * dec(self.leverage)

    def after_flatten(self, ts: int) -> bool:
        if not self.flatten or self.flatten == "off":
            return False
        hours, minutes = map(int, self.flatten.split(":"))
        local = datetime.fromtimestamp(ts, ZoneInfo(self.session_tz))
        return (local.hour, local.minute) >= (hours, minutes)


def pairs_of(config: dict) -> list[Pair]:
    pairs = [Pair(**(config.get("defaults", {}) | pair)) for pair in config["pairs"]]
    if len({pair.pair_id for pair in pairs}) < len(pairs):
        raise SystemExit("two pairs have the same pair_id")
    return pairs


def opposites(sides: Sides) -> Sides:
    return opposite(sides[0]), opposite(sides[1])


def mean(values: Sequence[float]) -> float:
    total = 0.0  # not sum(), which compensates from Python 3.12 on
    for value in values:
        total += value
    return total / len(values)


def slope(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Of x on y, with intercept."""
    mean_x, mean_y = mean(xs), mean(ys)
    sxy = syy = 0.0
    for x, y in zip(xs, ys):
        sxy += (x - mean_x) * (y - mean_y)
        syy += (y - mean_y) * (y - mean_y)
    return None if len(ys) < 2 or syy < 1e-12 else sxy / syy


def z_score(values: Sequence[float]) -> float | None:
    centre = mean(values)
    squares = 0.0
    for value in values:
        squares += (value - centre) * (value - centre)
    variance = squares / len(values)
    if len(values) < 2 or variance <= 1e-12:
        return None
    return (values[-1] - centre) / math.sqrt(variance)


class Watched:
    def __init__(self, pair: Pair):
        self.pair = pair
        self.xs: deque[float] = deque(maxlen=pair.beta_lookback or pair.lookback)
        self.ys: deque[float] = deque(maxlen=self.xs.maxlen)
        self.spreads: deque[float] = deque(maxlen=pair.lookback)
        self.previous_z: float | None = None
        self.sides: Sides | None = None
        self.entry_ts = 0

    def beta(self) -> float:
        if self.pair.beta != "ols":
            return float(self.pair.beta)
        estimate = slope(self.xs, self.ys)
        return float(self.pair.fixed_beta) if estimate is None else estimate

    def step(self, ts: int, px_a: float, px_b: float) -> dict | None:
        self.xs.append(math.log(px_a))
        self.ys.append(math.log(px_b))
        beta = self.beta()
        self.spreads.append(self.xs[-1] - beta * self.ys[-1])
        z = z_score(self.spreads)
        if z is None:
            return None
        previous_z, self.previous_z = self.previous_z, z
        if len(self.spreads) < max(self.pair.lookback / 2, self.pair.min_ready):
            return None
        if self.sides:
            reason = self.exit_reason(ts, z)
            if not reason:
                return None
            sides, self.sides = opposites(self.sides), None
            return self.signal(ts, px_a, px_b, beta, z, "EXIT", sides, reason)
        self.sides = self.entry_sides(ts, previous_z, z)
        if not self.sides:
            return None
        self.entry_ts = ts
        return self.signal(ts, px_a, px_b, beta, z, ACTIONS[self.sides], self.sides, "reentry")

    def entry_sides(self, ts: int, previous_z: float | None, z: float) -> Sides | None:
        entry_z = self.pair.entry_z
        if previous_z is None or self.pair.after_flatten(ts):
            return None
        if previous_z < -entry_z <= z:
            return ("BUY", "SELL")
        if previous_z > entry_z >= z:
            return ("SELL", "BUY")
        return None

    def exit_reason(self, ts: int, z: float) -> str | None:
        if abs(z) <= self.pair.exit_z:
            return "revert"
        if abs(z) >= self.pair.stop_z:
            return "stop"
        if ts - self.entry_ts >= seconds(self.pair.max_hold):
            return "timeout"
        return "flatten" if self.pair.after_flatten(ts) else None

    def signal(self, ts, px_a, px_b, beta, z, action, sides, reason) -> dict:
        pair = self.pair
        return {
            "pair_id": pair.pair_id,
            "pair_symbol": f"{pair.a}-{pair.b}",
            "a_symbol": pair.a,
            "b_symbol": pair.b,
            "tf": pair.tf_s // 60,
            "ts": ts,
            "beta": rounded(beta, MICRO),
            "z": rounded(z, MICRO),
            "action": action,
            "sideA": sides[0],
            "sideB": sides[1],
            "pxA": px_a,
            "pxB": px_b,
            "risk_bucket": pair.bucket,
            "risk_per_trade": rounded(pair.notional, CENT),
            "reason": reason,
        }


def watch(records: Iterable[dict], pairs: Iterable[Pair]) -> Iterator[dict]:
    watched = [Watched(pair) for pair in sorted(pairs, key=lambda pair: (pair.tf_s, pair.pair_id))]
    waiting: dict[int, dict[tuple[int, str], float]] = defaultdict(dict)
    passed = -1  # every bar that closes until here has been seen

    def decide(time: int) -> Iterator[dict]:
        closes = waiting.pop(time)
        for state in watched:
            pair = state.pair
            px_a, px_b = closes.get((pair.tf_s, pair.a)), closes.get((pair.tf_s, pair.b))
            if px_a is None or px_b is None or px_a <= 0 or px_b <= 0:
                continue
            signal = state.step(time - pair.tf_s, px_a, px_b)
            if signal:
                yield signal

    for record in records:
        if "mark" in record:
            passed = max(passed, record["mark"])
        else:
            tf_s = int(seconds(record["tf"]))
            close_time = record["ts"] + tf_s
            if close_time <= passed:
                continue  # late: its time has been decided
            waiting[close_time].setdefault((tf_s, record["symbol"]), record["c"])
            passed = max(passed, close_time - 1)
        for time in sorted(time for time in waiting if time <= passed):
            yield from decide(time)
    for time in sorted(waiting):
        yield from decide(time)


@dataclass
class Entry:
    sides: Sides
    quantities: tuple[int, int]


class Exec:
    def __init__(self, pairs: Iterable[Pair], max_entries_per_minute: int | None):
        self.pairs = {pair.pair_id: pair for pair in pairs}
        self.max_entries = math.inf if max_entries_per_minute is None else max_entries_per_minute
        self.open: dict[str, Entry] = {}
        self.passed: dict[str, list[int]] = defaultdict(list)

    def step(self, signal: dict) -> list[dict] | str:
        """Two orders, or why there are none."""
        if signal["action"] == "EXIT":
            opened = self.open.pop(signal["pair_id"], None)
            if not opened:
                return "not_open"
            return self.orders(signal, "EXIT", Entry(opposites(opened.sides), opened.quantities))
        entry = self.entry(signal)
        if isinstance(entry, str):
            return entry
        self.open[signal["pair_id"]] = entry
        return self.orders(signal, "ENTER", entry)

    def entry(self, signal: dict) -> Entry | str:
        pair = self.pairs.get(signal["pair_id"])
        if not pair:
            return "not_whitelisted"
        if signal["pair_id"] in self.open:
            return "already_open"
        if signal["pxA"] <= 0 or signal["pxB"] <= 0:
            return "no_price"
        px_a, px_b, beta = dec(signal["pxA"]), dec(signal["pxB"]), dec(signal["beta"])
        if beta <= 0:
            return "nonpositive_beta"
        qty_a = int(pair.notional // (px_a + beta * px_b))
        qty_b = int(beta * qty_a)
        if qty_a < 1 or qty_b < 1:
            return "tiny_quantity"
        now = signal["ts"] + signal["tf"] * 60
        passed = self.passed[signal["risk_bucket"]]
        if sum(now - 60 < time <= now for time in passed) >= self.max_entries:
            return "throttled"
        passed.append(now)
        return Entry((signal["sideA"], signal["sideB"]), (qty_a, qty_b))

    def orders(self, signal: dict, kind: str, entry: Entry) -> list[dict]:
        pair = self.pairs[signal["pair_id"]]
        return [
            {
                "client_order_id": f"PAIR:{pair.pair_id}:{leg}:{signal['ts']}:{kind}",
                "symbol": signal[f"{leg.lower()}_symbol"],
                "side": side,
                "qty": qty,
                "order_type": "MKT",
                "strategy": "PAIR",
                "risk_bucket": signal["risk_bucket"],
                "status": "NEW",
                "ts": signal["ts"],
                "reason": signal["reason"],
                "extra": {
                    "pair_id": pair.pair_id,
                    "leg": leg,
                    "kind": kind,
                    "tf_s": signal["tf"] * 60,
                    "px_ref": signal[f"px{leg}"],
                    "beta": signal["beta"],
                    "leverage": pair.leverage,
                    "base_notional": pair.base_notional,
                },
            }
            for leg, side, qty in zip("AB", entry.sides, entry.quantities)
        ]


def execute(
    lines: Iterable[str], pairs: Iterable[Pair], risk: dict, reject: Callable[[str, str], None]
) -> Iterator[dict]:
    stage = Exec(pairs, risk.get("max_entries_per_minute"))
    for line in lines:
        if not line.strip():
            continue
        result = stage.step(json.loads(line))
        if isinstance(result, str):
            reject(result, line.rstrip("\r\n"))
        else:
            yield from result
