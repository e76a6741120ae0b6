"""What came of following a loan: the payments and what they were made of, and where the money is or ended."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.trail.lots import Lot, Lots, total
from monitor.trail.methods import Method
from monitor.trail.movements import Movement


@dataclass(slots=True)
class Payment:
    """A debit and what it is made of: `whole`, and `parts`, less what was given back. `undo`: it takes another back."""

    movement: Movement
    whole: Lots
    parts: Lots
    undo: bool = False
    arrived: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """Loan money where it is now, or where it ended: in `bucket`, in or out of `account`, by `payment` if by one."""

    bucket: str
    account: str
    customer: str
    parts: tuple[Lot, ...]
    when: datetime | None = None
    event: str = ""
    payment: Movement | None = None


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of it. `draws` and `payments`: by transfer. `customers`: whose each account is.

    `ledger`: bucket -> minor units; under a conserving method they add up to `principal`.
    """

    method: Method
    loan: str
    borrower: str
    currency: str
    principal: int
    draws: Mapping[str, Movement]
    payments: Mapping[str, Payment]
    endings: tuple[Ending, ...]
    customers: Mapping[str, str]

    @property
    def home(self) -> frozenset[str]:
        """Accounts of the borrower."""
        return frozenset(name for name, customer in self.customers.items() if customer == self.borrower)

    @property
    def ledger(self) -> dict[str, int]:
        """Where the money is, by bucket; nothing where there is none."""
        count: Counter[str] = Counter()
        for ending in self.endings:
            count[ending.bucket] += total(ending.parts)
        return {bucket: units for bucket, units in sorted(count.items()) if units}
