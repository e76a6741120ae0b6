"""A lender and a friend: loan money of both on its way to a broker, and the decision that stops it."""

from typing import Any

from monitor.engine.tracing.movements import Kind, Movement
from monitor.live.seen import Seen
from monitor.proofs.books import Books
from monitor.proofs.build import wanted
from monitor.proofs.prover import prove
from monitor.proofs.walk import Walk
from tests.proofs.told import Told
from tests.tracing.bank import SmallBank
from tests.tracing.histories import WIDE
from topics import names
from topics.answers import Basis
from topics.fields import Posting
from topics.instants import instant
from topics.proofs import Proof
from topics.transfers import TransferRequest


class Story(Told):
    """Movements in one line each, with right numbers and balances."""

    def __init__(self, owners: dict[str, str] | None = None) -> None:
        super().__init__(owners)
        self.small = SmallBank(WIDE, {})

    def draws(self, account: str, draw: str, amount: int) -> Seen:
        """A draw is paid out."""
        return self._move(account, Kind.DRAW, amount, f"draw-{draw}", credit=True, draw_id=draw)

    def earns(self, account: str, amount: int, **fields: Any) -> Seen:
        """Money comes from outside."""
        return self._move(account, Kind.INFLOW, amount, self._payment(), credit=True, **fields)

    def spends(self, account: str, amount: int, **fields: Any) -> Seen:
        """Money leaves the bank."""
        return self._move(account, Kind.OUTFLOW, amount, self._payment(), credit=False, **fields)

    def pays(self, account: str, other: str, amount: int, arrives: int | None = None) -> None:
        """A payment inside the bank, both legs; what arrives may be another amount, as of another currency."""
        payment = self._payment()
        self._move(account, Kind.OUTFLOW, amount, payment, credit=False, **_to(other))
        self._move(other, Kind.INFLOW, arrives or amount, payment, credit=True, **_to(account))

    def asks(self, account: str, amount: int, to: str = "broker") -> TransferRequest:
        """A transfer is asked for."""
        request = TransferRequest(
            schema_version=1,
            event_id=f"ask-{account}-{self.now}",
            event_time=instant(self.now),
            customer_id=self.owner(account),
            payment_id=self._payment(),
            amount=amount,
            currency="CNY",
            debtor_account=account,
            creditor_account=to,
        )
        self.tell(names.TRANSFERS, request)
        return request

    def counted(self, about: Any, reserved: int = 0) -> Basis | None:
        """What a decision about a request rests on: every posting so far."""
        if not isinstance(about, TransferRequest):
            return None
        book = self.books.accounts[about.debtor_account]
        return Basis(account=about.debtor_account, acct_seq=max(book.postings, default=0), reserved=reserved)

    def proof(self, about: Any, certain: int = 0, reserved: int = 0, **fields: Any) -> Proof:
        """The proof of a decision that blocks this message."""
        seen = self.blocked(about, certain, **{"basis": self.counted(about, reserved)} | fields)
        decision = wanted(seen)
        assert decision is not None
        return prove(decision, seen, self.books)

    def _payment(self) -> str:
        return f"p{self.now}"

    def _move(self, account: str, kind: Kind, amount: int, payment: str, *, credit: bool, **more: Any) -> Seen:
        return self.movement(self.small.movement(account, kind, amount, payment, credit=credit, **more))


def _to(account: str) -> dict[str, str]:
    """The other account, under the name movements have for it."""
    fields = Movement.__struct_fields__
    return {"peer_account" if "peer_account" in fields else "own_counterparty_account": account}


def least_of(draw: str, posting: Posting, books: Books) -> int:
    """What is certain in a posting of one draw alone, minor units."""
    run = Walk(books, lambda one: one.draw_id == draw).advance(posting.account, posting.acct_seq)
    return run.moved[posting.acct_seq].brought.carries if run else 0


def through_a_friend() -> tuple[Story, Proof]:
    """Li draws 100 beside 50 of his own and pays Wang 120. Wang has a draw of 30 and own 20, and asks for 160 of 170.

    A request for 5 is open beside it.
    """
    bank = Story()
    bank.earns("li", 50_00)
    bank.draws("li", "d-li", 100_00)
    bank.earns("wang", 20_00)
    bank.draws("wang", "d-wang", 30_00)
    bank.pays("li", "wang", 120_00)
    bank.asks("wang", 5_00, "shop")
    codes = ("FF01", "FF02 OTHERS_LOAN", "FF02 MIXED_LOANS")
    return bank, bank.proof(bank.asks("wang", 160_00), certain=20_00, reserved=5_00, codes=codes)
