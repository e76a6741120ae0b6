"""Every comparison and sign in the rules matters: with one of them wrong, some test fails."""

from importlib import import_module
from pathlib import Path

import pytest

import rules
from tests.mutation.areas import AREAS
from tests.mutation.in_place import calls, caught, planted
from tests.mutation.mutants import mutants

CONTRACT = "test_contract"
TESTS_OF = {
    "an01_unusual_payment": ["test_an01", CONTRACT],
    "catalogue": ["test_catalogue"],
    "co01_closed_loop": ["test_co01", CONTRACT],
    "co10_repayment_agent": ["test_co10", CONTRACT],
    "co13_ring": ["test_co13", CONTRACT],
    "co21_reimbursed_in_advance": ["test_co21", CONTRACT],
    "examples": [CONTRACT],
    "facts": [],
    "ff01_forbidden_use": ["test_ff01", CONTRACT],
    "ff02_forbidden_use_through_others": ["test_ff02", CONTRACT],
    "ff03_leaves_under_own_name": ["test_ff03", CONTRACT],
    "ff04_use_unknown": ["test_ff04", CONTRACT],
    "fr01_takeover": ["test_fr01", CONTRACT],
    "fr02_draw_and_drain": ["test_fr02", CONTRACT],
    "fr09_listed_account": ["test_fr09", CONTRACT],
    "margins": ["test_margins"],
    "purposes": [],
    "rule": ["test_ff01"],
    "rule_set": ["test_rule_set"],
    "texts": ["test_texts"],
    "uses": ["test_uses", "test_ff01", "test_ff02"],
}


def test_every_file_of_the_rules_is_looked_at() -> None:
    assert set(TESTS_OF) == {path.stem for path in Path(rules.__path__[0]).glob("[a-z]*.py")}


@pytest.mark.parametrize("name", TESTS_OF)
def test_every_planted_error_is_caught_or_explained(name: str) -> None:
    module = import_module(f"rules.{name}")
    tests = [call for file in TESTS_OF[name] for call in calls(import_module(f"tests.rules.{file}"))]
    assert not caught(tests)
    alive = []
    for mutant in mutants(module.__name__, Path(str(module.__file__))):
        with planted(mutant, module):
            if not caught(tests):
                alive.append(mutant.name)
    explained = AREAS["rules"].explained()
    assert [found for found in alive if found not in explained] == []
