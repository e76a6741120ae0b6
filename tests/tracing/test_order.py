"""What must not matter does not: when messages come, when postings come, whether they come again."""

import random

import pytest

from monitor.engine.tracing.ledger import Ledger
from monitor.engine.tracing.limits import Limits
from monitor.engine.tracing.movements import Movement
from monitor.engine.tracing.posted import Status
from monitor.engine.tracing.wire import decode_ledger, encode_ledger
from tests.tracing.bank import HeldLedger
from tests.tracing.histories import WIDE, Arrival, History

Log = list[tuple[str, Arrival]]


def read(ledger: Ledger, draws: list[str]) -> list[object]:
    """What a ledger says of its accounts and draws."""
    held = []
    for name in sorted(ledger.entries):
        account = ledger.entries[name].account
        sources = sorted(account.base.sources.items()) if account.base else []
        points = [account.base.lots.held(source) for source, _ in sources] if account.base else []
        held.append((name, account.balance, [(s, x.low, x.high) for s, x in sources if x.high], points))
    return [*held, *(ledger.use_of_proceeds(draw) for draw in sorted(draws))]


@pytest.mark.parametrize("number", range(60))
def test_late_early_and_repeated_messages_end_in_the_same_ledger(number: int) -> None:
    first = History(random.Random(f"order-{number}"), HeldLedger(WIDE), calm=True)
    other = HeldLedger(WIDE)
    again = History(random.Random(f"order-{number}-other"), other, steps=0, calm=True, repeat=0.3)
    for account, arrival in first.log:
        again.arrivals[account].append(arrival)
    again.drain()
    draws = sorted(first.drawn())
    assert read(other, draws) == read(first.ledger, draws)


def movements(seed: str, limits: Limits = WIDE) -> list[Movement]:
    """The postings of a history, in the order in which they happened."""
    log = History(random.Random(seed), HeldLedger(limits), calm=True).log
    return [arrival for _, arrival in log if isinstance(arrival, Movement)]


def opened(postings: list[Movement], limits: Limits = WIDE) -> Ledger:
    """A plain ledger that knows the accounts."""
    ledger = Ledger(limits)
    for movement in postings:
        ledger.open_account(movement.account)
    return ledger


def shuffled(rng: random.Random, postings: list[Movement], reach: int) -> list[Movement]:
    """Postings that come up to `reach` places late."""
    keyed = [(index + rng.uniform(0, reach), movement) for index, movement in enumerate(postings)]
    return [movement for _, movement in sorted(keyed, key=lambda one: one[0])]


@pytest.mark.parametrize("number", range(60))
def test_postings_out_of_order_within_the_buffer_end_in_the_same_ledger(number: int) -> None:
    postings = movements(f"shuffle-{number}")
    straight, crooked = opened(postings), opened(postings)
    for movement in postings:
        assert straight.post(movement, 0).status is Status.APPLIED
    rng = random.Random(number)
    for movement in shuffled(rng, postings, 12):
        crooked.post(movement, 0)
        if rng.random() < 0.3:
            assert crooked.post(movement, 0).status is Status.REPEAT
    assert encode_ledger(crooked) == encode_ledger(straight)


@pytest.mark.parametrize("number", range(30))
def test_every_posting_passes_once_with_the_same_pairs_in_whatever_order_it_came(number: int) -> None:
    postings = movements(f"pairs-{number}")
    straight, crooked = opened(postings), opened(postings)
    one = [passed for movement in postings for passed in straight.post(movement, 0).passed]
    two = [
        passed
        for movement in shuffled(random.Random(number), postings, 10)
        for passed in crooked.post(movement, 0).passed
    ]

    def key(passed: object) -> str:
        return repr(passed)

    assert sorted(map(key, two)) == sorted(map(key, one))
    assert len(one) == len(postings)


@pytest.mark.parametrize("number", range(40))
def test_a_ledger_restored_at_any_moment_goes_on_identically(number: int) -> None:
    """Late postings, waiting credits, time-outs and closings included."""
    rng = random.Random(f"restore-{number}")
    limits = Limits(origins=2, smallest_tag=1, lots=3, records=5, tail=5, reorder=4)
    history = History(rng, HeldLedger(limits))
    log = [one for one in history.log if rng.random() < 0.97]
    kept, restored = Ledger(limits), Ledger(limits)
    for step, (account, arrival) in enumerate(shuffle_log(rng, log)):
        clock = step * 20_000
        assert act(restored, account, arrival, clock) == act(kept, account, arrival, clock)
        if rng.random() < 0.4:
            restored = decode_ledger(encode_ledger(restored), limits)
        assert encode_ledger(restored) == encode_ledger(kept)
        assert restored.next_timer() == kept.next_timer()


def shuffle_log(rng: random.Random, log: Log) -> Log:
    keyed = [(index + rng.uniform(0, 5), one) for index, one in enumerate(log)]
    return [one for _, one in sorted(keyed, key=lambda pair: pair[0])]


def act(ledger: Ledger, account: str, arrival: Arrival, clock: int) -> list[object]:
    """Do one thing, then what is due; all that came of it."""
    if isinstance(arrival, Movement):
        came: list[object] = [ledger.preview(account, arrival.amount, 7), ledger.post(arrival, clock)]
    elif arrival[0] == "close":
        came = [ledger.close_draw(str(arrival[1]), clock)]
    else:
        entry = ledger.entries.get(account)
        came = [ledger.statement(account, entry.sequence.last if entry else 0, int(arrival[1]), clock)]
    timer = ledger.next_timer()
    return [*came, ledger.expire(clock) if timer is not None and timer <= clock else None]


def test_a_clean_account_takes_the_short_way_to_the_same_end() -> None:
    """Accounts without loan money skip the machine; the outcome is that of the long way."""
    for number in range(20):
        postings = movements(f"short-{number}")
        short, long = opened(postings), opened(postings)
        for movement in postings:
            entry = long.entries[movement.account]
            taken = short.post(movement, 0)
            assert taken == long._post(entry, movement, 0)
        assert encode_ledger(short) == encode_ledger(long)
