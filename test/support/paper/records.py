"""Numbers, time and JSON as contracts.md wants them."""

import json
import re
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal, getcontext
from functools import cache
from typing import Any

getcontext().prec = 100  # so that every product and sum of the flow is exact

CENT = Decimal("0.01")
MICRO = Decimal("0.000001")
SECONDS = {"ms": CENT / 10, "s": Decimal(1), "m": Decimal(60), "h": Decimal(3600), "d": Decimal(86400)}
ORDER_FIELDS = (
    "client_order_id", "symbol", "side", "qty", "order_type", "limit_price", "strategy",
    "risk_bucket", "status", "ts", "reason", "extra",
)  # fmt: skip


def dec(number: float | Decimal) -> Decimal:
    """A double counts as its shortest decimal, not as its binary value."""
    return number if isinstance(number, Decimal) else Decimal(repr(number))


def rounded(number: float | Decimal, step: Decimal) -> Decimal:
    return dec(number).quantize(step, ROUND_HALF_UP)  # Python's name for half away from zero


@cache
def seconds(duration: float | str) -> Decimal:
    if not isinstance(duration, str):
        return dec(duration)
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)?", duration)
    if not found:
        raise SystemExit(f"not a duration: {duration}")
    return Decimal(found[1]) * SECONDS[found[2] or "s"]


def plain(number: float | Decimal) -> str:
    text = format(dec(number), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


quoted = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps would make an encoder for every word


def encode(value: Any) -> str:
    """Compact JSON; json.dumps would print exponents and 1.0."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{quoted(key)}:{encode(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(encode, value)) + "]"
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return plain(value)
    return quoted(value)


def read(lines: Iterable[str], **options: Any) -> Iterator[dict]:
    return (json.loads(line, **options) for line in lines if line.strip())


def opposite(side: str) -> str:
    return "SELL" if side == "BUY" else "BUY"


def decided_at(order: dict) -> int:
    return order["ts"] + order["extra"]["tf_s"]


def order_with(order: dict, **changes: Any) -> dict:
    """The order's own fields in their order; `extra` keeps what it does not know."""
    merged = order | changes
    return {name: merged[name] for name in ORDER_FIELDS if name in merged}


def extra_with(order: dict, stage: str, value: dict) -> dict:
    kept = {name: item for name, item in order["extra"].items() if name != stage}
    return kept | {stage: value}
