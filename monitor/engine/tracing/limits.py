"""Bounds of tracing. Each lowers what is certain or ends a trail; none invents certainty."""

from dataclasses import dataclass
from typing import Final

SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Limits:
    """Counts, minor units of CNY (`smallest_tag`) and milliseconds."""

    origins: int = 8  # per account; a ninth makes the smallest join OTHER
    hops: int = 4  # between customers
    smallest_tag: int = 100_00  # between customers: less than this possible ends its trail
    lots: int = 32  # per account
    records: int = 32  # movements per account that can still be undone
    tail: int = 64  # movements per account that wait for provenance
    inbox: int = 64  # tags per account that came before their credit
    applied: int = 256  # tags per account that would be known again if they said something else
    forced: int = 256  # credits per account given up as clean whose tag would be known as too late
    edges: int = 64  # per account: where its origins were sent
    reorder: int = 16  # postings per account that wait for a gap
    skipped: int = 16  # ranges of postings per account that were given up
    accounts: int = 64  # per customer
    draws: int = 64  # per customer, in the use ledger
    homes: int = 32  # other borrowers' origins per customer before those gone are forgotten
    gap_ms: int = 5 * MINUTE
    give_up_ms: int = 60 * SECOND
    inbox_ms: int = DAY
    record_ms: int = 30 * DAY
    horizon_ms: int = 180 * DAY


LIMITS: Final = Limits()
