"""Requests that have not ended, and the challenges they wait for: part of a customer's state."""

from msgspec import Struct

from monitor.engine.state.packing import DAY

MAX_REQUESTS = 64
REQUEST_LIFE = 30 * DAY  # an authorisation waits for its clearing up to a month


class Asked(Struct, array_like=True):
    """What a rule found when it asked the customer to confirm a payment; amount in minor units."""

    code: str
    margin: float
    figures: dict[str, int | float | str | bool]
    subject: str
    amount: int
    event_ids: list[str]
    total: bool = False


class Challenge(Struct, array_like=True):
    """A challenge that has not ended: the payment it is about, and the rules that asked for it."""

    counterparty: str
    currency: str
    asked: list[Asked]
    passed: bool = False


class OpenRequest(Struct, array_like=True):
    """A request without its end: a reservation on the account. Times in ms, amount in minor units."""

    account: str
    amount: int
    expires: int
    outgoing: bool
    new_payee: bool = False
    event_id: str = ""
    challenge: Challenge | None = None
    released: bool = False  # by a person: its posting is not judged as if nobody had looked

    @property
    def superseded(self) -> bool:
        """Whether a new request comes in its place: its own money is not reserved any more."""
        return self.challenge is not None and self.challenge.passed
