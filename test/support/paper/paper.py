"""paper match and paper pnl."""

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from records import CENT, dec, decided_at, extra_with, order_with, rounded

BPS = Decimal("0.0001")
Reject = Callable[[dict], None]


class Costs:
    def __init__(self, config: dict):
        self.rate = {name: dec(value) for name, value in config.items()}

    def slipped(self, price: Decimal, side: str) -> Decimal:
        slippage, tick = self.rate["slippage_bps"] * BPS, self.rate["tick_size"]
        if side == "BUY":
            return (price * (1 + slippage) / tick).to_integral_value(ROUND_CEILING) * tick
        return (price * (1 - slippage) / tick).to_integral_value(ROUND_FLOOR) * tick

    def fees(self, side: str, qty: int, price: Decimal) -> dict:
        notional, rate = qty * price, self.rate

        def share(bps: str) -> Decimal:
            return rounded(notional * rate[bps] * BPS, CENT)

        fees = {
            "brokerage": rounded(rate["brokerage_per_order"], CENT),
            "stt": share("stt_bps"),
            "exchange": share("exchange_txn_bps"),
            "sebi": share("sebi_turnover_bps"),
            "stamp": share("stamp_bps_buy") if side == "BUY" else CENT * 0,
        }
        fees["gst"] = rounded((fees["brokerage"] + fees["exchange"]) * rate["gst_pct"] * CENT, CENT)
        fees["total"] = sum(fees.values(), Decimal(0))
        return fees

    def fill(self, order: dict, n: int, qty: int, price: Decimal, ts: int) -> dict:
        extra = order["extra"]
        return {
            "fill_id": f"{order['client_order_id']}:{n}",
            "client_order_id": order["client_order_id"],
            "symbol": order["symbol"],
            "side": order["side"],
            "qty": qty,
            "price": price,
            "ts": ts,
            "venue": "PAPER",
            "fees": self.fees(order["side"], qty, price),
            "extra": {key: extra[key] for key in extra if key not in ("risk", "budget")},
        }


def ended(order: dict, status: str, reason: str, left: int) -> dict:
    detail = {"reason": reason, "left": left}
    return order_with(order, status=status, extra=extra_with(order, "match", detail))


def within(order: dict, price: Decimal) -> bool:
    limit = dec(order["limit_price"])
    return price <= limit if order["side"] == "BUY" else price >= limit


def match_ref(orders: Iterable[dict], costs: Costs, reject: Reject) -> Iterator[dict]:
    for order in orders:
        price = dec(order["extra"]["px_ref"])
        if order["order_type"] == "MKT":
            price = costs.slipped(price, order["side"])
            if price <= 0:
                reject(ended(order, "EXPIRED", "no_price", order["qty"]))
                continue
        elif not within(order, price):
            reject(ended(order, "EXPIRED", "limit_not_reached", order["qty"]))
            continue
        yield costs.fill(order, 1, order["qty"], price, order["ts"])


@dataclass(eq=False)
class Working:
    order: dict
    left: int
    due: Decimal | float
    filled: int = 0
    fills: int = 0


class NextBar:
    def __init__(self, costs: Costs, participation: Decimal, ttl: Decimal | None, reject: Reject):
        self.costs, self.participation, self.ttl, self.reject = costs, participation, ttl, reject
        self.working: list[Working] = []
        self.entries: dict[tuple[str, str], Working] = {}

    def end(self, work: Working, status: str, reason: str) -> None:
        self.working.remove(work)
        self.reject(ended(work.order, status, reason, work.left))

    def expire(self, now: float) -> None:
        for work in [work for work in self.working if work.due < now]:
            self.end(work, "EXPIRED", "ttl")

    def finish(self) -> None:
        for work in list(self.working):
            self.end(work, "EXPIRED", "end_of_bars")

    def accept(self, order: dict) -> None:
        """Its bars before the decision have been applied."""
        now, extra = decided_at(order), order["extra"]
        self.expire(now)
        due = math.inf if self.ttl is None else now + self.ttl
        work = Working(order, order["qty"], due)
        leg = extra.get("pair_id"), extra.get("leg")
        if extra.get("kind") == "EXIT":
            entry = self.entries.pop(leg, None)
            if entry in self.working:
                self.end(entry, "CANCELLED", "exit")
            work.left = entry.filled if entry else 0
            if not work.left:
                self.reject(ended(order, "CANCELLED", "nothing_filled", order["qty"]))
                return
        else:
            self.entries[leg] = work
        self.working.append(work)

    def apply(self, bar: dict) -> Iterator[dict]:
        self.expire(bar["ts"])
        if dec(bar["o"]) <= 0:
            return
        most = math.floor(self.participation * bar["vol"])
        for work in list(self.working):
            order, qty = work.order, min(work.left, most)
            price = self.price(order, bar) if order["symbol"] == bar["symbol"] and qty else None
            if price is None:
                continue
            work.left -= qty
            work.filled += qty
            work.fills += 1
            if not work.left:
                self.working.remove(work)
            yield self.costs.fill(order, work.fills, qty, price, bar["ts"])

    def price(self, order: dict, bar: dict) -> Decimal | None:
        open_price = dec(bar["o"])
        if order["order_type"] == "MKT":
            price = self.costs.slipped(open_price, order["side"])
            return price if price > 0 else None
        buy, limit = order["side"] == "BUY", dec(order["limit_price"])
        if not within(order, dec(bar["l"] if buy else bar["h"])):
            return None
        return min(open_price, limit) if buy else max(open_price, limit)


def match_next_bar(
    orders: Iterable[dict],
    costs: Costs,
    bars: Iterable[dict],
    participation: Decimal,
    ttl: Decimal | None,
    reject: Reject,
) -> Iterator[dict]:
    """Bars have exact decimals as `vol`, and one timeframe: that of the first."""
    bars = [bar for bar in bars if "mark" not in bar]
    pending = deque(bar for bar in bars if bar["tf"] == bars[0]["tf"])
    engine = NextBar(costs, participation, ttl, reject)
    for order in orders:
        while pending and pending[0]["ts"] < decided_at(order):
            yield from engine.apply(pending.popleft())
        engine.accept(order)
    for bar in pending:
        yield from engine.apply(bar)
    engine.finish()


class Account:
    """One symbol: its open lots are all long or all short."""

    def __init__(self) -> None:
        self.lots: deque[list] = deque()
        self.cash = self.fees = self.realised = Decimal(0)

    @property
    def position(self) -> int:
        return sum(qty for qty, _ in self.lots)

    def add(self, fill: dict) -> None:
        qty = fill["qty"] if fill["side"] == "BUY" else -fill["qty"]
        price, fees = dec(fill["price"]), dec(fill["fees"]["total"])
        self.cash -= qty * price + fees
        self.fees += fees
        while qty and self.lots and self.lots[0][0] * qty < 0:
            lot = self.lots[0]
            closed = min(abs(qty), abs(lot[0])) * (1 if lot[0] > 0 else -1)
            self.realised += closed * (price - lot[1])
            qty += closed
            lot[0] -= closed
            if not lot[0]:
                self.lots.popleft()
        if qty:
            self.lots.append([qty, price])


def pnl(fills: Iterable[dict]) -> Iterator[dict]:
    accounts: dict[str, Account] = {}
    for fill in fills:
        accounts.setdefault(fill["symbol"], Account()).add(fill)
    for symbol, account in sorted(accounts.items()):
        yield {
            "symbol": symbol,
            "position": account.position,
            "cash": account.cash,
            "fees": account.fees,
            "realised": account.realised,
        }
