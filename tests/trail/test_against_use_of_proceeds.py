"""Some weeks of a simulated bank: what the methods say of every loan, and what the monitor's own record says.

No method puts less into a bucket than the monitor calls certain, nor more than it calls possible and the ended trails
may explain: the trail goes on where the monitor's limits stop.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from monitor.offline import Event, OfflineMonitor
from monitor.simulator.bank import Bank, Plan
from monitor.simulator.casting import Shares
from monitor.trail.followed import Followed
from monitor.trail.methods import METHODS
from monitor.trail.movements import ON_THE_WAY, TRAIL_ENDED, WITH_OTHERS
from monitor.trail.proceeds import TOPIC, Interval, Proceeds
from monitor.trail.reading import Record, read
from monitor.trail.story import tell
from tests.trail.following import CONSERVING
from topics.codec import encode

pytest.importorskip("topics.loan_money", reason="the monitor keeps no record of a loan's use yet")

PLAN = Plan(seed=4, customers=18, days=20, shares=Shares(episodes=0.5, look_alikes=0.5))
LAST_WORD_MS = 10 * 60_000
NOTHING = Interval(0, 0, 0)


class Compared(NamedTuple):
    """One bucket of one loan: what a method says, and the monitor."""

    loan: str
    method: str
    bucket: str
    said: int
    own: Interval
    ended: int


def records() -> list[Record]:
    """The bank's messages, then what the monitor says of each loan."""
    told = [Record(d.topic, d.key, d.append_time, encode(d.message)) for d in Bank(PLAN).stream()]
    monitor = OfflineMonitor()
    answers = [*monitor.play(Event(*record) for record in told)]
    answers += monitor.wait_until(told[-1].append_time + LAST_WORD_MS)
    own = [Record(TOPIC, a.output.key, 0, a.output.value) for a in answers if a.output.topic == TOPIC]
    return [*told, *own]


@pytest.fixture(scope="module")
def compared() -> list[Compared]:
    """Every bucket of every loan under every conserving method."""
    everything = records()
    drawn = [loan for loan, found in read(r for r in everything if r.topic != TOPIC).loans.items() if found.draws]
    stories = [tell(everything, loan, [METHODS[name] for name in CONSERVING]) for loan in drawn]
    return [
        row
        for story in stories
        if story.proceeds is not None
        for followed in story.followed
        for row in _rows(followed, story.proceeds)
    ]


def _rows(followed: Followed, proceeds: Proceeds) -> Iterator[Compared]:
    ledger, own = dict(followed.ledger), proceeds.buckets
    ledger[WITH_OTHERS] = ledger.get(WITH_OTHERS, 0) + ledger.pop(ON_THE_WAY, 0)
    ended = own.get(TRAIL_ENDED, NOTHING).possible
    for bucket in sorted({*ledger, *own}):
        yield Compared(
            followed.loan, followed.method.name, bucket, ledger.get(bucket, 0), own.get(bucket, NOTHING), ended
        )


def test_there_is_much_to_compare(compared: list[Compared]) -> None:
    """Loans, methods, and money that went to other customers."""
    assert len(compared) > 200
    assert any(row.bucket == WITH_OTHERS and row.own.certain for row in compared)


def test_no_method_says_less_than_is_certain(compared: list[Compared]) -> None:
    """But for the trails that the monitor ended and the trail followed on."""
    assert [row for row in compared if row.said < row.own.certain and row.bucket != TRAIL_ENDED] == []


def test_no_method_says_more_than_is_possible(compared: list[Compared]) -> None:
    """Or than what the monitor lost from sight could add."""
    assert [row for row in compared if row.said > row.own.possible + row.ended] == []
