"""Small money on its usual ways: a wallet filled and emptied, a spouse who banks elsewhere, the fee of the estate.

What goes to the wallet or the spouse comes back in part, mostly within three days; the monitor sees neither inside. Who
has a credit line lives like that, more so when a draw is to be spent, by a random stream of his own.
"""

from collections.abc import Iterator
from datetime import date
from random import Random

from monitor.simulator import cards, identity, transfers
from monitor.simulator.calendar import HOUR, midnight
from monitor.simulator.core import Core
from monitor.simulator.kernel import Process
from monitor.simulator.loan_money import Parts
from monitor.simulator.merchants import Town, outsider
from monitor.simulator.parties import Errands, Payee, Person, Shop
from monitor.simulator.people import YUAN
from monitor.simulator.randomness import share_of, substream
from monitor.simulator.requests import Result

_TOP_UPS, _HOUSEKEEPING, _FEES = 0.2, 0.2, 0.1  # a day, while a draw runs
_OTHERWISE = 0.25  # as often without
_LEAST, _MOST = 100 * YUAN, 900 * YUAN
_AWAY = (4 * HOUR, 84 * HOUR)


def build_errands(seed: int, tag: str, index: int, town: Town) -> Errands:
    """Draw whom customer number `index` does small business with."""
    rng = substream(seed, "errands", index)
    party = f"P{identity.digest(tag, 'spouse', index, size=6)}"
    return Errands(outsider(rng, tag, "spouse", index), party, rng.choice(town.wallets), town.estate)


def errands(core: Core, seed: int, person: Person, day: date) -> Iterator[tuple[int, Process[None]]]:
    """Plan those of a day."""
    if person.errands is None:
        return
    rng = substream(seed, "errand", person.index, day)
    often = 1.0 if person.line is not None and person.line.owed else _OTHERWISE
    chances = ((_TOP_UPS, _wallet), (_HOUSEKEEPING, _spouse), (_FEES, _fee))
    for chance, errand in chances:
        at, wanted, number = rng.randrange(8 * HOUR, 21 * HOUR), rng.random() < often * chance, rng.randrange(1 << 30)
        if wanted:
            yield midnight(day) + at, errand(core, person, person.errands, substream("errand", core.tag, number))


def _wallet(core: Core, person: Person, usual: Errands, rng: Random) -> Process[None]:
    """Fill the wallet by card or transfer; empty it again."""
    amount = _amount(rng)
    if person.main.available < amount:
        return
    wallet: Shop = usual.wallet
    if rng.random() < 0.5:  # noqa: PLR2004 - both ways are usual
        paid = yield from cards.purchase(core, person, person.main, wallet, amount)
    else:
        paid = yield from transfers.transfer(core, person, person.main, wallet.settlement, amount)
    yield from _back(core, person, wallet.settlement, paid, rng)


def _spouse(core: Core, person: Person, usual: Errands, rng: Random) -> Process[None]:
    """Send the spouse money for the household, and get back what was not needed."""
    amount = _amount(rng)
    if person.main.available >= amount:
        paid = yield from transfers.transfer(core, person, person.main, usual.spouse, amount)
        yield from _back(core, person, usual.spouse, paid, rng)


def _fee(core: Core, person: Person, usual: Errands, rng: Random) -> Process[None]:
    amount = _amount(rng)
    if person.main.available >= amount:
        yield from transfers.transfer(core, person, person.main, usual.estate, amount)


def _amount(rng: Random) -> int:
    return rng.randrange(_LEAST, _MOST, 10 * YUAN)


def _back(core: Core, person: Person, payer: Payee, paid: Result, rng: Random) -> Process[None]:
    if not paid.accepted:
        return
    yield rng.randrange(*_AWAY)
    amount = share_of(rng, paid.amount, 0.6, 1.0, YUAN)
    transfers.receive(core, person.main, payer, amount, parts=_may_be(paid.moved, amount))


def _may_be(moved: Parts, amount: int) -> Parts:
    """Of loan money that left, at least nothing came back, at most all."""
    return {borrower: (0, min(most, amount)) for borrower, (_, most) in moved.items() if most}
