"""The model: scored once, decided, then learned; never what was flagged until it is explained."""

from collections.abc import Sequence

import pytest

from monitor.engine.anomaly.features import NAMES, Features
from monitor.engine.anomaly.model import Score
from rules.catalogue import packaged
from tests.engine.scene import HOUR, Scene, codes
from topics import names, transfers

UNUSUAL = Score(0.9996, ("hour", "amount"))


class Told:
    """A model that gives the score it is told, and remembers what it was asked and taught."""

    version = "told-1"
    missing = 0

    def __init__(self) -> None:
        self.next = Score(0.5)
        self.scored: list[Features] = []
        self.learned: list[Features] = []

    def score(self, features: Features) -> Score:
        self.scored.append(features)
        return self.next

    def score_many(self, batch: Sequence[Features]) -> list[Score]:
        return [self.score(features) for features in batch]

    def learn(self, features: Features) -> None:
        self.learned.append(features)

    def dump(self) -> bytes:
        return b""

    def load(self, dump: bytes) -> None:
        assert not dump


def bank(mode: str = "alert") -> tuple[Scene, Told]:
    """A bank with this model, in which its rule goes this far."""
    document = packaged("enforce_all").replace('mode = "shadow"', f'mode = "{mode}"\nbudget = 1', 1)
    scene, model = Scene(document), Told()
    scene.model._model = model
    return scene, model


def test_a_request_that_sends_money_out_is_scored_and_learned_once() -> None:
    scene, model = bank()
    message = scene.request(10_00)
    decision = scene.decision(scene.send(message))
    scene.send(message)
    assert (len(model.scored), model.learned) == (1, model.scored)
    assert decision.anomaly is not None
    assert (decision.anomaly.quantile, decision.anomaly.drivers, decision.anomaly.warm_up) == (0.5, [], False)
    assert decision.model_version == "told-1"


def test_what_comes_in_and_what_has_happened_is_not_scored() -> None:
    scene, model = bank()
    scene.open(100_00)
    scene.loan()
    decisions = [
        scene.ask_draw(10_00),
        scene.post(transfers.TransferPosting, -10_00, counterparty_account="payee-1"),
        scene.swipe(10_00, processing_code="28"),
    ]
    assert [decision.anomaly for decision in decisions] == [None] * 3
    assert model.scored == []


def test_while_it_warms_up_the_decision_says_so() -> None:
    anomaly = Scene().ask(10_00).anomaly
    assert anomaly is not None
    assert (anomaly.quantile, anomaly.warm_up) == (None, True)


def test_the_features_are_of_the_customer_before_this_event() -> None:
    scene, model = bank()
    scene.open(1_000_00)
    scene.ask(100_00)
    features = dict(zip(NAMES, model.scored[0], strict=True))
    assert features["first_time_payee"] == 1.0
    assert features["share_of_balance"] == pytest.approx(0.1)


def test_the_time_since_the_last_event_is_told_once_there_is_one() -> None:
    scene, model = bank()
    for wait in (0, 6 * HOUR, 0):
        scene.wait(wait)
        scene.ask(100_00)
    told = [dict(zip(NAMES, features, strict=True))["since_last_event"] for features in model.scored]
    assert told == [0.5, 0.5, 0.0]  # not known takes the typical value; six hours are the middle


def test_a_large_unusual_payment_alerts_with_quantile_and_drivers() -> None:
    scene, model = bank()
    model.next = UNUSUAL
    decision = scene.ask(9_000_00, device_id="usual", currency="CNY")
    assert "AN01" in codes(decision)
    figures = next(r.figures for r in decision.reasons if r.code == "AN01")
    assert figures == {"quantile": 0.9996, "amount": 9_000_00, "drivers": "hour, amount"}
    assert decision.anomaly is not None
    assert (decision.anomaly.quantile, decision.anomaly.drivers) == (0.999, ["hour", "amount"])


@pytest.mark.parametrize(("mode", "action"), [("shadow", "ALLOW"), ("alert", "ALERT"), ("enforce", "ALERT")])
def test_the_model_alone_never_raises_more_than_an_alert(mode: str, action: str) -> None:
    scene, model = bank(mode)
    scene.open(100_000_00)
    scene.post(transfers.TransferPosting, -10_00, counterparty_account="payee-1")
    model.next = UNUSUAL
    decision = scene.ask(90_000_00)
    assert (decision.action, [hit.code for hit in decision.shadow]) == (action, ["AN01"] * (mode == "shadow"))
    assert decision.block_ids == []


@pytest.mark.parametrize("mode", ["shadow", "alert"])
def test_what_was_flagged_is_not_learned_by_a_rule_in_shadow_neither(mode: str) -> None:
    scene, model = bank(mode)
    model.next = UNUSUAL
    scene.ask(9_000_00)
    assert (model.learned, scene.model.waiting) == ([], 1)


@pytest.mark.parametrize(
    ("verdict", "learned", "waiting"),
    [("FP_EXPLAINED", 1, 0), ("POLICY_EXEMPT", 1, 0), ("FP_DATA", 0, 0), ("ATO", 0, 0), ("INCONCLUSIVE", 0, 1)],
)
def test_a_verdict_teaches_what_was_innocent_and_forgets_what_was_not(verdict: str, learned: int, waiting: int) -> None:
    scene, model = bank()
    model.next = UNUSUAL
    decision = scene.ask(9_000_00)
    scene.verdict("event", decision.event_id, verdict)
    assert (len(model.learned), scene.model.waiting) == (learned, waiting)
    assert scene.read(names.DEAD_LETTERS) == []
