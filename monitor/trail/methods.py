"""The methods by their names on the command line."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from monitor.trail import lots
from monitor.trail.purse import LotPurse, PoisonPurse, Purse


class Method(NamedTuple):
    """A way of counting. `conserves`: money is in one place at a time, so the ledger adds up to the principal."""

    name: str
    meaning: str
    conserves: bool
    purse: Callable[[], Purse]


def _lots(name: str, meaning: str, split: lots.Split) -> Method:
    return Method(name, meaning, conserves=True, purse=lambda: LotPurse(split))


METHODS: Mapping[str, Method] = {
    method.name: method
    for method in (
        _lots("fifo", "what came first leaves first", lots.fifo),
        _lots("lifo", "what came last leaves first", lots.lifo),
        _lots("haircut", "every payment takes its share of all that is there (pro rata)", lots.haircut),
        _lots("libr", "other money leaves first: lowest intermediate balance", lots.lowest_balance),
        _lots("taint-first", "loan money leaves first", lots.taint_first),
        Method("poison", "all that leaves an account with loan money in it; more than was lent", False, PoisonPurse),
    )
}
"""Name -> method, the one that estimates first."""
