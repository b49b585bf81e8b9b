"""What bars1s and agg have to make of a partition of ticks, from docs/contracts.md and with nothing of qf.

usage: bars.py TOPIC PARTITION GRACE_NS < records
Each record is a line: its offset, a tab, and its bytes. Prints one JSON object.
"""
import json
import re
import sys
from decimal import Decimal, InvalidOperation

SYMBOL = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._:/&-]{0,63}")
INTEGER = re.compile(r"-?\d+")
NS = 10**9
E8 = 10**8
MIN_NS = 94_694_400 * NS  # 1973-01-01
MAX_NS = 4_102_444_800 * NS  # 2100-01-01


class Number(str):
    """A JSON number with its digits."""


class Refused(Exception):
    def __init__(self, reason, detail=""):
        super().__init__(reason)
        self.reason, self.detail = reason, detail


def no_constant(_):
    raise ValueError("no JSON")


def parse(raw):
    if len(raw) > 65_536:
        raise Refused("line_too_long")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("invalid_utf8")
    try:
        value = json.loads(text, parse_int=Number, parse_float=Number, parse_constant=no_constant)
    except (ValueError, RecursionError):
        raise Refused("invalid_json")
    if not isinstance(value, dict):
        raise Refused("not_an_object")
    return value


def field(record, name, kind):
    if name not in record:
        raise Refused("missing_field", name)
    value = record[name]
    if type(value) is not kind:
        raise Refused("wrong_type", name)
    return value


def price_of(record):
    price = float(field(record, "ltp", Number))
    if price != 0 and not 1e-18 <= abs(price) < 1e12:
        raise Refused("out_of_bounds", "ltp")
    return price


def volume_of(record):
    """In units of 1e-8."""
    try:
        vol = Decimal(field(record, "vol", Number))
    except InvalidOperation:
        raise Refused("out_of_bounds", "vol")
    _, digits, exponent = vol.as_tuple()
    significant = len("".join(map(str, digits)).strip("0"))
    scaled = vol * E8
    if not 0 <= vol < 10**15 or significant > 15 or scaled != scaled.to_integral_value():
        raise Refused("out_of_bounds", "vol")
    return int(scaled)


def id_of(record):
    value = record.get("trade_id")
    if value is None:
        return None
    if type(value) is not str and not (type(value) is Number and INTEGER.fullmatch(value)):
        raise Refused("wrong_type", "trade_id")
    if len(value) > 64:
        raise Refused("out_of_bounds", "trade_id")
    return str(value)


def tick_of(raw):
    record = parse(raw)
    symbol = field(record, "symbol", str)
    if not SYMBOL.fullmatch(symbol):
        raise Refused("out_of_bounds", "symbol")
    event = field(record, "event_ts", Number)
    if not INTEGER.fullmatch(event):
        raise Refused("wrong_type", "event_ts")
    price, vol, trade_id = price_of(record), volume_of(record), id_of(record)
    side = record.get("side")
    if side is not None and type(side) is not str:
        raise Refused("wrong_type", "side")
    if side not in (None, "buy", "sell"):
        raise Refused("out_of_bounds", "side")
    event_ns = int(event)
    if not MIN_NS <= event_ns < MAX_NS:
        raise Refused("timestamp_range", "event_ts")
    return symbol, event_ns, price, vol, trade_id


def plain(number):
    text = format(Decimal(repr(number)), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def plain_e8(vol):
    whole, part = divmod(vol, E8)
    return (f"{whole}.{part:08d}").rstrip("0").rstrip(".")


class Bar:
    def __init__(self, symbol, ts, price, first, last):
        self.symbol, self.ts = symbol, ts
        self.o = self.h = self.l = self.c = price
        self.first, self.last = first, last
        self.vol = self.n_trades = 0
        self.ids = []

    def line(self, tf):
        prices = ",".join(f'"{name}":{plain(getattr(self, name))}' for name in "ohlc")
        return (
            f'{{"symbol":"{self.symbol}","tf":"{tf}","ts":{self.ts},{prices},'
            f'"vol":{plain_e8(self.vol)},"n_trades":{self.n_trades}}}'
        )


class Seconds:
    """Bars of a second."""

    def __init__(self, grace_ns):
        self.grace_ns = grace_ns
        self.open = {}
        self.known = set()
        self.newest_ns = self.closed_through = None
        self.bars = []

    def add(self, symbol, event_ns, price, vol, trade_id):
        second = event_ns // NS
        if self.closed_through is not None and second + 1 <= self.closed_through:
            return "late"
        if trade_id is not None and (symbol, trade_id) in self.known:
            return "duplicate"
        bar = self.open.get((second, symbol))
        if bar is None:
            bar = self.open[second, symbol] = Bar(symbol, second, price, event_ns, event_ns)
        if event_ns < bar.first:
            bar.o, bar.first = price, event_ns
        if event_ns >= bar.last:
            bar.c, bar.last = price, event_ns
        bar.h, bar.l = max(bar.h, price), min(bar.l, price)
        bar.vol += vol
        bar.n_trades += 1
        if trade_id is not None:
            self.known.add((symbol, trade_id))
            bar.ids.append(trade_id)
        if self.newest_ns is None or event_ns > self.newest_ns:
            self.newest_ns = event_ns
            self.close((event_ns - self.grace_ns) // NS)
        return "used"

    def close(self, through):
        if self.closed_through is not None and through <= self.closed_through:
            return
        self.closed_through = through
        for key in sorted((key for key in self.open if key[0] + 1 <= through), key=lambda key: (key[0], key[1].encode())):
            bar = self.open.pop(key)
            self.known.difference_update((bar.symbol, trade_id) for trade_id in bar.ids)
            self.bars.append(bar)

    def end(self):
        if self.open:
            self.close(max(second for second, _ in self.open) + 1)


def coarser(seconds, tf_s):
    """Bars of a multiple, from bars of a second that are in order of time."""
    bars = {}
    for bar in seconds:
        start = bar.ts // tf_s * tf_s
        whole = bars.get((start, bar.symbol))
        if whole is None:
            whole = bars[start, bar.symbol] = Bar(bar.symbol, start, bar.o, None, None)
        whole.c = bar.c
        whole.h, whole.l = max(whole.h, bar.h), min(whole.l, bar.l)
        whole.vol += bar.vol
        whole.n_trades += bar.n_trades
    return [bars[key] for key in sorted(bars, key=lambda key: (key[0], key[1].encode()))]


def shown(raw):
    """The first 1,024 bytes, cut at a character."""
    head = raw[:1024]
    for end in range(len(head), max(len(head) - 4, -1), -1):
        try:
            return {"raw": head[:end].decode("utf-8")}
        except UnicodeDecodeError:
            if len(head) == len(raw):
                break
    import base64

    return {"raw_b64": base64.b64encode(head).decode()}


def main(topic, partition, grace_ns):
    seconds = Seconds(grace_ns)
    counts = {"in": 0, "used": 0, "late": 0, "duplicate": 0, "rejected": 0, "ignored": 0}
    rejects = []
    for line in sys.stdin.buffer:
        offset, raw = line.rstrip(b"\n").split(b"\t", 1)
        counts["in"] += 1
        try:
            outcome, reason, detail = seconds.add(*tick_of(raw)), "late", ""
        except Refused as refused:
            outcome, reason, detail = "rejected", refused.reason, refused.detail
        counts[outcome] += 1
        if outcome in ("late", "rejected"):
            place = {"topic": topic, "partition": partition, "offset": int(offset)}
            head = {"stage": "bars1s", "reason": reason, "detail": detail}
            rejects.append(json.dumps({**head, **place, "size": len(raw), **shown(raw)}, ensure_ascii=False, separators=(",", ":")))
    seconds.end()
    bars = {"1s": [bar.line("1s") for bar in seconds.bars]}
    for tf, tf_s in (("1m", 60), ("3m", 180)):
        bars[tf] = [bar.line(tf) for bar in coarser(seconds.bars, tf_s)]
    json.dump({"bars": bars, "rejects": rejects, "counts": counts}, sys.stdout, ensure_ascii=False)


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
