"""1 s bars in Python, as somebody would write them who has read docs/contracts.md. It prints numbers as Python does."""

import json
import re
import sys
from decimal import Decimal

GRACE_NS = 2_000_000_000
SECOND_NS = 1_000_000_000
TIMES = range(94_694_400, 4_102_444_800)
SYMBOL = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._:/&-]{0,63}")


def refuse(text):
    raise ValueError(text)


def parse(line):
    tick = json.loads(line, parse_float=Decimal, parse_constant=refuse)
    ts, price, volume = tick["event_ts"], tick["ltp"], tick["vol"]
    numbers = (int, Decimal)
    if type(ts) is not int or type(price) not in numbers or type(volume) not in numbers or not SYMBOL.fullmatch(tick["symbol"]):
        raise ValueError(line)
    if ts // SECOND_NS not in TIMES or not 0 <= volume < 10**15 or abs(price) >= 10**12:
        raise ValueError(line)
    return tick["symbol"], ts, price, Decimal(volume), tick.get("trade_id")


def add(bars, symbol, ts, price, volume, trade_id):
    bar = bars.setdefault((ts // SECOND_NS, symbol), {"o": (ts, price), "c": (ts, price), "h": price, "l": price, "vol": Decimal(0), "n": 0, "ids": set()})
    if ts < bar["o"][0]:
        bar["o"] = (ts, price)
    if ts >= bar["c"][0]:
        bar["c"] = (ts, price)
    bar["h"], bar["l"] = max(bar["h"], price), min(bar["l"], price)
    bar["vol"] += volume
    bar["n"] += 1
    if trade_id is not None:
        bar["ids"].add(trade_id)


def close(bars, through):
    for second, symbol in sorted(key for key in bars if key[0] < through):
        bar = bars.pop((second, symbol))
        prices = [bar["o"][1], bar["h"], bar["l"], bar["c"][1]]
        o, h, l, c, vol = (format(number, "f") for number in [*prices, bar["vol"]])
        print(f'{{"symbol":"{symbol}","tf":"1s","ts":{second},"o":{o},"h":{h},"l":{l},"c":{c},"vol":{vol},"n_trades":{bar["n"]}}}', flush=True)


def main():
    bars, newest, closed = {}, 0, 0
    for line in sys.stdin.buffer:
        try:
            symbol, ts, price, volume, trade_id = parse(line.decode())
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        if ts // SECOND_NS < closed:
            continue
        if trade_id is not None and any(trade_id in bar["ids"] for (_, other), bar in bars.items() if other == symbol):
            continue
        add(bars, symbol, ts, price, volume, trade_id)
        newest = max(newest, ts)
        closed = max(closed, (newest - GRACE_NS) // SECOND_NS)
        close(bars, closed)
    close(bars, float("inf"))


main()
