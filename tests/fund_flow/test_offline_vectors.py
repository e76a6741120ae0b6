"""The golden histories, told to the offline tracer as bank messages, in any order."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.fund_flow.books import JUDGEMENT, Books
from tests.fund_flow.figures import UNION, Limits
from tests.fund_flow.offline_tracer import OfflineTracer

VECTORS = json.loads((Path(__file__).parents[1] / "tracing" / "vectors.json").read_text())["vectors"]
NAMES = {"origins": "origins", "hops": "hops", "min_tag": "smallest_tag", "lots": "lots"}


class Told:
    """One history as messages. Every account is another customer's; every loan has one draw, of the loan's name."""

    def __init__(self, vector: dict[str, Any]) -> None:
        self.vector, self.books = vector, Books()
        self.payments: dict[str, str] = {}
        self.homes = {o["loan"]: o["account"] for o in vector["operations"] if o["op"] == "disburse"}
        for account in sorted(self._accounts()):
            self.books.open(account, f"c-{account}")
        for loan, home in sorted(self.homes.items()):
            self.books.grant(f"c-{home}", loan)
        for number, operation in enumerate(vector["operations"]):
            getattr(self, f"_{operation['op']}")(operation, operation.get("id", f"#{number}"))

    def _accounts(self) -> set[str]:
        return {o[key] for o in self.vector["operations"] for key in ("account", "from", "to") if o.get(key)}

    def _disburse(self, o: dict[str, Any], name: str) -> None:
        self.books.draw(o["account"], o["loan"], o["loan"], o["amount"])

    def _receive(self, o: dict[str, Any], name: str) -> None:
        self.books.receive(o["account"], o["amount"])

    def _pay(self, o: dict[str, Any], name: str) -> None:
        if o.get("bucket") == "REPAID":
            self.payments[name] = self.books.repay(o["from"], min(self.homes), o["amount"])
        else:
            use = o.get("bucket") or "CONSUMPTION"
            self.payments[name] = self.books.pay(o["from"], o["amount"], o.get("to", ""), use=use)

    def _return(self, o: dict[str, Any], name: str) -> None:
        self.payments[name] = self.books.give_back(self.payments[o["of"]], o["amount"])

    def _close(self, o: dict[str, Any], name: str) -> None:
        self.books.close(f"c-{self.homes[o['loan']]}", o["loan"])

    def _resync(self, o: dict[str, Any], name: str) -> None:
        self.books.state(o["account"], o["balance"])

    def _hold_messages(self, o: dict[str, Any], name: str) -> None:
        """There are no messages between accounts here."""

    _deliver_messages = _hold_messages


def outcome(told: Told, tracer: OfflineTracer) -> dict[str, Any]:
    """In the form of the vectors."""
    return {
        "payments": {name: _payment(told, tracer, name) for name in told.payments},
        "accounts": {name: _account(tracer, name) for name in sorted(tracer.purses)},
        "ledgers": {
            name: {bucket: list(figure) for bucket, figure in sorted(draw.buckets.items())}
            for name, draw in sorted(tracer.draws.items())
            if draw.buckets
        },
    }


def _payment(told: Told, tracer: OfflineTracer, name: str) -> dict[str, Any]:
    first = next(passed for passed in tracer.passed if passed.transfer == told.payments[name])
    pairs = {draw: list(figure) for draw, figure in first.figures.items()}
    read: dict[str, Any] = {"pairs": {**pairs, **({UNION: [*first.union, 0]} if first.union.high else {})}}
    operation = next(o for o in told.vector["operations"] if o.get("id") == name)
    if operation["op"] == "return" and _on_us(told, operation):
        read["kind"] = "undo" if first.undone else "refund"
    return read


def _on_us(told: Told, operation: dict[str, Any]) -> bool:
    return bool(told.books.paid[told.payments[operation["of"]]].payee)


def _account(tracer: OfflineTracer, name: str) -> dict[str, Any]:
    purse = tracer.purses[name]
    held = {source: [*state.span] for source, state in purse.sources.items() if state.span.high}
    points = {source: [purse.points.of(source)] for source in held if source != UNION}
    return {"balance": purse.total, **{source: span + points.get(source, []) for source, span in held.items()}}


def expected(vector: dict[str, Any]) -> dict[str, Any]:
    """What is decided before tags come is no matter here: none is ever late."""
    payments = {
        name: {key: value for key, value in payment.items() if key != "at decision"}
        for name, payment in vector["expected"]["payments"].items()
    }
    ledgers = {loan: rows for loan, rows in vector["expected"]["ledgers"].items() if rows}
    return {**vector["expected"], "payments": payments, "ledgers": ledgers}


def limits(vector: dict[str, Any]) -> Limits:
    given = {NAMES[name]: value for name, value in vector.get("limits", {}).items()}
    return Limits(**{"smallest_tag": 1, "records": 99, **given})


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_golden_history_comes_out_as_worked_by_hand(vector: dict[str, Any]) -> None:
    told = Told(vector)
    tracer = OfflineTracer(told.books.messages, JUDGEMENT, limits(vector))
    assert outcome(told, tracer) == expected(vector)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_the_order_and_repeats_of_its_messages_are_no_matter(vector: dict[str, Any]) -> None:
    told, rng = Told(vector), random.Random(7)
    messages = told.books.messages
    stirred = rng.sample(messages, len(messages)) + rng.choices(messages, k=5)
    straight = OfflineTracer(messages, JUDGEMENT, limits(vector))
    crooked = OfflineTracer(stirred, JUDGEMENT, limits(vector))
    assert crooked.passed == straight.passed
    assert crooked.draws == straight.draws
