"""Identifiers, the same for the same seed. None of them holds a card number or a name."""

import re
from hashlib import blake2b

_VARIANT = "89ab"
_EVENT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def digest(*parts: object, size: int = 8) -> str:
    """Return a short hex digest of the parts."""
    return blake2b("/".join(str(part) for part in parts).encode(), digest_size=size).hexdigest()


def event_id(at: int, customer: str, number: int) -> str:
    """Return the id of a customer's `number`-th message: the shape of a UUIDv7, its random bits derived."""
    time, rest = f"{at:012x}", digest(customer, number, size=10)
    variant = _VARIANT[int(rest[3], 16) % 4]
    return f"{time[:8]}-{time[8:]}-7{rest[:3]}-{variant}{rest[4:7]}-{rest[7:19]}"


def payment_id(first_event: str) -> str:
    """Return the id a payment keeps through its life, from its first message."""
    return "pay-" + digest(first_event, size=12)


def account_id(tag: str, *parts: object) -> str:
    """Return an account token: 'A' and hex digits, never a card number."""
    return "A" + digest(tag, *parts, size=9)


def is_event_id(text: str) -> bool:
    """Return whether it has the shape of an event id of this bank."""
    return _EVENT_ID.fullmatch(text) is not None


def time_of(event: str) -> int:
    """Return the ms since the epoch that an event id of this bank begins with."""
    return int(event[:8] + event[9:13], 16)
