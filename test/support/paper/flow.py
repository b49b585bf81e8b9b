"""The paper flow as docs/paper.md and docs/contracts.md describe it, with nothing of qf.

usage: flow.py STAGE [options] < NDJSON > NDJSON

    watch --config pairs.json                                   bars, marks -> signals
    exec  --config pairs.json --risk risk.json [--rejects F]    signals -> orders; rejects are {reason, raw}
    size  --config risk.json [--rejects F]                      orders, controls -> orders.sized
    guard --config risk.json [--rejects F] [--ledger F]         orders.sized -> orders.allowed
    match --config costs.json [--fill ref|next-bar --bars F --participation X --ttl S] [--rejects F]
                                                                orders.allowed -> fills
    pnl                                                         fills -> a line for each symbol

Records are taken to be valid: what the contracts refuse before a stage decides is tested elsewhere.
"""

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from decimal import Decimal

import pairs
import paper
import risk
from records import encode, read, seconds


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    stages = parser.add_subparsers(dest="stage", required=True)

    def stage(name: str, *options: str) -> argparse.ArgumentParser:
        command = stages.add_parser(name)
        for option in options:
            command.add_argument(option, required=option in ("--config", "--risk"))
        return command

    stage("watch", "--config")
    stage("exec", "--config", "--risk", "--rejects")
    stage("size", "--config", "--rejects")
    stage("guard", "--config", "--rejects", "--ledger")
    match = stage("match", "--config", "--bars", "--ttl", "--rejects")
    match.add_argument("--fill", choices=("ref", "next-bar"), default="ref")
    match.add_argument("--participation", type=Decimal, default=Decimal(1))
    stage("pnl")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    with ExitStack() as files:

        def config(path: str) -> dict:
            with open(path, encoding="utf-8") as file:
                return json.load(file)

        def writer(path: str | None) -> Callable[[dict], None]:
            if not path:
                return lambda record: None
            file = files.enter_context(open(path, "w", encoding="utf-8", newline="\n"))
            return lambda record: print(encode(record), file=file)

        sys.stdin.reconfigure(encoding="utf-8-sig", newline="\n")
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
        reject = writer(getattr(options, "rejects", None))
        records = read(sys.stdin)
        if options.stage == "watch":
            output = pairs.watch(records, pairs.pairs_of(config(options.config)))
        elif options.stage == "exec":
            whitelist, limits = pairs.pairs_of(config(options.config)), config(options.risk)
            output = pairs.execute(
                sys.stdin, whitelist, limits, lambda reason, raw: reject({"reason": reason, "raw": raw})
            )
        elif options.stage == "size":
            output = risk.size(records, config(options.config), reject)
        elif options.stage == "guard":
            output = risk.guard(records, config(options.config), reject, writer(options.ledger))
        elif options.stage == "pnl":
            output = paper.pnl(records)
        elif options.fill == "ref":
            output = paper.match_ref(records, paper.Costs(config(options.config)), reject)
        else:
            with open(options.bars, encoding="utf-8") as file:
                bars = list(read(file, parse_float=Decimal))
            ttl = seconds(options.ttl) if options.ttl else None
            costs = paper.Costs(config(options.config))
            output = paper.match_next_bar(records, costs, bars, options.participation, ttl, reject)
        for record in output:
            print(encode(record))


if __name__ == "__main__":
    main()
