"""Card numbers in identifiers, where a token belongs."""

import re

SHORTEST = 13
"""Digits of the shortest card number."""

# Bounded by anything but letters and digits, either in one piece or as cards print it: 4-4-4-4(-3), 4-6-5, 6-13.
# Free grouping would find "card numbers" in ordinary UUIDs. 0 and 1 do not begin a payment card, but do begin
# numbers made from dates and clocks.
_CARD_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])(?:"
    r"[2-9][0-9]{12,18}"
    r"|[2-9][0-9]{3}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{1,4}(?:\1[0-9]{1,3})?"
    r"|[2-9][0-9]{3}[ -][0-9]{6}[ -][0-9]{4,5}"
    r"|[2-9][0-9]{5}[ -][0-9]{13}"
    r")(?![0-9A-Za-z])"
)
_DIGITS_AS_ZERO = bytes(ord("0") if chr(code).isdecimal() and code < 128 else ord(".") for code in range(256))  # noqa: PLR2004 - ASCII
_THIRTEEN_DIGITS = b"0" * SHORTEST
_ESCAPED_ASCII = rb"\u00"  # JSON may write a digit or a blank so; Chinese escapes begin otherwise


def may_hold_card_number(value: bytes) -> bool:
    """Cheap and on the safe side: False means no string in this JSON has 13 digits in a row."""
    if b"\\" in value and _ESCAPED_ASCII in value:
        return True
    return _THIRTEEN_DIGITS in value.translate(_DIGITS_AS_ZERO, b" -")


def is_card_number(text: str) -> bool:
    """Whether `text` holds 13 to 19 digits that look like a card number and pass its check digit."""
    return any(_luhn(match.group()) for match in _CARD_NUMBER.finditer(text))


def _luhn(text: str) -> bool:
    digits = [int(char) for char in reversed(text) if char.isdecimal()]
    doubled = (2 * digit for digit in digits[1::2])
    return (sum(digits[::2]) + sum(digit // 10 + digit % 10 for digit in doubled)) % 10 == 0
