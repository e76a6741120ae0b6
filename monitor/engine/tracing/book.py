"""One account of the account book: the order of its postings, its state towards the ledger, its traced part."""

from monitor.engine.tracing.account import Account
from monitor.engine.tracing.limits import Limits
from monitor.engine.tracing.movements import Kind, Movement
from monitor.engine.tracing.sequence import Sequence


class Entry:
    """`opened`: its balance is known. `resync`: it disagreed with the ledger and no statement settled it yet."""

    __slots__ = ("account", "closed", "opened", "resync", "sequence")

    def __init__(self, account: Account, sequence: Sequence) -> None:
        self.account = account
        self.sequence = sequence
        self.opened = False
        self.resync = False
        self.closed = False

    @classmethod
    def unseen(cls, name: str, limits: Limits) -> "Entry":
        """An account of which nothing is known yet."""
        return cls(Account(name, limits), Sequence(limits))

    @property
    def clean(self) -> bool:
        """Nothing is traced here and nothing waits."""
        return self.account.base is None and not self.account.tail and not self.sequence.parked

    @property
    def resting(self) -> bool:
        """Nothing is remembered here but what the ledger says."""
        return self.clean and not self.account.tags and not self.account.edges

    def plain(self, movement: Movement) -> bool:
        """Whether `movement` only moves a balance here: in order, right, and no loan money about."""
        return (
            movement.acct_seq == self.sequence.last + 1
            and (movement.peer_account is None or (not movement.credit and bool(movement.peer_customer)))
            and movement.kind is not Kind.DRAW
            and not movement.virtual
            and self.clean
            and self.opened
            and movement.balance_after == self.account.balance + movement.signed
        )
