"""FR09: the payee is on an official list."""

import pytest

from rules.examples import sample
from rules.fr09_listed_account import RULE
from rules.rule import Action
from tests.rules.asking import action, finding


@pytest.mark.parametrize("amount", [0, 1, 10**15])
@pytest.mark.parametrize("is_request", [True, False])
@pytest.mark.parametrize("currency", ["CNY", "USD"])
def test_it_blocks_whatever_is_paid_to_a_listed_account(amount: int, is_request: bool, currency: str) -> None:
    facts = {"listed_on": "police-2026", "amount": amount, "is_request": is_request, "currency": currency}
    assert action(RULE, facts) is Action.BLOCK


@pytest.mark.parametrize("facts", [{}, {"listed_on": "police-2026", "outgoing": False}])
def test_it_has_nothing_to_say_of_other_payments(facts: dict[str, object]) -> None:
    assert RULE.evaluate(sample(facts), RULE.defaults) is None


def test_neither_trust_nor_budget_lowers_it() -> None:
    assert RULE.trust_exempt
    assert RULE.budget_exempt


def test_it_shows_the_figures_it_used_and_what_is_at_stake() -> None:
    found = finding(RULE, {"listed_on": "police-2026"})
    assert found.figures == {"list": "police-2026", "amount": 500_00, "currency": "CNY"}
    assert (found.subject, found.amount, found.event_ids) == ("payee-1", 500_00, ("event-1",))
    assert found.margin == 1
