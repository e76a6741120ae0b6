"""All rules there are: one per file of this package named `<code>_<what>.py`. Adding a rule is adding a file."""

from importlib import import_module
from importlib.resources import files
from pkgutil import iter_modules
from re import compile as pattern

import rules
from rules.rule import Rule

RULE_FILE = pattern(r"([a-z]{2}[0-9]{2})_[a-z0-9_]+")

PACKAGED = ("default", "enforce_all")


class CatalogueError(Exception):
    """A rule file without a proper `RULE`; the message says which and what to do."""


def load() -> dict[str, Rule]:
    """Read `RULE` of every rule file, in the order of the codes."""
    names = sorted(module.name for module in iter_modules(rules.__path__))
    return dict(_read(name, match[1].upper()) for name in names if (match := RULE_FILE.fullmatch(name)))


def _read(name: str, code: str) -> tuple[str, Rule]:
    rule = getattr(import_module(f"rules.{name}"), "RULE", None)
    if not isinstance(rule, Rule):
        raise CatalogueError(f"rules/{name}.py has no RULE: give it one, `RULE = Rule(code={code!r}, ...)`")
    if rule.code != code:
        raise CatalogueError(
            f"rules/{name}.py holds {rule.code!r}: name the file {rule.code.lower()}_... or mend `code`"
        )
    return code, rule


def packaged(name: str = "default") -> str:
    """Read a rule set that comes with the package: `default` alerts only, `enforce_all` may also stop payments."""
    return files(rules).joinpath(f"{name}.toml").read_text(encoding="utf-8")
