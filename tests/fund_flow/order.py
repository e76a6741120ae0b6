"""One order of everything that happened: each account's own, a credit after its debit, otherwise the earliest first."""

from heapq import heappop, heappush

from tests.fund_flow.happenings import Book, Closing, Happens, Leg


class Order:
    """Hands out what happens next. `lost` says of the last one that its debit has not come first, against all order."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.lost = False
        self.left = {account: list(reversed(steps)) for account, steps in book.steps.items()}
        self.come: set[str] = set()  # transfers whose debit has passed
        self.waiting: dict[str, str] = {}  # transfer -> account whose next posting is its credit
        self.ready: list[tuple[int, int, str, Happens]] = []
        for closing in book.closings:
            heappush(self.ready, (closing.time, 1, closing.event, closing))
        for account in sorted(self.left):
            self._offer(account)

    def _offer(self, account: str) -> None:
        """Put the account's next step where it belongs: among what is ready, or waiting for its debit."""
        if not self.left[account]:
            return
        step = self.left[account][-1]
        if isinstance(step, Leg) and self._waits(step):
            self.waiting[step.transfer] = account
        else:
            heappush(self.ready, (step.time, 0, step.event, step))

    def _waits(self, leg: Leg) -> bool:
        """Whether its debit is in the books and has not passed."""
        awaited = leg.credit and leg.other and leg.transfer in self.book.debits
        return bool(awaited) and leg.transfer not in self.come

    def next(self) -> Happens | None:
        """The next thing that happens; None at the end."""
        if not any(not isinstance(step, Closing) for *_, step in self.ready) and self.waiting:
            return self._break_the_circle()
        self.lost = False
        if not self.ready:
            return None
        return self._pass(heappop(self.ready)[-1])

    def _pass(self, step: Happens) -> Happens:
        if isinstance(step, Closing):
            return step
        self.left[step.account].pop()
        if isinstance(step, Leg) and not step.credit:
            self.come.add(step.transfer)
            waiting = self.waiting.pop(step.transfer, None)
            if waiting is not None:
                self._offer(waiting)
        self._offer(step.account)
        return step

    def _break_the_circle(self) -> Happens:
        """Only what cannot be: every account waits for another. The earliest credit goes on without its debit."""
        self.lost = True
        first = min(self.waiting.values(), key=lambda account: (self.left[account][-1].time, account))
        step = self.left[first][-1]
        assert isinstance(step, Leg)
        del self.waiting[step.transfer]
        return self._pass(step)
