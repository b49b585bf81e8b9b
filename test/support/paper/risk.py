"""risk size and risk guard."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from records import CENT, dec, decided_at, extra_with, order_with, rounded

DAY_S = 86_400
Reject = Callable[[dict], None]
Legs = tuple[dict, dict]


def refused(order: dict, stage: str, reason: str) -> dict:
    return order_with(order, status="REJECTED", extra=extra_with(order, stage, {"reason": reason}))


class LegMatcher:
    def __init__(self) -> None:
        self.waiting: list[dict] = []

    def overdue(self, now: float) -> list[dict]:
        orphans = [order for order in self.waiting if decided_at(order) < now]
        self.waiting = [order for order in self.waiting if decided_at(order) >= now]
        return orphans

    def both(self, order: dict) -> Legs | None:
        for other in self.waiting:
            if self.key(other) == self.key(order) and other["extra"]["leg"] != order["extra"]["leg"]:
                self.waiting.remove(other)
                return (other, order) if other["extra"]["leg"] == "A" else (order, other)
        self.waiting.append(order)
        return None

    @staticmethod
    def key(order: dict) -> tuple:
        return order["extra"]["pair_id"], order["ts"], order["extra"]["kind"]


@dataclass
class Approved:
    factor: float
    quantities: list[int]


class Sizing:
    def __init__(self, risk: dict):
        self.risk = risk
        self.halted = False
        self.open: dict[str, Approved] = {}

    def decide(self, legs: Legs) -> Approved | str:
        pair_id = legs[0]["extra"]["pair_id"]
        if legs[0]["extra"]["kind"] == "EXIT":
            return self.open.pop(pair_id, "nothing_open")
        if self.halted:
            return "halted"
        if pair_id in self.open:
            return "already_open"
        if len(self.open) >= self.risk.get("max_open_pairs", math.inf):
            return "max_open_pairs"
        factor = self.factor(legs)
        approved = Approved(factor, [math.floor(leg["qty"] * factor + 1e-9) for leg in legs])
        if min(approved.quantities) < max(1, self.risk.get("min_qty", 1)):
            return "min_quantity"
        self.open[pair_id] = approved
        return approved

    def factor(self, legs: Legs) -> float:
        most = self.risk["buckets"][legs[0]["risk_bucket"]]["max_per_trade"]
        notional = 0.0
        for leg in legs:
            notional += leg["qty"] * float(leg["extra"].get("px_ref") or 0)
        factor = 1.0
        if notional > 0:  # else guard refuses it as no_notional
            factor = min(factor, most * legs[0]["extra"]["leverage"] / notional)
        for leg in legs:
            factor = min(factor, self.risk.get("per_symbol_max_qty", math.inf) / leg["qty"])
        return factor


def size(records: Iterable[dict], risk: dict, reject: Reject) -> Iterator[dict]:
    sizing, matcher = Sizing(risk), LegMatcher()
    seen: dict[str, int] = {}
    last_decided: dict[str, int] = {}
    newest = 0

    def note_decision(order: dict) -> None:
        pair_id = order["extra"]["pair_id"]
        last_decided[pair_id] = max(last_decided.get(pair_id, 0), decided_at(order))

    def refuse_orphans(now: float) -> None:
        for orphan in matcher.overdue(now):
            note_decision(orphan)
            reject(refused(orphan, "risk", "orphan_leg"))

    for record in records:
        if "control" in record:
            sizing.halted = record["control"] == "halt"
            continue
        pair_id = record["extra"].get("pair_id")
        if not pair_id:
            reject(refused(record, "risk", "no_pair"))
            continue
        now, order_id = decided_at(record), record["client_order_id"]
        refuse_orphans(now)
        newest = max(newest, now)
        if order_id in seen and seen[order_id] > newest - DAY_S:
            reject(refused(record, "risk", "duplicate"))
            continue
        seen[order_id] = now
        if now < last_decided.get(pair_id, 0):
            reject(refused(record, "risk", "stale"))
            continue
        legs = matcher.both(record)
        if not legs:
            continue
        note_decision(record)
        decision = sizing.decide(legs)
        if isinstance(decision, str):
            for leg in legs:
                reject(refused(leg, "risk", decision))
            continue
        for leg, qty in zip(legs, decision.quantities):
            detail = {"f": decision.factor, "qty_in": leg["qty"]}
            yield order_with(leg, qty=qty, status="APPROVED", extra=extra_with(leg, "risk", detail))
    refuse_orphans(math.inf)


@dataclass
class Reserved:
    bucket: str
    cash: Decimal


class Budget:
    def __init__(self, risk: dict):
        self.most: dict[str, Decimal] = {}
        self.cap: dict[str, Decimal] = {}
        spendable = dec(risk["total_cash"]) * (1 - dec(risk["holdback_fraction"]))
        for bucket, limits in risk["buckets"].items():
            self.most[bucket] = dec(limits["max_per_trade"])
            self.cap[bucket] = spendable * dec(limits["split"])
        self.used: dict[str, Decimal] = defaultdict(lambda: CENT * 0)
        self.open: dict[str, Reserved] = {}

    def decide(self, legs: Legs) -> tuple[Reserved, Decimal] | str:
        """What was reserved or is released, and the change of `used`."""
        pair_id = legs[0]["extra"]["pair_id"]
        if legs[0]["extra"]["kind"] == "EXIT":
            reserved = self.open.pop(pair_id, None)
            if not reserved:
                return "nothing_open"
            self.used[reserved.bucket] -= reserved.cash
            return reserved, -reserved.cash
        if pair_id in self.open:
            return "already_open"
        bucket, cash = legs[0]["risk_bucket"], self.cash(legs)
        if cash <= 0:
            return "no_notional"
        if cash > self.most[bucket]:
            return "over_max_per_trade"
        if self.used[bucket] + cash > self.cap[bucket]:
            return "over_bucket_cap"
        self.open[pair_id] = Reserved(bucket, cash)
        self.used[bucket] += cash
        return self.open[pair_id], cash

    @staticmethod
    def cash(legs: Legs) -> Decimal:
        prices = [dec(leg["extra"].get("px_ref") or 0) for leg in legs]
        leverage = dec(legs[0]["extra"].get("leverage") or 0)
        if min(prices) <= 0 or leverage <= 0:
            return Decimal(0)
        return rounded(sum(leg["qty"] * price for leg, price in zip(legs, prices)) / leverage, CENT)


def guard(
    orders: Iterable[dict], risk: dict, reject: Reject, ledger: Callable[[dict], None]
) -> Iterator[dict]:
    budget, matcher = Budget(risk), LegMatcher()

    def refuse(orders: Iterable[dict], reason: str) -> None:
        for order in orders:
            reject(refused(order, "budget", reason))

    for order in orders:
        refuse(matcher.overdue(decided_at(order)), "orphan_leg")
        legs = matcher.both(order)
        if not legs:
            continue
        decision = budget.decide(legs)
        if isinstance(decision, str):
            refuse(legs, decision)
            continue
        reserved, delta = decision
        bucket, used = reserved.bucket, budget.used[reserved.bucket]
        ledger({"id": legs[0]["client_order_id"], "bucket": bucket, "delta": delta, "used": used})
        detail = {"bucket": bucket, "delta": delta, "used": used}
        for leg in legs:
            yield order_with(leg, extra=extra_with(leg, "budget", detail))
    refuse(matcher.overdue(math.inf), "orphan_leg")
