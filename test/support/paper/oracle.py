"""Runs random markets through the flow, many in one process, for tests that hold qf against it.

usage: oracle.py --first SEED --count N
Prints a line of JSON for each seed: the configurations, and the steps. A step is a stage with its input and with what it
must make of it, as NDJSON texts; its input is what this program has made, so that one difference stays one. The signals
of each market go through the other stages three times: as they are, with every stage's input twisted, and with all orders
mixed.
"""

import argparse
import json
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from random import Random

import pairs
import paper
import risk
from records import encode, read
from series import TWISTS, disorder, market, mix

Made = Callable[[list[dict], Callable[[dict], None]], Iterable[dict]]


def text_of(records: Iterable[dict]) -> str:
    return "".join(f"{encode(record)}\n" for record in records)


def records_of(text: str) -> list[dict]:
    return list(read(text.splitlines()))


class Flow:
    """Runs stages and notes what each was given and has made."""

    def __init__(self, files: dict, bars: str, fill_bars: str):
        self.whitelist = pairs.pairs_of(files["pairs.json"])
        self.limits = files["risk.json"]
        self.costs = paper.Costs(files["costs.json"])
        self.match = files["match.json"]
        self.bars = bars
        self.fill_bars = list(read(fill_bars.splitlines(), parse_float=Decimal))
        self.steps: list[dict] = []

    def step(self, stage: str, given: str, make: Made, **others: list[dict]) -> str:
        rejects: list[dict] = []
        made = text_of(make(records_of(given), rejects.append))
        texts = {name: text_of(records) for name, records in others.items()}
        self.steps.append({"stage": stage, "input": given, "output": made, "rejects": text_of(rejects), **texts})
        return made

    def watch(self) -> str:
        return self.step("watch", self.bars, lambda bars, _: pairs.watch(bars, self.whitelist))

    def trade(self, signals: str, twist: Callable[[str, str], str]) -> None:
        orders = self.step("exec", twist("signals", signals), self.execute)
        sized = self.step(
            "size", twist("orders", orders), lambda given, reject: risk.size(given, self.limits, reject)
        )
        ledger: list[dict] = []
        allowed = self.step(
            "guard",
            twist("sized", sized),
            lambda given, reject: risk.guard(given, self.limits, reject, ledger.append),
            ledger=ledger,
        )
        allowed = twist("allowed", allowed)
        fills = self.step("ref", allowed, lambda given, reject: paper.match_ref(given, self.costs, reject))
        self.step("pnl", fills, lambda given, _: paper.pnl(given))
        partial = self.step("next-bar", allowed, self.next_bar)
        self.step("pnl", partial, lambda given, _: paper.pnl(given))

    def execute(self, signals: list[dict], reject: Callable[[dict], None]) -> Iterator[dict]:
        def note(reason: str, raw: str) -> None:
            reject({"reason": reason, "raw": raw})

        return pairs.execute(map(encode, signals), self.whitelist, self.limits, note)

    def next_bar(self, orders: list[dict], reject: Callable[[dict], None]) -> Iterator[dict]:
        participation, ttl = Decimal(str(self.match["participation"])), Decimal(self.match["ttl"])
        return paper.match_next_bar(orders, self.costs, self.fill_bars, participation, ttl, reject)


def case(seed: int) -> dict:
    rng = Random(seed)
    files = market(seed, rng.randint(60, 400), rng.randint(1, 8))
    bars, fill_bars = text_of(disorder(rng, files["bars.ndjson"])), text_of(files["fill-bars.ndjson"])
    flow = Flow(files, bars, fill_bars)

    def twisted(kind: str, records: str) -> str:
        return text_of(TWISTS[kind](rng, records_of(records))) if kind in TWISTS else records

    def mixed(kind: str, records: str) -> str:
        return records if kind == "signals" else text_of(mix(rng, records_of(records)))

    signals = flow.watch()
    flow.trade(signals, lambda _, records: records)
    flow.trade(signals, twisted)
    flow.trade(signals, mixed)
    configs = {name: json.dumps(files[name]) for name in ("pairs.json", "risk.json", "costs.json")}
    return {"seed": seed, "configs": configs, "match": flow.match, "bars": fill_bars, "steps": flow.steps}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--first", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    options = parser.parse_args()
    for seed in range(options.first, options.first + options.count):
        print(json.dumps(case(seed)), flush=True)


if __name__ == "__main__":
    main()
