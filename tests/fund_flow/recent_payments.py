"""Who paid whom within a window of days: what the modes for rings and chains look at."""

from collections import defaultdict

from tests.fund_flow.amlsim import Payment


class Links:
    """Account -> whom it had to do with within the window, each with the newest day."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._days: defaultdict[str, dict[str, int]] = defaultdict(dict)

    def add(self, here: str, there: str, day: int) -> None:
        """Note a link."""
        self._days[here][there] = day

    def of(self, here: str, today: int) -> dict[str, int]:
        """The other ends; older ones are forgotten."""
        days = self._days.get(here, {})
        for there in [there for there, day in days.items() if day <= today - self._window]:
            del days[there]
        return days


class Recent:
    """Payments within the window up to the last one added. A new one is the first ever between its two accounts."""

    def __init__(self, window: int) -> None:
        self._payees, self._payers = Links(window), Links(window)
        self._new_payees, self._new_payers = Links(window), Links(window)
        self._known: set[tuple[str, str]] = set()
        self._today = 0

    def add(self, payment: Payment) -> None:
        """Note a payment; they come in order of days."""
        payer, payee, self._today = payment.payer, payment.payee, payment.day
        self._payees.add(payer, payee, payment.day)
        self._payers.add(payee, payer, payment.day)
        if (payer, payee) not in self._known:
            self._known.add((payer, payee))
            self._new_payees.add(payer, payee, payment.day)
            self._new_payers.add(payee, payer, payment.day)

    def payees(self, payer: str) -> dict[str, int]:
        """Whom it paid."""
        return self._payees.of(payer, self._today)

    def payers(self, payee: str) -> dict[str, int]:
        """Who paid it."""
        return self._payers.of(payee, self._today)

    def new_payees(self, payer: str) -> dict[str, int]:
        """Whom it paid for the first time."""
        return self._new_payees.of(payer, self._today)

    def sole(self, payer: str, payee: str) -> bool:
        """Whether the payer has no other new payee, or the payee no other new payer."""
        payees = self.new_payees(payer)
        return payee in payees and (len(payees) == 1 or len(self._new_payers.of(payee, self._today)) == 1)

    def onward(self, account: str) -> str | None:
        """Its only new payee, if it is that one's only new payer."""
        return self._only(account, self._new_payees, self._new_payers)

    def back(self, account: str) -> str | None:
        """Its only new payer, if it is that one's only new payee."""
        return self._only(account, self._new_payers, self._new_payees)

    def _only(self, account: str, there: Links, back: Links) -> str | None:
        others = there.of(account, self._today)
        if len(others) != 1:
            return None
        other = next(iter(others))
        return other if len(back.of(other, self._today)) == 1 else None
