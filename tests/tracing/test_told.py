"""What a ledger tells others of itself, and what it remembers of others."""

from dataclasses import replace

import pytest

from monitor.engine.tracing.account import Account
from monitor.engine.tracing.effects import BAD_TAG, RETURN_ABOVE, TAG_EXPIRED, Effects
from monitor.engine.tracing.interval import Bounds, Pair
from monitor.engine.tracing.ledger import MOST_TRANSFERS, Ledger
from monitor.engine.tracing.limits import LIMITS, Limits
from monitor.engine.tracing.machine import Machine
from monitor.engine.tracing.movements import Kind, Movement, Share, Tag
from monitor.engine.tracing.passing import MOST_VIA, pass_op
from monitor.engine.tracing.use import UseOfDraw, Uses
from monitor.engine.tracing.wire_machine import from_machine
from tests.tracing.test_book import Bank

NOTHING = Pair(0, 0)


def share(certain: int, possible: int, point: int = 0, *, via: tuple[str, ...] = ()) -> Share:
    return Share(certain, possible, point, 10**9, 1, 10**12, "ann", via)


def tag(transfer: str, amount: int, **shares: Share) -> Tag:
    union = Bounds(sum(one.certain for one in shares.values()), sum(one.possible for one in shares.values()))
    return Tag(transfer, amount, shares, union)


def from_ann(number: int, amount: int = 500, *, account: str = "A") -> Movement:
    return Movement(
        f"t{number}", account, number, number * amount, amount, True, Kind.INFLOW, peer_account="ann-1",
        peer_customer="ann", same_name=False,
    )  # fmt: skip


def opened(limits: Limits = LIMITS) -> Ledger:
    ledger = Ledger(limits)
    ledger.open_account("A")
    return ledger


# -- the use of a draw ------------------------------------------------------------------------------------


def test_with_others_is_what_is_neither_here_nor_booked_and_never_less_than_nothing() -> None:
    use = UseOfDraw("D", "L", 100, Pair(10, 30, 20), {"CASH": Pair(1, 3, 2), "CRYPTO": Pair(4, 40, 20)})
    assert use.with_others == Pair(100 - 30 - 43, 100 - 10 - 5, 100 - 20 - 22)
    home_before_the_word = replace(use, principal=30, held=Pair(30, 30, 30))
    assert home_before_the_word.with_others == NOTHING


def test_what_is_said_of_a_loan_is_of_its_own_draws_the_folded_ones_first() -> None:
    ledger = Ledger(Limits(draws=2))
    for number, loan in enumerate(("L1", "L2", "L1", "L1"), 1):
        draw = Movement(
            f"p{number}", "A", number, number * 100, 100, True, Kind.DRAW, draw_id=f"D{number}", loan_id=loan,
            event_time=number,
        )  # fmt: skip
        ledger.post(draw, number)
    assert [(use.draw, use.principal) for use in ledger.use_of_loan("L1")] == [("", 100), ("D3", 100), ("D4", 100)]
    assert [use.draw for use in ledger.use_of_loan("L2")] == [""]


def test_so_many_loans_of_long_ago_are_remembered_and_the_first_by_name_goes() -> None:
    uses = Uses(Limits(draws=2))
    for number, loan in enumerate(("L2", "L1", "L3"), 1):
        uses.draw(f"D{number}", loan, 100, number, "A")
        uses._fold(uses.by_draw[f"D{number}"])
        assert sorted(uses.folded) == [["L2"], ["L1", "L2"], ["L2", "L3"]][number - 1]


# -- accounts -----------------------------------------------------------------------------------------------


def test_an_account_waits_for_the_tag_of_this_credit_and_of_no_other() -> None:
    ledger = opened()
    ledger.post(from_ann(1), 0)
    assert ledger.awaits("A", "t1")
    assert not ledger.awaits("A", "t2")


def test_the_newest_transfers_that_brought_loan_money_are_named() -> None:
    ledger, count = opened(), MOST_TRANSFERS + 2
    for number in range(1, count + 1):
        ledger.receive("A", tag(f"t{number}", 500, D=share(0, 300)), number)
        ledger.post(from_ann(number), number)
    assert ledger.basis("A") == (count, [f"t{number}" for number in range(3, count + 1)])


def test_whose_money_it_was_is_forgotten_when_there_are_too_many_and_it_is_gone() -> None:
    ledger = opened(Limits(homes=3))
    ledger.receive("A", tag("t1", 500, D1=share(0, 300)), 0)
    for number in (2, 3):
        ledger.turn_away(tag(f"t{number}", 500, **{f"D{number}": share(0, 300)}), 0)
    assert sorted(ledger.homes) == ["D1", "D2", "D3"]
    ledger.turn_away(tag("t4", 500, D4=share(0, 300)), 0)
    assert sorted(ledger.homes) == ["D1"]


def test_the_accounts_of_a_way_that_are_remembered_are_the_last() -> None:
    ledger = opened()
    ledger.receive("A", tag("t1", 500_00, D=share(0, 500_00, via=tuple("VWXYZ"))), 0)
    ledger.post(from_ann(1, 500_00), 0)
    paid = Movement(
        "t2", "A", 2, 0, 500_00, False, Kind.OUTFLOW, peer_account="bob-1", peer_customer="bob", same_name=False
    )
    sent = ledger.post(paid, 0).settled.outbox[0].message
    assert isinstance(sent, Tag)
    assert sent.shares["D"].via == ("W", "X", "Y", "Z", "A")
    assert len(sent.shares["D"].via) == MOST_VIA


# -- tags ---------------------------------------------------------------------------------------------------


def test_a_tag_may_come_again_by_its_topic_but_not_say_something_else() -> None:
    account, effects = Account("A", LIMITS), Effects()
    account.receive(tag("t1", 500, D=share(0, 300)), effects, 0, 7)
    account.receive(tag("t1", 500, D=share(0, 300)), effects, 0, 8)
    assert (effects.events, effects.refused) == ([], [])
    account.receive(tag("t1", 500, D=share(0, 301)), effects, 0, 9)
    assert (effects.events, [offset for offset, _ in effects.refused]) == ([BAD_TAG], [9])


@pytest.mark.parametrize(("offset", "refused"), [(-1, []), (0, [0]), (7, [7])])
def test_a_tag_whose_credit_never_came_is_refused_where_a_topic_brought_it(offset: int, refused: list[int]) -> None:
    account, effects = Account("A", LIMITS), Effects()
    account.receive(tag("t1", 500, D=share(0, 300)), effects, 0, offset)
    account.expire(effects, LIMITS.inbox_ms)
    assert effects.events == [TAG_EXPIRED]
    assert [where for where, _ in effects.refused] == refused


# -- what comes back ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("back", "events", "left"),
    [(59, (), Pair(1, 1, 1)), (60, (), None), (61, (RETURN_ABOVE,), Pair(60, 60, 60))],
)
def test_a_return_takes_out_of_its_class_no_more_than_was_paid(
    back: int, events: tuple[str, ...], left: Pair | None
) -> None:
    bank = Bank()
    bank.draw(100)
    bank.post("A", -60, payment_id="paid")
    posted = bank.post("A", back, Kind.RETURN, original_payment_id="paid")
    assert posted.events == events
    assert bank.use().buckets.get("CONSUMPTION") == left


def test_what_a_bridge_may_bring_back_is_no_more_than_the_credit() -> None:
    for possible, high in ((40, 60), (20, 40)):
        machine = Machine(LIMITS)
        virtual = {name: share(0, possible) for name in ("D1", "D2")}
        credit = Movement("c", "A", 1, 60, 60, True, Kind.INFLOW, virtual=virtual)
        effects = Effects()
        pass_op(machine, credit, Tag("", 0, {}, Bounds(0, 0)), effects)
        assert effects.passed[0].union == Pair(0, high)


# -- kept short ---------------------------------------------------------------------------------------------


def test_a_movement_of_one_colour_is_written_as_its_number() -> None:
    machine = Machine(LIMITS)
    for number, whose in ((1, {"D": share(60, 60, 60)}), (2, {"D": share(0, 60, 20)})):
        credit = Movement(f"c{number}", "A", number, 60 * number, 60, True, Kind.INFLOW, virtual=whose)
        pass_op(machine, credit, Tag("", 0, {}, Bounds(0, 0)), Effects())
    written = from_machine(machine)
    number = written.names.index("D") + 1
    assert [record.composition for record in written.records] == [number, [(0, 40), (number, 20)]]
