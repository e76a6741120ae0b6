"""Golden histories, worked out by hand: what each payment carries, what accounts hold, what loans were used for."""

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.engine.tracing.interval import ANY_LOAN
from monitor.engine.tracing.limits import Limits
from monitor.engine.tracing.movements import Kind, Movement
from tests.tracing.bank import HeldLedger, SmallBank, final_pairs

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text())["vectors"]
NAMES = {"origins": "origins", "hops": "hops", "min_tag": "smallest_tag", "lots": "lots"}


class Player:
    """Plays one history and reads the outcome in the form of the vectors."""

    def __init__(self, vector: dict[str, Any]) -> None:
        limits = {NAMES[name]: value for name, value in vector.get("limits", {}).items()}
        self.ledger = HeldLedger(Limits(**{"smallest_tag": 1, "tail": 999, "records": 99, **limits}))
        self.bank = SmallBank(self.ledger.limits, vector["loans"], self.ledger)
        self.paid: dict[str, Movement] = {}
        self.early: dict[str, dict[str, list[int]]] = {}
        self.held = False
        for number, operation in enumerate(vector["operations"]):
            getattr(self, f"_{operation['op']}")(operation, operation.get("id", f"#{number}"))
            self._deliver_unless_held()

    def _deliver_unless_held(self) -> None:
        while not self.held and self.ledger.waiting():
            self.bank.note(self.ledger.hand_over(self.ledger.waiting()[0]))

    def _credit(self, account: str, kind: Kind, amount: int, payment: str, **more: Any) -> None:
        self.bank.post(self.bank.movement(account, kind, amount, payment, credit=True, **more))

    def _debit(self, account: str, kind: Kind, amount: int, payment: str, **more: Any) -> None:
        movement = self.bank.movement(account, kind, amount, payment, credit=False, **more)
        preview = self.ledger.preview(account, amount)
        early = {**preview.pairs, **({ANY_LOAN: preview.union} if preview.union.possible else {})}
        self.early[payment] = {name: [pair.certain, pair.possible] for name, pair in early.items()}
        self.paid[payment] = movement
        self.bank.post(movement)

    def _disburse(self, o: dict[str, Any], payment: str) -> None:
        principal = self.bank.principals[o["loan"]]
        more = {"draw_id": o["loan"], "loan_id": o["loan"], "principal": principal}
        self._credit(o["account"], Kind.DRAW, o["amount"], payment, **more)

    def _receive(self, o: dict[str, Any], payment: str) -> None:
        self._credit(o["account"], Kind.INFLOW, o["amount"], payment)

    def _pay(self, o: dict[str, Any], payment: str) -> None:
        to, bucket = o.get("to"), o.get("bucket") or "UNKNOWN"
        self._debit(o["from"], Kind.OUTFLOW, o["amount"], payment, peer_account=to, bucket=bucket)
        if to:
            self._credit(to, Kind.INFLOW, o["amount"], payment, peer_account=o["from"])

    def _return(self, o: dict[str, Any], payment: str) -> None:
        original, kind = self.paid[o["of"]], Kind.RETURN
        payer, payee = original.account, original.peer_account
        if payee is None:
            self.paid[payment] = self.bank.movement(
                payer, Kind.REFUND, o["amount"], payment, credit=True, original_payment_id=o["of"]
            )
            self.bank.post(self.paid[payment])
            return
        more = {"original_payment_id": o["of"]}
        self._debit(payee, kind, o["amount"], payment, peer_account=payer, **more)
        self._credit(payer, kind, o["amount"], payment, peer_account=payee, **more)

    def _close(self, o: dict[str, Any], payment: str) -> None:
        self.ledger.close_draw(o["loan"], 0)

    def _resync(self, o: dict[str, Any], payment: str) -> None:
        account = o["account"]
        self.bank.balances[account] = o["balance"]
        self.ledger.statement(account, self.bank.numbers[account], o["balance"], 0)

    def _hold_messages(self, o: dict[str, Any], payment: str) -> None:
        self.held = True

    def _deliver_messages(self, o: dict[str, Any], payment: str) -> None:
        self.held = False

    # -- reading -----------------------------------------------------------------------------------

    def outcome(self) -> dict[str, Any]:
        """Payments, accounts and ledgers."""
        accounts = {name: self._account(name) for name in sorted(self.ledger.entries)}
        payments = {payment: self._payment(payment) for payment in self.paid}
        return {"payments": payments, "accounts": accounts, "ledgers": self._ledgers()}

    def _payment(self, payment: str) -> dict[str, Any]:
        movement = self.paid[payment]
        one = self.bank.passed[movement.account, movement.transfer]
        pairs = {name: list(pair) for name, pair in final_pairs(one).items()}
        if ANY_LOAN in pairs:
            pairs[ANY_LOAN][2] = 0
        read: dict[str, Any] = {"pairs": pairs}
        early = self.early.get(payment)
        if early is not None and early != {name: pair[:2] for name, pair in pairs.items()}:
            read["at decision"] = early
        if movement.kind is Kind.RETURN:
            read["kind"] = "undo" if one.undone else "refund"
        return read

    def _account(self, name: str) -> dict[str, Any]:
        account = self.ledger.entries[name].account
        read: dict[str, Any] = {"balance": account.balance}
        for source, state in (account.base.sources if account.base else {}).items():
            if account.base and state.high:
                point = [] if source == ANY_LOAN else [account.base.lots.held(source)]
                read[source] = [state.low, state.high, *point]
        return read

    def _ledgers(self) -> dict[str, Any]:
        uses = [self.ledger.use_of_proceeds(draw) for draw in self.ledger.uses.by_draw]
        return {
            use.draw: {bucket: list(pair) for bucket, pair in use.buckets.items()}
            for use in uses
            if use is not None and use.buckets
        }


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_golden_history_comes_out_as_worked_by_hand(vector: dict[str, Any]) -> None:
    outcome = Player(vector).outcome()
    expected = vector["expected"]
    assert outcome["payments"] == expected["payments"]
    assert outcome["accounts"] == expected["accounts"]
    assert outcome["ledgers"] == {loan: rows for loan, rows in expected["ledgers"].items() if rows}
