"""What headroom promises holds for the order that comes next, whatever has mixed in the account before it."""

from collections.abc import Callable
from typing import Final

from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.engine.town import Town
from topics import answers
from topics.loan_money import Limit

PRODUCTS: Final = {"SECURITIES": "SECURITIES_TRANSFER", "WEALTH_AM": "FUND_PURCHASE", "METAL": "METAL_PURCHASE"}
Step = Callable[[Town, int], None]


def earns(here: Town, amount: int) -> None:
    here.earn("ann", amount)


def borrows(here: Town, amount: int) -> None:
    """The first time on a loan, then on another one."""
    here.borrow("ann", amount, f"ann-{here.count}")


def is_lent(here: Town, amount: int) -> None:
    """By two who have nothing but their loans."""
    here.pay(("yan", "zoe")[here.count % 2], "ann", amount)


def is_paid(here: Town, amount: int) -> None:
    """By one who is clean, which nobody has said yet."""
    here.pay("bob", "ann", amount)


def waits_for_a_tag(here: Town, amount: int) -> None:
    """Of a credit whose debit has not been seen."""
    here.leg("ann", "zoe", amount, f"pay-early-{here.count}")


def spends(here: Town, amount: int) -> None:
    here.spend("ann", min(amount, balance(here)) or 1_00, product=None)


def passes_on(here: Town, amount: int) -> None:
    here.pay("ann", "bob", min(amount, balance(here)) or 1_00)


def asks(here: Town, amount: int) -> None:
    """For a payment that stays open."""
    here.ask(min(amount, balance(here)) or 1_00, "dealer-1", account="ann-1", customer_id="ann")


def waits(here: Town, _: int) -> None:
    """Until everybody's word has come."""
    here.settle()


def misses(here: Town, amount: int) -> None:
    """A posting that the bank did not send."""
    held, number = here.balances["ann-1"]
    here.balances["ann-1"] = (held - min(amount, held), number + 1)


STEPS: Final[tuple[Step, ...]] = (
    earns,
    borrows,
    is_lent,
    is_paid,
    waits_for_a_tag,
    spends,
    passes_on,
    asks,
    waits,
    misses,
)
AMOUNTS: Final = st.one_of(st.integers(1, 3_000_00), st.integers(3_000_00, 60_000_00))
HISTORIES: Final = st.lists(st.tuples(st.sampled_from(STEPS), AMOUNTS), min_size=1, max_size=8)


def balance(here: Town) -> int:
    return max(0, here.balances["ann-1"][0])


def lived(history: list[tuple[Step, int]], own: int, drawn: int) -> Town:
    """Ann with money of her own and, from 1 unit on, a loan; what then happens to her account, within an hour."""
    here = Town()
    here.arrive("ann", own)
    if drawn:
        here.borrow("ann", drawn)
    here.arrive("bob", 500_000_00)
    for lender in ("yan", "zoe"):
        here.arrive(lender)
        here.borrow(lender, 400_000_00)
    for step, amount in history:
        step(here, amount)
    return here


def limit_on(here: Town, use: str) -> Limit:
    """What may leave Ann's account for it; no record means no limit."""
    said = here.headroom("ann")
    return said.classes[use] if said is not None else Limit(free=balance(here), before_block=None)


def blocked(decision: answers.Decision) -> bool:
    """By a rule that stops loan money on its way to a forbidden use."""
    return any(reason.code in {"FF01", "FF02"} and reason.action == "BLOCK" for reason in decision.reasons)


@settings(max_examples=80, deadline=None)
@given(
    history=HISTORIES,
    own=st.integers(0, 20_000_00),
    drawn=st.one_of(st.just(0), st.integers(2_000_00, 80_000_00)),
    settled=st.booleans(),
    use=st.sampled_from(sorted(PRODUCTS)),
    data=st.data(),
)
def test_an_order_within_the_headroom_is_not_blocked_and_one_above_it_is(
    history: list[tuple[Step, int]], own: int, drawn: int, settled: bool, use: str, data: st.DataObject
) -> None:
    """Where no rule would block, not even all that is there is; above the limit, while nothing waits."""
    here = lived(history, own, drawn)
    if settled:
        here.settle()
    limit = limit_on(here, use)
    most = max(1, balance(here), limit.free) if limit.before_block is None else limit.before_block
    amount = most if data.draw(st.booleans()) else data.draw(st.integers(1, most))
    within = here.order("ann", amount, product_code=PRODUCTS[use])
    assert not blocked(within)
    flow = within.fund_flow
    assert amount > limit.free or flow is None or flow.certain == 0
    here.cancel("ann", within.payment_id)
    if limit.before_block is not None and not here.pending("ann"):
        event("one unit more is blocked")
        assert blocked(here.order("ann", limit.before_block + 1, product_code=PRODUCTS[use]))


def test_a_draw_that_waits_behind_a_credit_has_its_headroom() -> None:
    """Nothing has passed yet, but a decision counts the draw as certain already."""
    here = lived([(waits_for_a_tag, 5_00), (borrows, 3_000_00)], 0, 0)
    said = here.headroom("ann")
    assert said is not None
    assert said.provisional
    assert said.classes["SECURITIES"] == Limit(free=5_00, before_block=1_004_99)
