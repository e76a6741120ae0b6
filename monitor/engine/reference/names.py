"""What a payee's name says about the use of money, by dictionary with exclusions."""

import re
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

from monitor.engine.reference.destination_tables import NAMES, NOT_BEFORE, NOT_BEFORE_ENGLISH, Names

_START, _END = "(?<![a-z])", "(?![a-z])"  # of an English word; Chinese characters may touch it


class Pattern(NamedTuple):
    """The compiled words of one class."""

    destination: str
    chinese: re.Pattern[str]
    english: re.Pattern[str]
    unless: re.Pattern[str] | None


@lru_cache(maxsize=16_384)
def classes_in(name: str) -> tuple[tuple[str, str], ...]:
    """Find the classes a name speaks for, each with the first word that says so, sorted by class.

    Letter case, character width and spaces inside Chinese words make no difference; English words match whole.
    """
    english = " ".join(normalize("NFKC", name).casefold().split())
    chinese = english.replace(" ", "")
    found = ((pattern.destination, _word(pattern, chinese, english)) for pattern in _PATTERNS)
    return tuple((destination, word) for destination, word in found if word)


def _word(pattern: Pattern, chinese: str, english: str) -> str:
    if pattern.unless is not None and (pattern.unless.search(chinese) or pattern.unless.search(english)):
        return ""
    match = pattern.chinese.search(chinese) or pattern.english.search(english)
    return match.group() if match else ""


def _compiled(destination: str, names: Names) -> Pattern:
    chinese = f"(?:{_any_of(names.chinese)})(?!{_any_of(NOT_BEFORE)})"
    english = rf"{_START}(?:{_any_of(names.english)}){_END}(?! (?:{_any_of(NOT_BEFORE_ENGLISH)}){_END})"
    unless = re.compile(_any_of(names.unless)) if names.unless else None
    return Pattern(destination, re.compile(chinese), re.compile(english), unless)


def _any_of(words: tuple[str, ...]) -> str:
    """Alternate the words, longest first, so that the longest that fits is named."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


_PATTERNS = tuple(_compiled(destination, NAMES[destination]) for destination in sorted(NAMES))
