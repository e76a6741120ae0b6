"""The bank on a wall clock that the test turns."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

import msgspec
import pytest

from monitor.simulator.bank import Bank
from monitor.simulator.calendar import DAY, SECOND
from monitor.simulator.casting import Shares
from monitor.simulator.live import Clock, LiveBank, Show
from monitor.simulator.live_plan import MOST_DAYS, live_plan
from topics.codec import decode
from topics.instants import event_time_ms

_NOW = 1_780_000_123_456


@dataclass
class Stage:
    """A clock that moves when somebody sleeps, and a broker that keeps what it gets at that clock's time."""

    now: int = _NOW
    slept: float = 0.0
    kept: list[tuple[int, str, bytes, bytes]] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += max(1, round(seconds * SECOND))
        self.slept += seconds

    def send(self, topic: str, key: bytes, value: bytes) -> None:
        """Keep a record."""
        self.kept.append((self.now, topic, key, value))

    def bank(self, days: int = 5, cases: tuple[str, ...] = (), share: float = 0) -> LiveBank:
        """Build a bank of thirty that plays here."""
        plan = live_plan(seed=6, customers=30, days=days, now=self.now, shares=Shares(share, share), cases=cases)
        return LiveBank(Bank(plan), self.send, Clock(lambda: self.now, self.sleep))


def test_the_past_is_sent_without_waiting_and_is_accepted_as_old_as_it_is() -> None:
    """The broker's append time is now; the oldest message still is within what the codec takes."""
    stage = Stage()
    for _ in stage.bank(days=MOST_DAYS).past():
        pass
    assert stage.slept == 0
    assert min(event_time_ms(decode(t, k, v, at)) for at, t, k, v in stage.kept) < _NOW - MOST_DAYS * DAY


def test_the_present_comes_at_about_the_rate_and_close_to_its_event_time() -> None:
    """Messages are sent when they are due, not before."""
    stage = Stage()
    live = stage.bank()
    for _ in live.past():
        pass
    past, start = len(stage.kept), stage.now
    for delivery in live.present(Show(rate=60, seconds=40)):
        assert delivery.append_time <= stage.now
        assert stage.now - event_time_ms(delivery.message) < 2 * SECOND
    assert 60 * 40 * 0.75 < len(stage.kept) - past < 60 * 40 * 1.25
    assert stage.now - start >= 39 * SECOND


def test_stories_and_cases_play_within_the_show_and_nothing_decodes_badly() -> None:
    """Two minutes are enough for all of it."""
    stage = Stage()
    live = stage.bank(cases=("fraud", "capital-flow", "cash-out"), share=0.3)
    for _ in live.past():
        pass
    for _ in live.present(Show(rate=20, seconds=120)):
        pass
    assert all(story.over for story in live.bank.stories)
    assert stage.now - _NOW < 130 * SECOND
    for at, topic, key, value in stage.kept:
        decode(topic, key, value, at)
    begun = Counter(record.kind for record in live.bank.truth if record.event_ids)
    assert begun["episode"] > 3
    assert begun["look_alike"] > 3


def test_an_account_keeps_its_numbers_from_past_to_present() -> None:
    """No gap where the two meet."""
    stage, numbers = Stage(), defaultdict[str, list[int]](list)
    live = stage.bank()
    for _ in live.past():
        pass
    for _ in live.present(Show(rate=100, seconds=10)):
        pass
    for _, _, _, value in stage.kept:
        body = msgspec.json.decode(value)
        if "balance_after" in body:
            numbers[body["account"]].append(body["acct_seq"])
    for mine in numbers.values():  # topics may overtake each other by a moment
        assert sorted(mine) == list(range(min(mine), min(mine) + len(mine)))


def test_two_runs_of_one_seed_on_one_broker_do_not_meet() -> None:
    """Every run has customers of its own, or the second would look like repeats of the first."""
    first, second = Stage(), Stage(now=_NOW + SECOND)
    keys = [{person.customer_id for person in stage.bank().bank.people} for stage in (first, second)]
    assert keys[0].isdisjoint(keys[1])


@pytest.mark.parametrize("rate", [0, 5])
def test_a_bank_without_customers_still_ends(rate: float) -> None:
    """Nobody to gather, nothing to wait for."""
    stage = Stage()
    plan = live_plan(seed=1, customers=0, days=1, now=stage.now, shares=Shares(0, 0), cases=())
    live = LiveBank(Bank(plan), stage.send, Clock(lambda: stage.now, stage.sleep))
    assert list(live.past())
    assert list(live.present(Show(rate=rate, seconds=5))) == []
