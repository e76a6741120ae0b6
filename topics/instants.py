"""Instants: milliseconds since the epoch inside, RFC 3339 in UTC with milliseconds and `Z` outside."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from topics.fields import Message

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_MS = 86_400_000
_MILLISECOND = timedelta(milliseconds=1)


def milliseconds(instant: datetime) -> int:
    """Milliseconds since the epoch of an aware `instant`, rounded down; exact, without floats."""
    since = instant - _EPOCH
    return since.days * _DAY_MS + since.seconds * 1000 + since.microseconds // 1000


def event_time_ms(message: Message) -> int:
    """Event time of `message`, ms since the epoch."""
    return milliseconds(message.event_time)


@lru_cache(maxsize=256)  # what a batch sends bears its clock
def instant(ms: int) -> datetime:
    """Give the instant `ms` milliseconds after the epoch, in UTC."""
    return _EPOCH + ms * _MILLISECOND


@lru_cache(maxsize=256)  # the answers of a batch share its clock
def rfc3339(instant: datetime) -> str:
    """`instant` as `2026-03-02T02:00:00.000Z`."""
    since = instant - _EPOCH
    minutes, second = divmod(since.seconds, 60)
    return f"{_date(since.days)}T{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}.{since.microseconds // 1000:03d}Z"


@lru_cache(maxsize=64)
def _date(days: int) -> str:
    """Date so many days after the epoch. Days repeat; `isoformat` of the whole instant takes three times as long."""
    return (_EPOCH + timedelta(days=days)).date().isoformat()
