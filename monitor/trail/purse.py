"""What is in one account: lots under a conserving method, or the stain of the poison reading."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from monitor.trail.lots import Lot, Lots, Split, is_loan, taint_first, total
from monitor.trail.movements import OWN


class Purse(Protocol):
    """An account's money. A part is a lot as it lay in the account it was paid from."""

    @property
    def balance(self) -> int:
        """All there is."""

    def receive(self, transfer: str, parts: Iterable[Lot]) -> None:
        """Money came in by a transfer, in the order of its parts."""

    def pay(self, amount: int) -> Lots:
        """Take an amount that is there; what it is made of."""

    def split(self, parts: Lots, amount: int) -> Lots:
        """What comes back of a payment that is given back in part."""

    def remove(self, transfer: str, parts: Iterable[Lot]) -> None:
        """Take out what a transfer had brought, of which nothing was spent."""

    def restore(self, parts: Iterable[Lot]) -> None:
        """Money comes back to where it had been."""

    def settle(self, draw: str) -> Lots:
        """A draw is nobody's loan any more; what there was of it."""

    def loan_lots(self) -> Lots:
        """The loan's money in here."""


class LotPurse:
    """Lots by age. Neighbours of one kind become one lot: nothing is lost."""

    def __init__(self, method: Split) -> None:
        self._method = method
        self._lots: Lots = []
        self._newest = 0

    @property
    def balance(self) -> int:
        """All there is."""
        return total(self._lots)

    def receive(self, transfer: str, parts: Iterable[Lot]) -> None:
        """See `Purse`."""
        for part in parts:
            self._newest += 1
            came = transfer if is_loan(part) else ""
            self._keep([*self._lots, Lot(self._newest, part.draw, came, part.units)])

    def pay(self, amount: int) -> Lots:
        """See `Purse`."""
        taken, stays = self._method(self._lots, amount)
        self._keep(stays)
        return taken

    def split(self, parts: Lots, amount: int) -> Lots:
        """See `Purse`."""
        return self._method(sorted(parts), amount)[0]

    def remove(self, transfer: str, parts: Iterable[Lot]) -> None:
        """See `Purse`. Own money is taken from the newest, which is what it brought."""
        for part in parts:
            came = transfer if is_loan(part) else ""
            self._take_newest(part.draw, came, part.units)

    def restore(self, parts: Iterable[Lot]) -> None:
        """See `Purse`. Ages are kept, so it lies where it lay."""
        self._keep(sorted([*self._lots, *parts]))

    def settle(self, draw: str) -> Lots:
        """See `Purse`."""
        ended = [lot for lot in self._lots if lot.draw == draw]
        self._keep([lot._replace(draw=OWN, came="") if lot.draw == draw else lot for lot in self._lots])
        return ended

    def loan_lots(self) -> Lots:
        """See `Purse`."""
        return [lot for lot in self._lots if is_loan(lot)]

    def _take_newest(self, draw: str, came: str, units: int) -> None:
        kept = []
        for lot in reversed(self._lots):
            part = min(lot.units, units) if (lot.draw, lot.came) == (draw, came) else 0
            units -= part
            kept.append(lot._replace(units=lot.units - part))
        self._keep([lot for lot in reversed(kept) if lot.units])

    def _keep(self, lots: Sequence[Lot]) -> None:
        merged: Lots = []
        for lot in lots:
            if merged and (merged[-1].draw, merged[-1].came) == (lot.draw, lot.came):
                merged[-1] = merged[-1]._replace(units=merged[-1].units + lot.units)
            else:
                merged.append(lot)
        self._lots = merged


class PoisonPurse:
    """All that leaves an account with loan money in it counts as loan money, and what then remains, too.

    Not conserving: a loan of 100 can be "seen" in payments of 1,000. Its draws are not told apart, and the first
    transfer that brought any is named as the proof.
    """

    def __init__(self) -> None:
        self._balance = 0
        self._stain = Lot(0, OWN, "", 0)

    @property
    def balance(self) -> int:
        """See `Purse`."""
        return self._balance

    def receive(self, transfer: str, parts: Iterable[Lot]) -> None:
        """See `Purse`."""
        for part in parts:
            self._balance += part.units
            if is_loan(part):
                first = part._replace(came=transfer) if not self._stain.units else self._stain
                self._stain = first._replace(units=self._stain.units + part.units)

    def pay(self, amount: int) -> Lots:
        """See `Purse`."""
        self._balance -= amount
        if not self._stain.units:
            return [Lot(0, OWN, "", amount)]
        taken = self._stain._replace(units=amount)
        self._stain = self._stain._replace(units=self._balance)
        return [taken]

    def split(self, parts: Lots, amount: int) -> Lots:
        """See `Purse`."""
        return LotPurse(taint_first).split(parts, amount)

    def remove(self, transfer: str, parts: Iterable[Lot]) -> None:
        """See `Purse`."""
        del transfer
        for part in parts:
            self._balance -= part.units
            left = self._stain.units - (part.units if is_loan(part) else 0)
            self._stain = self._stain._replace(units=min(max(0, left), self._balance))

    def restore(self, parts: Iterable[Lot]) -> None:
        """See `Purse`."""
        for part in parts:
            self.receive(part.came, [part])

    def settle(self, draw: str) -> Lots:
        """See `Purse`."""
        if self._stain.draw != draw or not self._stain.units:
            return []
        ended, self._stain = [self._stain], self._stain._replace(units=0)
        return ended

    def loan_lots(self) -> Lots:
        """See `Purse`."""
        return [self._stain] if self._stain.units else []
