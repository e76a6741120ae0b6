"""Every comparison and sign in the rules matters: with one of them wrong, some test fails."""

from importlib import import_module
from pathlib import Path

import pytest

import rules
from rules.catalogue import RULE_FILE
from tests.mutation.areas import AREAS, ROOT
from tests.mutation.in_place import calls, caught, planted
from tests.mutation.mutants import mutants

CONTRACT = "test_contract"


def own_tests(rule: str) -> list[str]:
    """`test_ff01` for `ff01_forbidden_use`; a rule without them lives or falls by its examples."""
    name = f"test_{rule[:4]}"
    return [name] if (ROOT / "tests" / "rules" / f"{name}.py").exists() else []


FOLDER = Path(rules.__path__[0])
HELPERS = {
    "catalogue": ["test_catalogue"],
    "examples": [CONTRACT],
    "fact_values": [],
    "facts": [],
    "margins": ["test_margins"],
    "purposes": [],
    "rule": ["test_ff01"],
    "rule_set": ["test_rule_set"],
    "texts": ["test_texts"],
    "uses": ["test_uses", "test_ff01", "test_ff02"],
}
TESTS_OF = HELPERS | {
    rule.stem: [*own_tests(rule.stem), CONTRACT]
    for rule in sorted(FOLDER.glob("*.py"))
    if RULE_FILE.fullmatch(rule.stem)
}


def test_every_file_of_the_rules_is_looked_at() -> None:
    assert set(TESTS_OF) == {path.stem for path in FOLDER.glob("[a-z]*.py")}


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
