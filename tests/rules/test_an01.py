"""AN01: the payment is unlike what customers usually do."""

from typing import Any

import pytest

from rules.an01_unusual_payment import RULE
from rules.rule import Action
from tests.rules.asking import action, finding

LARGE = 5_000_00


def paid(quantile: float | None, amount: int = LARGE, **facts: object) -> dict[str, Any]:
    return {"anomaly_quantile": quantile, "amount": amount, **facts}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (paid(0.999), Action.ALERT),
        (paid(0.99899), None),
        (paid(1.0, LARGE - 1), None),
        (paid(1.0), Action.ALERT),
        (paid(None, 100 * LARGE), None),
        (paid(1.0, 100 * LARGE, currency="USD"), None),
    ],
)
def test_only_a_large_payment_among_the_rarest_alerts(facts: dict[str, Any], expected: Action | None) -> None:
    assert action(RULE, facts) == expected


@pytest.mark.parametrize(
    ("facts", "margin"),
    [(paid(0.9995, 2 * LARGE), 0.5), (paid(1.0, LARGE * 9 // 10), -0.1), (paid(0.998, LARGE), -1.0)],
)
def test_its_margin_is_the_smaller_of_the_two(facts: dict[str, Any], margin: float) -> None:
    assert finding(RULE, facts).margin == pytest.approx(margin)


def test_it_names_what_drives_it() -> None:
    told = finding(RULE, paid(0.9995, anomaly_drivers=("hour", "amount")))
    assert told.figures == {"quantile": 0.9995, "amount": LARGE, "drivers": "hour, amount"}
    assert (told.subject, told.amount, told.event_ids) == ("payee-1", LARGE, ("event-1",))
    assert finding(RULE, paid(0.9995)).figures["drivers"] == "none stands out"
