"""Bank days. Time is ms since the epoch; days and hours are China Standard Time, which has no summer time."""

from datetime import UTC, date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "CST")
SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(ms: int) -> datetime:
    """Return the moment as a datetime with the Chinese offset."""
    return (_EPOCH + timedelta(milliseconds=ms)).astimezone(CHINA)


def milliseconds(moment: datetime) -> int:
    """Return the moment as ms since the epoch."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def midnight(day: date) -> int:
    """Return the first ms of the Chinese day."""
    return milliseconds(datetime(day.year, day.month, day.day, tzinfo=CHINA))


def day_of(ms: int) -> date:
    """Return the Chinese date of the moment."""
    return instant(ms).date()
