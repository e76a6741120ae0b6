"""Everything that is told of a loan: under each method asked for, and as the monitor has it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.trail.followed import Followed
from monitor.trail.following import follow
from monitor.trail.methods import Method
from monitor.trail.movements import Movement
from monitor.trail.order import in_order, reached
from monitor.trail.paths import Way, ways
from monitor.trail.proceeds import TOPIC, Proceeds, newest
from monitor.trail.reading import History, Record, read
from monitor.trail.words import names_in


@dataclass(frozen=True, slots=True)
class Story:
    """One loan. `followed`: by method, in the order asked for; `ways` are those of the first. `names`: by account."""

    history: History
    followed: tuple[Followed, ...]
    ways: tuple[Way, ...]
    proceeds: Proceeds | None
    names: Mapping[str, str]
    until: datetime | None


class UnknownLoanError(KeyError):
    """No message names the loan; `drawn` are those that money was drawn on, by name."""

    def __init__(self, drawn: list[str]) -> None:
        super().__init__(drawn)
        self.drawn = drawn


def tell(records: Iterable[Record], loan: str, methods: Sequence[Method]) -> Story:
    """Read everything and follow the loan. UnknownLoanError: no message names it."""
    own: list[Record] = []
    history = read(_noting(records, own))
    if loan not in history.loans:
        raise UnknownLoanError(sorted(name for name, known in history.loans.items() if known.draws))
    ordered = list(in_order(history.steps))
    accounts = reached(ordered, loan)
    here = [step for step in ordered if step.account in accounts or not step.account]
    followed = tuple(follow(here, loan, method) for method in methods)
    names = names_in([step for step in here if isinstance(step, Movement)])
    until = max((step.when for step in history.steps), default=None)
    return Story(history, followed, tuple(ways(followed[0])), newest(own, loan), names, until)


def _noting(records: Iterable[Record], own: list[Record]) -> Iterator[Record]:
    """Pass records on; keep what the monitor said itself."""
    for record in records:
        if record.topic == TOPIC:
            own.append(record)
        else:
            yield record
