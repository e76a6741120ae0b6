"""Who takes part: people, the shops they go to, the payees they pay, the loans they have."""

from dataclasses import dataclass, field
from datetime import date

from monitor.simulator.ledger import Account


@dataclass(frozen=True, slots=True)
class Payee:
    """The other side of a transfer. `agent` is its bank; None when the account is in this bank.

    `own_name`: the account, at another bank, is in the name of whoever pays it.
    """

    account: str
    name: str
    agent: str | None = None
    customer_id: str | None = None
    opened_on: date | None = None
    product_code: str | None = None
    own_name: bool = False


@dataclass(frozen=True, slots=True)
class Shop:
    """A merchant. `owner` pays from his own account, `relative` from his family's; `settlement` takes the takings."""

    card_acceptor_id: str
    name: str
    category: str
    mcc: str
    owner_party: str
    owner: Payee
    settlement: Payee
    relative_party: str
    relative: Payee


@dataclass(frozen=True, slots=True)
class Errands:
    """Whom a customer does small business with: a spouse who banks elsewhere, a wallet, the company of the estate."""

    spouse: Payee
    spouse_party: str
    wallet: Shop
    estate: Payee

    @property
    def payees(self) -> list[Payee]:
        """All of them, as they are paid by transfer."""
        return [self.spouse, self.wallet.settlement, self.estate]


@dataclass(slots=True)
class Loan:
    """A line or a consumer loan. `owed` per draw, minor units."""

    loan_id: str
    limit: int
    product: str
    due_day: int
    owed: dict[str, int] = field(default_factory=dict)

    @property
    def undrawn(self) -> int:
        """What may still be drawn."""
        return self.limit - sum(self.owed.values())


@dataclass(slots=True)
class Person:
    """A customer: the facts that drive his days. Money in minor units. `household`: parties he lives with."""

    index: int
    customer_id: str
    party_id: str
    name: str
    birth_year: int
    student: bool
    device: str
    main: Account
    debit_card: str
    salary: int
    salary_day: int
    employer: Payee
    rent: int
    rent_day: int
    landlord: Payee
    activity: float
    savings: Account | None = None
    credit: Account | None = None
    credit_card: str = ""
    family: list[Payee] = field(default_factory=list)
    payees: list[Payee] = field(default_factory=list)
    broker: Payee | None = None
    favourites: dict[str, list[Shop]] = field(default_factory=dict)
    line: Loan | None = None
    in_case: bool = False
    household: list[str] = field(default_factory=list)
    errands: Errands | None = None

    @property
    def accounts(self) -> list[Account]:
        """All own accounts."""
        return [account for account in (self.main, self.savings, self.credit) if account is not None]

    def as_payee(self, account: Account | None = None) -> Payee:
        """Return how others pay him."""
        chosen = account or self.main
        return Payee(chosen.account_id, self.name, customer_id=self.customer_id)
