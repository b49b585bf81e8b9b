"""Random markets and configurations for the paper flow; a seed gives the same bytes again.

usage: series.py --seed N [--bars K] [--pairs P] --out DIR
       series.py --seed N --twist signals|orders|sized < NDJSON > NDJSON
The first writes bars.ndjson (1m and 3m, with marks), fill-bars.ndjson (1m), pairs.json, risk.json,
costs.json and match.json. The second makes a stage's input what no stage before it would write.
"""

import argparse
import copy
import json
import math
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from records import encode, order_with, read

SYMBOLS = ("AX", "B-EQ", "C.NS", "D E", "F/USD", "G&H", "I:J", "a_b", "1x", "zz")
ZONES = ("Asia/Kolkata", "UTC")
MINUTE = 60


class Market:
    """Prices that share a random walk, and return to it, jump, stand still or make no sense."""

    def __init__(self, rng: Random, symbols: Iterable[str]):
        self.rng = rng
        self.common = 0.0
        self.base = {symbol: rng.choice((0.1, 20, 150, 1_000, 30_000)) * rng.uniform(0.5, 2) for symbol in symbols}
        self.load = {symbol: rng.choice((-0.5, 0.7, 1, 1, 1.3)) for symbol in symbols}
        self.off = dict.fromkeys(symbols, 0.0)
        self.digits = {symbol: rng.choice((2, 2, 2, 8)) for symbol in symbols}
        self.lots = {symbol: rng.choice((0, 0, 3, 8)) for symbol in symbols}
        self.last = {symbol: self.price(symbol) for symbol in symbols}
        self.missing = rng.choice((0, 0.02, 0.1))
        self.calm_until = self.silent_until = 0
        self.silent = ""

    def price(self, symbol: str) -> float:
        log = self.load[symbol] * self.common + self.off[symbol]
        return round(self.base[symbol] * math.exp(log), self.digits[symbol])

    def minute(self, ts: int) -> Iterator[dict]:
        rng = self.rng
        if rng.random() < 0.004:
            self.calm_until = ts + rng.randint(10, 60) * MINUTE
        if rng.random() < 0.004:
            self.silent, self.silent_until = rng.choice(list(self.base)), ts + rng.randint(5, 40) * MINUTE
        calm = ts < self.calm_until
        if not calm:
            self.common += rng.gauss(0, 0.001)
        for symbol in sorted(self.base):
            if not calm:
                self.off[symbol] = 0.85 * self.off[symbol] + rng.gauss(0, 0.002)
                if rng.random() < 0.01:
                    self.off[symbol] += rng.choice((-1, 1)) * rng.uniform(0.01, 0.05)
            if rng.random() < self.missing or (symbol == self.silent and ts < self.silent_until):
                continue
            yield self.bar(symbol, ts, calm)

    def bar(self, symbol: str, ts: int, calm: bool) -> dict:
        rng = self.rng
        start, end = self.last[symbol], self.price(symbol)
        self.last[symbol] = end
        if rng.random() < 0.003:
            end = rng.choice((0, -1.5, -end))
        reach = 0 if calm else round(abs(self.base[symbol]) * rng.uniform(0, 0.001), self.digits[symbol])
        volume = Decimal(0) if rng.random() < 0.05 else Decimal(rng.randint(1, 10**4))
        volume += Decimal(rng.randint(0, 10 ** self.lots[symbol] - 1)).scaleb(-self.lots[symbol])
        return {
            "symbol": symbol,
            "tf": "1m",
            "ts": ts,
            "o": start,
            "h": round(max(start, end) + reach, 8),
            "l": round(min(start, end) - reach, 8),
            "c": end,
            "vol": volume,
            "n_trades": rng.randint(1, 50),
        }


def merged(bars: list[dict], tf: str, ts: int) -> dict:
    return bars[0] | {
        "tf": tf,
        "ts": ts,
        "h": max(bar["h"] for bar in bars),
        "l": min(bar["l"] for bar in bars),
        "c": bars[-1]["c"],
        "vol": sum(bar["vol"] for bar in bars),
        "n_trades": sum(bar["n_trades"] for bar in bars),
    }


def bars_of(rng: Random, symbols: list[str], start: int, count: int) -> Iterator[dict]:
    market = Market(rng, symbols)
    open_windows: dict[str, list[dict]] = {}
    for ts in range(start, start + count * MINUTE, MINUTE):
        for bar in market.minute(ts):
            open_windows.setdefault(bar["symbol"], []).append(bar)
            yield bar
        end = ts + MINUTE
        if end % (3 * MINUTE) == 0:
            for symbol in sorted(open_windows):
                yield merged(open_windows[symbol], "3m", end - 3 * MINUTE)
            open_windows.clear()
        if rng.random() < 0.1:
            yield {"mark": end}


def local_time(ts: int, zone: str) -> str:
    return datetime.fromtimestamp(ts, ZoneInfo(zone)).strftime("%H:%M")


def odd(threshold: float) -> float:
    """Few or flat spreads have a z of exactly 0.5, 1 or 2: the last bit of a logarithm must not decide."""
    return round(round(threshold, 2) + 0.005, 3)


def pair_of(rng: Random, a: str, b: str, tf: str, start: int, count: int) -> dict:
    lookback = rng.choice((2, 5, 12, 20, 30))
    zone = rng.choice(ZONES)
    flatten_ts = start + rng.randrange(count) * MINUTE
    pair = {
        "a": a,
        "b": b,
        "tf": tf,
        "lookback": lookback,
        "beta": rng.choice(("ols", "ols", 1, 0.8, 1.25)),
        "beta_lookback": rng.choice((1, max(2, lookback // 2), lookback, 2 * lookback)),
        "entry_z": odd(rng.uniform(0.8, 2)),
        "exit_z": rng.choice((0, 0.205, 0.505)),
        "stop_z": odd(rng.uniform(1.8, 3.5)),
        "max_hold": rng.choice(("5m", 900, "1h", "2h")),
        "min_ready": rng.randint(0, lookback),
        "flatten": rng.choice(("off", local_time(flatten_ts, zone), local_time(flatten_ts, zone))),
        "session_tz": zone,
        "bucket": rng.choice(("LOW", "LOW", "MED", "HIGH")),
        "base_notional": rng.choice((50, 1_000, 20_000, 150_000.5)),
        "leverage": rng.choice((1, 2.5, 5)),
    }
    if rng.random() < 0.1:
        pair["beta"] = -0.5
    if rng.random() < 0.3:
        pair["fixed_beta"] = rng.choice((0.9, 1.1))
    return pair


def pairs_config(rng: Random, symbols: list[str], wanted: int, start: int, count: int) -> dict:
    names = [(a, b, tf) for a in symbols for b in symbols if a != b for tf in ("1m", "3m")]
    chosen = rng.sample(names, min(wanted, len(names)))
    pairs = [pair_of(rng, *name, start, count) for name in chosen]
    defaults = {"session_tz": pairs[0].pop("session_tz"), "leverage": pairs[0].pop("leverage")}
    return {"defaults": defaults, "pairs": pairs}


def risk_config(rng: Random) -> dict:
    def bucket(split: float) -> dict:
        return {"split": split, "max_per_trade": rng.choice((400, 5_000, 33_333.33, 1_000_000))}

    return {
        "total_cash": rng.choice((20_000, 150_000, 10_000_000)),
        "holdback_fraction": rng.choice((0, 0.1, 0.25)),
        "buckets": {"LOW": bucket(0.5), "MED": bucket(0.3), "HIGH": bucket(0.2)},
        "per_symbol_max_qty": rng.choice((25, 300, 100_000)),
        "min_qty": rng.choice((1, 1, 5)),
        "max_open_pairs": rng.choice((1, 2, 10)),
        "max_entries_per_minute": rng.choice((1, 2, 20)),
    }


def costs_config(rng: Random) -> dict:
    return {
        "slippage_bps": rng.choice((0, 1.5, 5)),
        "tick_size": rng.choice((0.01, 0.05, 0.25)),
        "brokerage_per_order": rng.choice((0, 20, 19.995)),
        "stt_bps": rng.choice((0, 2.5, 10)),
        "exchange_txn_bps": 0.297,
        "sebi_turnover_bps": 0.01,
        "stamp_bps_buy": rng.choice((0.3, 1.5)),
        "gst_pct": 18,
    }


def market(seed: int, bars: int, pairs: int) -> dict[str, list[dict] | dict]:
    """Content by file name."""
    rng = Random(seed)
    symbols = list(rng.sample(SYMBOLS, min(len(SYMBOLS), 2 + pairs // 2)))
    start = 1_700_000_100 // MINUTE * MINUTE + rng.randrange(5_000) * MINUTE
    series = list(bars_of(rng, symbols, start, bars))
    return {
        "bars.ndjson": series,
        "fill-bars.ndjson": [bar for bar in series if bar.get("tf") == "1m"],
        "pairs.json": pairs_config(rng, symbols, pairs, start, bars),
        "risk.json": risk_config(rng),
        "costs.json": costs_config(rng),
        "match.json": {
            "participation": rng.choice((0.001, 0.01, 0.5)),
            "ttl": rng.choice((0, 60, 180, 1_800, 86_400)),
        },
    }


def twist_signals(rng: Random, signals: list[dict]) -> Iterator[dict]:
    for signal in signals:
        chance = rng.random()
        if chance < 0.05:
            signal = signal | {"pair_id": "NOT_LISTED_1m"}
        elif chance < 0.1 and signal["action"] != "EXIT":
            signal = signal | {rng.choice(("pxA", "pxB")): rng.choice((0, -3.5))}
        yield signal
        if rng.random() < 0.05:
            yield signal


def without_pair(order: dict) -> dict:
    extra = {name: value for name, value in order["extra"].items() if name != "pair_id"}
    return order_with(order, extra=extra)


def limited(rng: Random, order: dict) -> dict:
    limit = round(order["extra"]["px_ref"] * rng.choice((0.995, 0.999, 1, 1.001, 1.005)), 2)
    return order_with(order, order_type="LMT", limit_price=limit)


def legs_of(orders: list[dict]) -> list[list[dict]]:
    return [orders[at : at + 2] for at in range(0, len(orders), 2)]


def twist_orders(rng: Random, orders: list[dict]) -> Iterator[dict]:
    """Drops, repeats, swaps, delays and limits legs, and halts and resumes."""
    later: list[dict] = []
    for n, legs in enumerate(legs_of(orders)):
        chance = rng.random()
        is_exit = legs[0]["extra"]["kind"] == "EXIT"
        if chance < 0.05:
            legs = legs[:1]
        elif chance < 0.1:
            legs = legs[::-1]
        elif chance < 0.15:
            legs = [legs[0], without_pair(legs[1])]
        elif chance < 0.2:
            later += legs
            continue
        elif chance < 0.3 and is_exit:
            continue
        elif chance < 0.4:
            legs = [limited(rng, leg) for leg in legs]
        elif chance < 0.42:
            legs = [legs[0], order_with(legs[0], client_order_id=f"foreign:{n}"), legs[1]]
        yield legs[0]
        if rng.random() < 0.05:
            yield {"control": "halt"}
        yield from legs[1:]
        if rng.random() < 0.1:
            yield rng.choice(legs)
        if rng.random() < 0.2:
            yield {"control": "resume"}
        if later and rng.random() < 0.4:
            yield from later
            later = []


def twist_sized(rng: Random, orders: list[dict]) -> Iterator[dict]:
    for legs in copy.deepcopy(legs_of(orders)):
        chance = rng.random()
        if chance < 0.05:
            for leg in legs:
                leg["qty"] *= 1_000
        elif chance < 0.1 and legs[0]["extra"]["kind"] == "ENTER":
            legs[rng.randrange(2)]["extra"]["px_ref"] = 0
        elif chance < 0.15:
            legs.pop(rng.randrange(2))
        elif chance < 0.17:
            continue
        yield from legs


def disorder(rng: Random, records: list[dict]) -> Iterator[dict]:
    """Bars that come twice, too late, or behind a mark that has promised that they would not: with other closes."""
    recent: list[dict] = []
    for record in records:
        yield record
        if "mark" in record:
            promised = [bar for bar in recent if bar["ts"] + MINUTE == record["mark"]]
            late = promised if rng.random() < 0.3 else []
        else:
            recent = [*recent[-30:], record]
            late = rng.choices((recent[-1:], recent[:1], []), (1, 1, 30))[0]
        for bar in late:
            yield bar | {"c": round(abs(bar["c"]) * 1.02 + 1, 2)}


def mix(rng: Random, orders: list[dict]) -> list[dict]:
    """Legs of several decisions mixed, some of them twice, under their own names or new ones."""
    placed = []
    for n, order in enumerate(orders):
        placed.append((n + rng.choice((0, 0, 0, 1, 2, 5)), order))
        if "control" not in order and rng.random() < 0.1:
            order_id = rng.choice((order["client_order_id"], f"again:{n}"))
            placed.append((n + rng.randint(0, 5), order_with(order, client_order_id=order_id)))
    return [order for _, order in sorted(placed, key=lambda one: one[0])]


TWISTS = {"signals": twist_signals, "orders": twist_orders, "sized": twist_sized}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--bars", type=int, default=400)
    parser.add_argument("--pairs", type=int, default=4)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--twist", choices=TWISTS)
    options = parser.parse_args()
    if options.twist:
        for record in TWISTS[options.twist](Random(options.seed), list(read(sys.stdin))):
            print(encode(record))
        return
    options.out.mkdir(parents=True, exist_ok=True)
    for name, content in market(options.seed, options.bars, options.pairs).items():
        lines = map(encode, content) if name.endswith(".ndjson") else [json.dumps(content, indent=2)]
        (options.out / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
