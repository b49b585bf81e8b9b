"""Runs seeds through the flow and counts how often each of its reasons occurred.

usage: coverage.py [--seeds 200] [--bars 400] [--pairs 6]
`plain` counts what the flow makes of bars alone, `twisted` what it makes of twisted inputs. Exits 1 where a
reason never occurred.
"""

import argparse
import json
import sys
from collections import Counter
from decimal import Decimal
from random import Random

import pairs
import paper
import risk
from records import encode
from series import TWISTS, market

EXPECTED = {
    "watch": ("reentry", "revert", "stop", "timeout", "flatten"),
    "exec": (
        "not_whitelisted", "already_open", "no_price", "nonpositive_beta", "tiny_quantity", "throttled",
        "not_open",
    ),
    "size": (
        "no_pair", "duplicate", "stale", "orphan_leg", "nothing_open", "halted", "already_open",
        "max_open_pairs", "min_quantity",
    ),
    "guard": (
        "no_notional", "over_max_per_trade", "over_bucket_cap", "nothing_open", "already_open", "orphan_leg",
    ),
    "ref": ("fill", "EXPIRED limit_not_reached", "EXPIRED no_price"),
    "next-bar": (
        "fill", "partial fill", "EXPIRED ttl", "EXPIRED end_of_bars", "CANCELLED exit",
        "CANCELLED nothing_filled",
    ),
}  # fmt: skip


def through_json(records) -> list[dict]:
    """As the next stage would read them."""
    return [json.loads(encode(record)) for record in records]


def run(files: dict, seed: int, twisted: bool, count: Counter) -> None:
    rng = Random(seed)
    whitelist, limits = pairs.pairs_of(files["pairs.json"]), files["risk.json"]

    def twist(kind: str, records: list[dict]) -> list[dict]:
        return list(TWISTS[kind](rng, records)) if twisted else records

    def counter(stage: str, part: str):
        return lambda order: count.update([(stage, order["extra"][part]["reason"])])

    signals = through_json(pairs.watch(through_json(files["bars.ndjson"]), whitelist))
    count.update(("watch", signal["reason"]) for signal in signals)

    lines = map(encode, twist("signals", signals))
    new = pairs.execute(lines, whitelist, limits, lambda reason, _: count.update([("exec", reason)]))
    orders = twist("orders", through_json(new))

    sized = twist("sized", through_json(risk.size(orders, limits, counter("size", "risk"))))

    ledger: list[dict] = []
    allowed = through_json(risk.guard(sized, limits, counter("guard", "budget"), ledger.append))
    for bucket in limits["buckets"]:
        rows = [row for row in ledger if row["bucket"] == bucket]
        assert not rows or sum(row["delta"] for row in rows) == rows[-1]["used"]

    costs = paper.Costs(files["costs.json"])

    def ended(stage: str):
        return lambda order: count.update([(stage, f"{order['status']} {order['extra']['match']['reason']}")])

    fills = list(paper.match_ref(allowed, costs, ended("ref")))
    count.update(("ref", "fill") for _ in fills)
    assert sum(account["cash"] for account in paper.pnl(fills)) == -sum(
        (fill["qty"] if fill["side"] == "BUY" else -fill["qty"]) * fill["price"] + fill["fees"]["total"]
        for fill in fills
    )

    settings = files["match.json"]
    participation = Decimal(str(settings["participation"]))
    bars = files["fill-bars.ndjson"]
    for fill in paper.match_next_bar(
        allowed, costs, bars, participation, Decimal(settings["ttl"]), ended("next-bar")
    ):
        count.update([("next-bar", "fill")])
        if not fill["fill_id"].endswith(":1"):
            count.update([("next-bar", "partial fill")])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--bars", type=int, default=400)
    parser.add_argument("--pairs", type=int, default=6)
    options = parser.parse_args()
    plain: Counter = Counter()
    twisted: Counter = Counter()
    for seed in range(1, options.seeds + 1):
        files = market(seed, options.bars, options.pairs)
        run(files, seed, False, plain)
        run(files, seed, True, twisted)
    expected = [(stage, reason) for stage, reasons in EXPECTED.items() for reason in reasons]
    print(f"{'stage':10}{'reason':28}{'plain':>8}{'twisted':>8}")
    for key in expected + sorted((plain.keys() | twisted.keys()) - set(expected)):
        print(f"{key[0]:10}{key[1]:28}{plain[key]:8}{twisted[key]:8}")
    sys.exit(any(not plain[key] + twisted[key] for key in expected))


if __name__ == "__main__":
    main()
