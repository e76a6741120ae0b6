"""Each rule of the journal is taken away once: the histories must notice, else they prove nothing about it.

Copy on write is the engine's, the fence of snapshots the broker's: `test_owner.py` and `test_on_kafka.py` have them.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from monitor.edge import replay, take_over
from monitor.edge.cut import Cut
from monitor.edge.entries import Claim
from monitor.edge.pipeline import InFlight, Pipeline
from monitor.edge.refusal import Refusal
from tests.edge.test_equivalence import Histories

HUNT = settings(
    max_examples=1000,
    stateful_step_count=50,
    deadline=None,
    database=None,
    derandomize=True,
    report_multiple_bugs=False,
    phases=[Phase.generate],
    print_blob=False,
)
Patch = pytest.MonkeyPatch
Removal = Callable[[Patch], None]


def without_the_fence(patch: Patch) -> None:
    """An append counts wherever it landed."""
    patch.setattr(Pipeline, "_place", lambda self, batch, offset: self._accept(batch, offset))


def outputs_before_the_journal(patch: Patch) -> None:
    """Outputs leave when a batch is applied."""
    add = Pipeline.add

    def add_and_send(self: Pipeline, batch: InFlight) -> None:
        add(self, batch)
        self._effects.send(batch, lambda _: None)

    patch.setattr(Pipeline, "add", add_and_send)


def positions_before_the_outputs(patch: Patch) -> None:
    """A position may be committed once its batch is journalled."""
    accept = Pipeline._accept

    def accept_and_move(self: Pipeline, batch: InFlight, offset: int) -> None:
        self.committable.update(batch.ends)
        accept(self, batch, offset)

    patch.setattr(Pipeline, "_accept", accept_and_move)


def snapshots_before_the_outputs(patch: Patch) -> None:
    """A cut is published once its last batch is journalled."""

    def publishable(self: Cut, void: str | None) -> bool:
        return self.complete and void is None and (self.after is None or self.after.offset >= 0)

    patch.setattr(Cut, "publishable", publishable)


def nothing_sent_again(patch: Patch) -> None:
    """A take-over trusts that what was journalled was sent."""
    patch.setattr(take_over, "first_uncommitted", lambda batches, _: len(batches))


def void_records_replayed(patch: Patch) -> None:
    """A replay applies what a superseded owner wrote."""

    def everything(entries: Any, _partition: int, _epoch: int, _sequence: int) -> Iterator[Any]:
        return (pair for pair in entries if not isinstance(pair[1], Claim))

    patch.setattr(take_over, "valid", everything)
    patch.setattr(replay, "valid", everything)


@pytest.mark.parametrize(
    "removal",
    [
        without_the_fence,
        outputs_before_the_journal,
        positions_before_the_outputs,
        snapshots_before_the_outputs,
        nothing_sent_again,
        void_records_replayed,
    ],
)
def test_the_histories_notice_when_a_rule_is_taken_away(removal: Removal, monkeypatch: Patch) -> None:
    removal(monkeypatch)
    with pytest.raises((AssertionError, Refusal)):
        run_state_machine_as_test(Histories, settings=HUNT)
