"""What people may see of a refused message."""

import re

MASKED_BYTES = 4096
"""Longest text that `mask` gives, bytes of UTF-8."""

# JSON may escape a digit, a blank, a dash.
_DIGIT = r"(?:[0-9]|\\u003[0-9])"
_BETWEEN = r"(?:[ -]|\\u002[0dD])"
_LONG_DIGITS = re.compile(rf"{_DIGIT}(?:{_BETWEEN}?{_DIGIT}){{12,}}")


def mask(value: bytes) -> str:
    """`value` as text for people: every run of 13 digits or more starred, cut at `MASKED_BYTES`.

    Masks before it cuts, so that the cut cannot leave the front of a card number.
    """
    text = value[: 2 * MASKED_BYTES].decode("utf-8", "replace")
    masked = _LONG_DIGITS.sub(lambda match: "*" * len(match.group()), text)
    return masked.encode()[:MASKED_BYTES].decode("utf-8", "ignore")
