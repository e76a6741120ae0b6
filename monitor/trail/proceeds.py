"""What the monitor itself says of a loan: its record on `use-of-proceeds`, the newest one."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from monitor.trail.movements import UNSPENT, WITH_OTHERS
from monitor.trail.reading import Record

TOPIC: Final = "use-of-proceeds"


class Interval(Struct, frozen=True):
    """Loan money, minor units: certain <= point <= possible."""

    certain: int
    possible: int
    point: int


class Proceeds(Struct, frozen=True):
    """The parts of the record that are shown; the rest is not read."""

    loan_id: str
    unspent: Interval
    with_others: Interval
    classes: dict[str, Interval]
    batch_clock: datetime

    @property
    def buckets(self) -> Mapping[str, Interval]:
        """By the names that the ledger of a method has."""
        return {UNSPENT: self.unspent, WITH_OTHERS: self.with_others, **self.classes}


_decode = msgspec.json.Decoder(Proceeds).decode


def newest(records: Iterable[Record], loan: str) -> Proceeds | None:
    """The last record of the loan among `records`; None when there is none, or it was withdrawn."""
    key, found = loan.encode(), None
    for record in records:
        if record.topic == TOPIC and record.key == key:
            found = record.value
    return None if found is None else _decode(found)
