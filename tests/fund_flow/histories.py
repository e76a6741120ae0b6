"""Random histories of a small bank: customers with accounts, draws, payments round and round, returns, closings.

They are written as JSON messages in the order in which they happened; how they reach a monitor is another matter.
"""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from tests.fund_flow.books import Books, Paid, Written


@dataclass(frozen=True)
class Manner:
    """How long and how wild. `unit`: minor units of one unit of money; small change is added to it.

    `cards`: there are credit cards. `parts`: a draw may be paid out in parts, under one name.
    `calm`: no overdrafts, closings, statements: their outcome may depend on when messages between partitions come.
    """

    steps: int = 40
    unit: int = 1
    calm: bool = False
    draws: int = 4
    cards: bool = True
    parts: bool = True
    step: timedelta = timedelta(seconds=2)


class History:
    """Plays so many random steps at once. `principals`: draw -> what was paid out."""

    def __init__(self, rng: random.Random, manner: Manner) -> None:
        self.rng, self.manner, self.books = rng, manner, Books(manner.step)
        self.principals: Counter[str] = Counter()
        self.closed: set[str] = set()
        self._found()
        for _ in range(manner.steps):
            self._step()

    @property
    def messages(self) -> list[Written]:
        """Everything the bank told, in the order in which it happened."""
        return self.books.messages

    def _found(self) -> None:
        """Open the accounts and grant the loans; now and then somebody has a credit card with a debt on it."""
        rng = self.rng
        customers = [f"c-{n}" for n in range(rng.randint(2, 4))]
        for customer in customers:
            for number in range(rng.choice((1, 1, 2))):
                self.books.open(f"{customer}/{number}", customer)
        holders = [customer for customer in customers if rng.random() < 0.15]
        self.cards = [f"{customer}/card" for customer in holders if self.manner.cards]
        for card in self.cards:
            self.books.open(card, card.split("/")[0], kind="credit_card", balance=-self._money(30))
        self.accounts = sorted(set(self.books.customers) - set(self.cards))
        self.left = {f"d-{n}": self._money(60) for n in range(rng.randint(1, self.manner.draws))}
        self.homes = {draw: rng.choice(customers) for draw in self.left}
        for customer in sorted(set(self.homes.values())):
            self.books.grant(customer, f"loan-{customer}")

    def _money(self, most: int) -> int:
        unit = self.manner.unit
        return self.rng.randint(1, most) * unit + (self.rng.randrange(unit) if self.rng.random() < 0.5 else 0)

    # -- what people do ------------------------------------------------------------------------------

    def _step(self) -> None:
        account, pick = self.rng.choice(self.accounts), self.rng.random()
        if pick < 0.1:
            self.books.receive(account, self._money(40))
        elif pick < 0.24:
            self._draw()
        elif pick < 0.72:
            self._spend(self.rng.choice([a for a in self.accounts if self.books.balances[a] > 0] or [account]))
        elif pick < 0.86:
            self._give_back()
        elif not self.manner.calm:
            self._trouble(account, pick)

    def _draw(self) -> None:
        """Pay a draw out, at once or in parts."""
        due = [draw for draw in self.left if self.left[draw] and draw not in self.closed]
        if due:
            draw = self.rng.choice(due)
            home = self.homes[draw]
            part = self.rng.choice([self.left[draw], self.rng.randint(1, self.left[draw])])
            amount = part if self.manner.parts else self.left[draw]
            own = [account for account in self.accounts if self.books.customers[account] == home]
            if own:
                self.left[draw] -= amount
                self.principals[draw] += amount
                self.books.draw(self.rng.choice(own), f"loan-{home}", draw, amount)

    def _spend(self, account: str) -> None:
        have = self.books.balances[account]
        over = not self.manner.calm and self.rng.random() < 0.04
        if have <= 0 and not over:
            return
        amount = self.rng.choice([max(1, have), self.rng.randint(1, max(1, have))]) + (self._money(20) if over else 0)
        payee = self.rng.choice([other for other in self.accounts if other != account] + self.cards[:1] + ["", ""])
        if payee:
            self.books.pay(account, amount, payee)
        elif self.rng.random() < 0.2 and self.books.customers[account] in self.homes.values():
            self.books.repay(account, f"loan-{self.books.customers[account]}", amount)
        else:
            self.books.pay(account, amount, use=self.rng.choice(["CONSUMPTION", "SECURITIES", "UNKNOWN"]))

    def _give_back(self) -> None:
        """Return one of the last payments, in whole or in part; a technical reversal once."""
        payment = self.rng.choice([*list(self.books.paid.values())[-8:], None])
        most = 0 if payment is None else self._returnable(payment)
        if payment is not None and most > 0:
            amount = self.rng.choice([most, self.rng.randint(1, most)])
            technical = bool(payment.payee) and not payment.reversed and self.rng.random() < 0.4
            self.books.give_back(payment.payment, amount, technical=technical)

    def _returnable(self, payment: Paid) -> int:
        gone = {payment.payer, payment.payee} - {"", *self.accounts, *self.cards}
        most = min(payment.left, self.books.balances[payment.payee]) if payment.payee else payment.left
        return 0 if gone else most

    def _trouble(self, account: str, pick: float) -> None:
        if pick < 0.89:
            self._settle_a_draw()
        elif pick < 0.9:
            self.books.state(account, self.rng.choice([0, self._money(60), self.rng.randint(-9, 60)]))
        elif pick < 0.92 and self.cards:
            self.books.pay(self.cards[0], self._money(20))
        elif pick < 0.925 and len(self.accounts) > 2:
            self.accounts.remove(account)
            self.books.shut(account)

    def _settle_a_draw(self) -> None:
        """Close one draw; only what was paid out can be."""
        open_draws = [draw for draw in sorted(self.principals) if draw not in self.closed]
        if open_draws:
            draw = self.rng.choice(open_draws)
            self.closed.add(draw)
            self.books.close(self.homes[draw], f"loan-{self.homes[draw]}", draw)
