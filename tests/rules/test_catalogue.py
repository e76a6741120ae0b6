"""Rules are found by their file names."""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import rules
from rules import ff01_forbidden_use
from rules.catalogue import CatalogueError, load, packaged
from rules.rule import Action, Mode
from rules.rule_set import parse


def test_rules_come_in_the_order_of_their_codes() -> None:
    found = load()
    assert list(found) == sorted(found)
    assert all(code == rule.code for code, rule in found.items())


@pytest.fixture
def drawer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose files count as files of the package `rules`."""
    monkeypatch.setattr(rules, "__path__", [*rules.__path__, str(tmp_path)])
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith("rules."):
            del sys.modules[name]


def test_adding_a_rule_is_adding_a_file(drawer: Path) -> None:
    source = Path(ff01_forbidden_use.__file__).read_text(encoding="utf-8")
    (drawer / "aa01_first.py").write_text(source.replace('"FF01"', '"AA01"'), encoding="utf-8")
    assert next(iter(load())) == "AA01"


def test_a_file_of_another_name_is_no_rule(drawer: Path) -> None:
    before = list(load())
    (drawer / "helper.py").write_text("raise RuntimeError", encoding="utf-8")
    assert list(load()) == before


def test_a_rule_file_without_a_rule_is_named(drawer: Path) -> None:
    (drawer / "aa01_empty.py").write_text("", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"rules/aa01_empty\.py has no RULE: give it one"):
        load()


def test_a_file_that_holds_another_rule_is_named(drawer: Path) -> None:
    source = Path(ff01_forbidden_use.__file__).read_text(encoding="utf-8")
    (drawer / "aa01_first.py").write_text(source, encoding="utf-8")
    with pytest.raises(CatalogueError, match="holds 'FF01': name the file ff01_"):
        load()


def named_modes(name: str) -> dict[str, Mode]:
    """The rules a packaged rule set names, with their modes; a rule file it does not name yet is off."""
    document = packaged(name)
    rule_set = parse(document, load())
    return {code: rule_set.mode(code) for code in tomllib.loads(document)["rules"]}


def test_the_packaged_rule_set_alerts_at_most_and_the_model_only_watches() -> None:
    modes = named_modes("default")
    assert modes.pop("AN01") is Mode.SHADOW
    assert set(modes.values()) == {Mode.ALERT}


def test_the_enforcing_rule_set_enforces_every_rule_that_may_stop_something() -> None:
    modes, rules = named_modes("enforce_all"), load()
    assert modes.pop("AN01") is Mode.SHADOW
    assert modes == {code: Mode.ENFORCE if rules[code].action > Action.ALERT else Mode.ALERT for code in modes}


def test_the_packaged_rule_sets_name_the_same_rules() -> None:
    assert list(named_modes("default")) == list(named_modes("enforce_all"))
