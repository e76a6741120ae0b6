"""A bank that obeys: what is blocked never moves, innocents pass challenges, thieves do not."""

from dataclasses import dataclass, field, replace

import pytest

from monitor.simulator.bank import Bank, Plan
from monitor.simulator.casting import Shares
from monitor.simulator.stories.catalogue import STORIES
from topics.answers import Action, EnforcementPoint
from topics.fields import OutcomeMessage, Posting, Request

_PLAN = Plan(seed=4, customers=60, days=20, shares=Shares(0.2, 0.2))


@dataclass
class Scripted:
    """Answers one action to every request, or to those of one customer; `blocks` are in force from the beginning."""

    say: Action
    customer: str | None = None
    blocks: frozenset[EnforcementPoint] = frozenset()
    asked: list[str] = field(default_factory=list)

    def action(self, request: Request) -> Action:
        """Say it, but let a repeat after a challenge pass."""
        self.asked.append(request.event_id)
        hit = self.customer in {None, request.customer_id} and request.challenged_payment_id is None
        return self.say if hit else "ALLOW"

    def in_force(self, customer_id: str, point: EnforcementPoint, subject: str) -> bool:
        """Hit the whole lane."""
        return point in self.blocks


@dataclass
class Played:
    """Everything about one run."""

    bank: Bank
    requests: dict[str, Request] = field(default_factory=dict)
    outcomes: dict[str, list[OutcomeMessage]] = field(default_factory=dict)
    posted: set[str] = field(default_factory=set)


def _play(answers: Scripted, plan: Plan = _PLAN) -> Played:
    played = Played(Bank(plan, answers))
    for message in (delivery.message for delivery in played.bank.stream()):
        if isinstance(message, Request):
            played.requests[message.payment_id] = message
        elif isinstance(message, OutcomeMessage):
            played.outcomes.setdefault(message.payment_id, []).append(message)
        elif isinstance(message, Posting):
            played.posted.add(message.payment_id)
    return played


def test_a_request_has_been_handed_over_before_its_answer_is_asked_for() -> None:
    """Else nobody could answer."""
    answers, handed = Scripted("ALLOW"), set[str]()
    for delivery in Bank(_PLAN, answers).stream():
        assert handed.issuperset(answers.asked)
        handed.add(delivery.message.event_id)
    assert answers.asked


def test_a_blocked_request_is_declined_by_the_monitor_and_never_posted() -> None:
    """Nothing that was asked for moves."""
    played = _play(Scripted("BLOCK"))
    assert played.requests
    assert not played.posted & played.requests.keys()
    for payment in played.requests:
        (outcome,) = played.outcomes[payment]
        assert (outcome.outcome, outcome.decided_by) == ("declined", "monitor")


@pytest.mark.parametrize(("point", "kind"), [("AUTH", "CardAuthorization"), ("DRAW", "DrawRequest")])
def test_a_block_in_force_hits_its_lane_only(point: EnforcementPoint, kind: str) -> None:
    """Without a new decision."""
    played = _play(Scripted("ALLOW", blocks=frozenset({point})))
    hit = {p for p, request in played.requests.items() if type(request).__name__ == kind}
    assert hit
    assert not hit & played.posted
    assert (played.requests.keys() - hit) & played.posted


def test_innocents_pass_a_challenge_with_a_new_request_and_thieves_fail_it() -> None:
    """The new request names the old one."""
    played = _play(Scripted("CHALLENGE"))
    again = {r.challenged_payment_id: r for r in played.requests.values() if r.challenged_payment_id}
    failed = {p for p, ended in played.outcomes.items() if ended[-1].outcome == "challenge_failed"}
    assert again
    assert failed
    for payment, request in again.items():
        assert played.outcomes[payment or ""][-1].outcome == "challenge_passed"
        assert request.payment_id != payment
    stopped = {event for record in played.bank.truth for event in record.stopped}
    assert {played.requests[payment].event_id for payment in failed} <= stopped
    assert not failed & played.posted


def test_a_hold_is_released_for_innocents_and_cancelled_for_victims() -> None:
    """The call-back tells them apart."""
    played = _play(Scripted("HOLD"))
    endings = [[outcome.outcome for outcome in ended] for ended in played.outcomes.values()]
    assert ["hold_released", "accepted"] in endings
    assert ["cancelled"] in endings
    cancelled = {p for p, ended in played.outcomes.items() if ended[-1].outcome == "cancelled"}
    assert not cancelled & played.posted


def test_a_stopped_episode_does_not_go_on() -> None:
    """A thief whose first payment is blocked gives up, and the truth says which request was stopped."""
    plan = replace(_PLAN, shares=Shares(0.1, 0, codes=("FR01",), grades=("ordinary",)))
    episode = _play(Scripted("ALLOW"), plan).bank.truth[0]
    stopped = _play(Scripted("BLOCK", customer=episode.customer_id), plan)
    record = next(r for r in stopped.bank.truth if r.episode_id == episode.episode_id)
    assert (len(episode.request_ids), len(record.request_ids)) == (2, 1)
    assert record.stopped == record.request_ids
    assert record.provable_event_id == record.stopped[0]


def test_a_story_ends_when_the_bank_stops_it() -> None:
    """And its last words say so."""
    for case in STORIES:
        (story,) = _play(Scripted("BLOCK"), Plan(seed=4, customers=0, cases=(case,))).bank.stories
        assert story.over
        assert any("refuse" in step.text or "stops" in step.text for step in story.steps)


def test_conservation_and_reservations_hold_when_payments_are_refused() -> None:
    """No money is lost in a refusal."""
    for action in ("BLOCK", "HOLD", "CHALLENGE"):
        bank = _play(Scripted(action)).bank
        assert bank.core.ledger.total() == 0
        assert {account.held for account in bank.core.ledger.accounts.values()} == {0}
