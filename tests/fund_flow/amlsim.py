"""The AMLSim set "10K" as published: payments in order of days, and the patterns that were planted in it.

Amounts are redrawn at every hop, so they are not read: only who paid whom, and when, tells anything.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "amlsim_10k"
_FIRST = date(2017, 1, 1)
NO_ALERT = "-1"


class Payment(NamedTuple):
    """A row. `alert`: the planted pattern it belongs to, "" for none."""

    day: int
    payer: str
    payee: str
    alert: str = ""


class Pattern(NamedTuple):
    """A planted pattern, as far as the published payments hold it. `kind`: cycle, fan_in, fan_out."""

    alert: str
    kind: str
    accounts: frozenset[str]
    payments: tuple[Payment, ...]

    @property
    def closes(self) -> bool:
        """Whether a cycle's payments lead round; the simulator left some out."""
        step = {payment.payer: payment.payee for payment in self.payments}
        here, seen = next(iter(step)), 0
        while here in step and seen < len(self.accounts):
            here, seen = step[here], seen + 1
        return seen == len(self.accounts) and here == next(iter(step))

    @property
    def centre(self) -> str:
        """Whom all pay, or who pays all."""
        return self.payments[0].payee if self.kind == "fan_in" else self.payments[0].payer


def payments(folder: Path = FOLDER) -> list[Payment]:
    """Every payment, in order of days."""
    with gzip.open(folder / "transactions.csv.gz", "rt", newline="") as lines:
        return sorted(map(_payment, csv.DictReader(lines)), key=lambda payment: payment.day)


def patterns(played: Iterable[Payment], folder: Path = FOLDER) -> dict[str, Pattern]:
    """What was planted, by alert."""
    rows: defaultdict[str, list[Payment]] = defaultdict(list)
    for payment in played:
        if payment.alert:
            rows[payment.alert].append(payment)
    return {alert: Pattern(alert, kind, who, tuple(rows[alert])) for alert, kind, who in _members(folder)}


def _payment(row: Mapping[str, str]) -> Payment:
    day = (date.fromisoformat(row["tran_timestamp"][:10]) - _FIRST).days
    alert = row["alert_id"] if row["alert_id"] != NO_ALERT else ""
    return Payment(day, row["orig_acct"], row["bene_acct"], alert)


def _members(folder: Path) -> Iterator[tuple[str, str, frozenset[str]]]:
    kinds: dict[str, str] = {}
    accounts: defaultdict[str, set[str]] = defaultdict(set)
    with (folder / "alert_accounts.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            kinds[row["alert_id"]] = row["alert_type"]
            accounts[row["alert_id"]].add(row["acct_id"])
    return ((alert, kind, frozenset(accounts[alert])) for alert, kind in kinds.items())
