"""One order of everything that happened: each account's own, a credit after its debit, otherwise the earliest first."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from heapq import heappop, heappush

from monitor.trail.movements import Movement, Settled, Shut, Statement, Step

_Place = tuple[datetime, bool, str]


def in_order(steps: Iterable[Step]) -> Iterator[Step]:
    """Sort `steps`. A credit whose debit is not among them waits for nothing."""
    return _Order(steps).run()


def reached(steps: Iterable[Step], loan: str) -> set[str]:
    """Accounts that the loan's money can have come to, by way of `steps` in order."""
    accounts: set[str] = set()
    for step in steps:
        if isinstance(step, Movement):
            if step.loan == loan and step.draw:
                accounts.add(step.account)
            elif not step.credit and step.peer and step.account in accounts:
                accounts.add(step.peer)
    return accounts


class _Order:
    def __init__(self, steps: Iterable[Step]) -> None:
        self.queues = _queues(steps)
        self.debits = Counter(transfer for queue in self.queues.values() for transfer in _debits(queue))
        self.waiting: dict[str, list[str]] = {}  # transfer -> accounts whose next step is its credit
        self.ready: list[_Place] = []

    def run(self) -> Iterator[Step]:
        """The steps in an order in which every credit follows its debit."""
        clocks: dict[str, datetime] = {}
        for account in sorted(self.queues):
            self._offer(account, clocks)
        while self.ready or self.waiting:
            if not self.ready:
                self._break_the_circle(clocks)
            _, _, account = heappop(self.ready)
            step = self.queues[account].popleft()
            clocks[account] = max(step.when, clocks.get(account, step.when))
            yield step
            self._after(step, clocks)
            self._offer(account, clocks)

    def _offer(self, account: str, clocks: dict[str, datetime]) -> None:
        """Put an account's next step among what is ready, or let it wait for its debit."""
        if not self.queues[account]:
            return
        step = self.queues[account][0]
        if isinstance(step, Movement) and step.credit and step.peer and self.debits[step.transfer] > 0:
            self.waiting.setdefault(step.transfer, []).append(account)
        else:
            when = max(step.when, clocks.get(account, step.when))
            heappush(self.ready, (when, isinstance(step, Settled), account))  # the repayment before what it settles

    def _after(self, step: Step, clocks: dict[str, datetime]) -> None:
        """Its debit has come: whoever waited goes on."""
        for transfer in _debits([step]):
            self._release(transfer, clocks)

    def _release(self, transfer: str, clocks: dict[str, datetime]) -> None:
        self.debits[transfer] = 0
        for account in self.waiting.pop(transfer, []):
            self._offer(account, clocks)

    def _break_the_circle(self, clocks: dict[str, datetime]) -> None:
        """Only what cannot be: everybody waits for another. The earliest goes on without its debit."""
        first = min((self.queues[name][0].when, name, transfer) for transfer, ns in self.waiting.items() for name in ns)
        self._release(first[-1], clocks)


def _debits(steps: Iterable[Step]) -> Iterator[str]:
    """Transfers that leave for another account which is followed."""
    return (step.transfer for step in steps if isinstance(step, Movement) and not step.credit and step.peer)


def _queues(steps: Iterable[Step]) -> dict[str, deque[Step]]:
    """Each account's steps in its own order; those of loans under the name ""."""
    queues: defaultdict[str, list[Step]] = defaultdict(list)
    for step in steps:
        queues[step.account].append(step)
    return {account: deque(sorted(queue, key=_place)) for account, queue in queues.items()}


def _place(step: Step) -> tuple[float, int, datetime, str]:
    """By number; a statement after the posting it includes; a closed account last."""
    if isinstance(step, Settled):
        return 0, 0, step.when, step.event
    if isinstance(step, Shut):
        return float("inf"), 0, step.when, step.event
    return step.seq, int(isinstance(step, Statement)), step.when, step.event
