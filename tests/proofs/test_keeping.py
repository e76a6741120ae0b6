"""Books that run on forget what no proof will need, and stay within their bound."""

import json
from typing import Any

from monitor.live.seen import Seen
from monitor.proofs.keeping import KeptBooks
from monitor.proofs.writing import LESS_SHOWN
from tests.proofs.stories import Story

MINUTE = 60_000


class Running(Story):
    """A bank whose books forget."""

    def __init__(self, most: int = 1_000) -> None:
        super().__init__()
        self.books: KeptBooks = KeptBooks(most, recent_ms=10 * MINUTE)

    def tag(self, account: str, **fields: object) -> None:
        """Another partition says that loan money was sent to an account."""
        message: dict[str, object] = {"type": "fund_flow.tag", "customer_id": self.owner(account), "account": account}
        message |= {"shares": {"d-1": [1, 1, 1]}} | fields
        self.books.take(Seen("fund-flow", 0, 0, self.now, b"x", json.dumps(message).encode()))

    def numbers(self, account: str) -> list[int]:
        """Postings that are kept."""
        book = self.books.accounts.get(account)
        return list(book.postings) if book else []


def test_borrowers_are_kept_and_others_forgotten_after_minutes() -> None:
    bank = Running()
    bank.draws("li", "d-1", 100_00)
    bank.earns("wang", 5_00)
    bank.asks("wang", 1_00)
    bank.now += 11 * MINUTE
    bank.earns("li", 5_00)
    assert bank.numbers("li") == [1, 2]
    assert list(bank.books.accounts) == ["li"]
    assert list(bank.books.accounts_of) == ["customer-li"]
    assert bank.books.records == 2


def test_what_came_in_the_minutes_before_a_draw_or_a_tag_is_still_there() -> None:
    bank = Running()
    bank.earns("li", 5_00)
    bank.earns("wang", 5_00)
    bank.draws("li", "d-1", 100_00)
    bank.tag("wang")
    bank.now += 11 * MINUTE
    bank.earns("zhao", 5_00)
    assert (bank.numbers("li"), bank.numbers("wang"), bank.numbers("zhao")) == ([1, 2], [1], [1])


def test_all_accounts_of_who_was_sent_a_tag_are_kept() -> None:
    """Between accounts of one customer no tag is sent."""
    bank = Running()
    bank.owners = {"savings": "customer-wang"}
    bank.earns("savings", 5_00)
    bank.tag("wang")
    bank.now += 11 * MINUTE
    bank.earns("zhao", 5_00)
    assert bank.numbers("savings") == [1]


def test_all_accounts_of_a_borrower_are_kept() -> None:
    bank = Running()
    bank.owners = {"savings": "customer-li"}
    bank.earns("savings", 5_00)
    bank.draws("li", "d-1", 100_00)
    bank.now += 11 * MINUTE
    bank.earns("zhao", 5_00)
    assert bank.numbers("savings") == [1]


def test_only_a_tag_with_shares_keeps_an_account() -> None:
    bank = Running()
    others: dict[str, dict[str, Any]] = {
        "a": {"shares": {}},
        "b": {"type": "fund_flow.book"},
        "c": {"shares": 1},
    }
    for account, message in others.items():
        bank.earns(account, 5_00)
        bank.tag(account, **message)
    bank.now += 11 * MINUTE
    bank.earns("zhao", 5_00)
    assert list(bank.books.accounts) == ["zhao"]


def test_what_is_known_ahead_is_kept_from_the_first_record_on() -> None:
    """Catching up, topics are not read side by side: a draw of yesterday may come after what followed it."""
    bank, ahead = Running(), Running()
    bank.books.note(ahead.draws("li", "d-1", 100_00))
    bank.earns("li", 5_00)
    bank.now += 11 * MINUTE
    bank.earns("zhao", 5_00)
    assert bank.numbers("li") == [1]


def test_a_part_of_a_payment_s_postings_is_forgotten_alone() -> None:
    bank = Running()
    bank.earns("wang", 5_00)
    bank.now += 6 * MINUTE
    bank.earns("wang", 5_00)
    bank.now += 6 * MINUTE
    bank.earns("wang", 5_00)
    assert bank.numbers("wang") == [2, 3]
    assert sum(map(len, bank.books.accounts["wang"].by_payment.values())) == 2


def test_the_bound_holds_and_the_account_quiet_longest_goes_first() -> None:
    bank = Running(most=100)
    bank.draws("quiet", "d-1", 100_00)
    for number in range(300):
        bank.draws("busy", f"d-{number}", 1_00) if not number else bank.earns("busy", 1_00)
        bank.earns(f"other-{number}", 1_00)
        assert bank.books.records <= 100
        assert bank.books.records == sum(
            len(book.postings) + len(book.requests) for book in bank.books.accounts.values()
        )
    assert bank.books.forgotten >= 1
    assert bank.numbers("quiet") == []


def test_words_about_payments_are_bounded_and_the_draw_told_of_first_goes_first() -> None:
    bank = Running(most=10)
    for number in range(25):
        bank.books._tell(f"d-{number // 5}", bank.record("fund-flow", b"x", b"{}"))
        assert bank.books.words == sum(map(len, bank.books.told.values())) <= 10
    assert list(bank.books.told) == ["d-3", "d-4"]


def test_what_was_forgotten_makes_a_refusal_and_never_a_false_proof() -> None:
    bank = Running(most=10)
    bank.draws("li", "d-1", 100_00)
    for _ in range(12):
        bank.earns("li", 1_00)
    proof = bank.proof(bank.asks("li", 105_00), certain=93_00, codes=("FF01",))
    assert proof.refused == LESS_SHOWN
