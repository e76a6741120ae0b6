"""A rule set as a person names it on the command line: a TOML file, or one that comes with the package."""

from collections.abc import Mapping
from pathlib import Path

from monitor.errors import UserError
from rules import catalogue
from rules.rule import Rule
from rules.rule_set import RuleSet, RuleSetError, parse

HELP = f"Rule set: a TOML file, or one that comes with the package: {', '.join(catalogue.PACKAGED)}."


def known_rules() -> dict[str, Rule]:
    """All rules by code. Raises UserError when one is not fit."""
    try:
        return catalogue.load()
    except catalogue.CatalogueError as error:
        raise UserError(str(error)) from error


def read_document(file: Path) -> str:
    """Read the document. Raises UserError when it is not there, or no text."""
    if _is_packaged(file):
        return catalogue.packaged(str(file))
    try:
        return file.read_bytes().decode()
    except OSError as error:
        raise UserError(f"cannot read {file}: {error.strerror}", "Name a file that is yours to read") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{file} is not UTF-8", "Save it as UTF-8") from error


def parsed(document: str, rules: Mapping[str, Rule]) -> RuleSet:
    """Parse the document. Raises UserError naming what is wrong in it."""
    try:
        return parse(document, rules)
    except RuleSetError as error:
        raise UserError(str(error)) from error


def title(file: Path) -> str:
    """Say which rule set it is."""
    return f"the packaged rule set {file}" if _is_packaged(file) else file.name


def _is_packaged(file: Path) -> bool:
    # A file of that name comes first.
    return str(file) in catalogue.PACKAGED and not file.exists()
