"""One customer's state: what the engine keeps of a person, bounded and encodable to the same bytes everywhere."""

from msgspec import Struct, field, msgpack
from msgspec.structs import replace

from monitor.engine.open_requests import OpenRequest
from monitor.engine.state.amounts import Amounts
from monitor.engine.state.identity import RecentIds
from monitor.engine.state.known import KnownSet
from monitor.engine.state.lately import Lately
from monitor.engine.state.recency import Recency
from monitor.engine.state.windows import Windows
from monitor.engine.tracing.ledger import Ledger
from monitor.engine.tracing.movements import Share
from monitor.engine.tracing.wire import decode_ledger, encode_ledger
from rules.fact_values import PaymentPart
from topics.answers import BlockScope, EnforcementPoint

DAY = 86_400_000
MAX_PAID = 8
MAX_BLOCKS = 32
MAX_EPISODES = 32
MAX_LOANS = 64
MAX_PENDING = 16
MAX_BRIDGES = 8
MAX_STRAYS = 32
MAX_SPENT = 8
MAX_DUST = 64
MAX_REPAID_FOR = 64
PAID_LIFE = 30 * DAY


class Paid(Struct, array_like=True):
    """An outgoing payment that may come back: the first leg of a closed loop. `payment` is a fingerprint."""

    payment: bytes
    counterparty: str
    merchant: bool
    amount: int
    time: int
    event_id: str
    returned: int = 0
    refunded: int = 0
    salary: int = 0


class LoopSeen(Struct, array_like=True):
    """A closed loop that was found before, for the second one in 30 days. `first` is the event of its first leg."""

    first: str
    time: int


class BlockState(Struct, array_like=True):
    """A restriction in force. Times in ms of the batch clock. `draws`: whose loan money it is about, if about any."""

    code: str
    action: int
    scope: BlockScope
    subject: str | None
    point: EnforcementPoint
    armed_at: int
    until: int
    figures: dict[str, int | float | str | bool]
    event_id: str
    draws: list[str] = []
    payments: list[PaymentPart] = []


class Episode(Struct, array_like=True):
    """An alert episode: one rule family and subject until 24 quiet hours have passed. Times are event times, ms.

    `raised_action` and `raised_amount` are what the desk was last told; action 0 means nothing yet.
    """

    alert_id: str
    code: str
    first: int
    last: int
    severity: int
    event_id: str
    events: int = 0
    amount: int = 0
    raised_amount: int = 0
    raised_action: int = 0
    cool_until: int = 0


class LoanState(Struct, array_like=True):
    """A loan or line: limit, what is owed, and its newest draw.

    `told`: digest of what `use-of-proceeds` last said. `looked`: how often the newest draw has been looked at for its
    age. `raised`: rule -> action and amount it last spoke with.
    """

    limit: int
    opened: int
    owed: int = 0
    last_draw: int | None = None
    closed: bool = False
    told: bytes = b""
    looked: int = 0
    raised: dict[str, tuple[int, int]] = {}


class DrawState(Struct, array_like=True):
    """The newest draw of the customer, and what left to first-time payees since."""

    amount: int
    time: int
    event_id: str
    idle: int | None
    to_new_payees: int = 0


class Pending(Struct, array_like=True):
    """A posting whose loan money is not final yet; `codes` are the rules that spoke of it when it was decided."""

    transfer: str
    message: bytes
    codes: list[str]


class Bridge(Struct, array_like=True):
    """Loan money that left where it may come back unseen: cash, a wallet, another lender. Minor units, event time ms.

    `shares`: draw -> what may come back of it.
    """

    kind: str
    time: int
    amount: int
    returned: int
    shares: dict[str, Share]


class Stray(Struct, array_like=True):
    """Money of an own draw: it went `out` to others, or came home; surely, if it names how. Event time ms."""

    draw: str
    time: int
    out: bool
    certain: int
    point: int
    account: str = ""
    payment: str = ""


class DustOfDay(Struct, array_like=True):
    """What left an account in a day (UTC, since the epoch) in parts too small to be followed, of one draw.

    `raised`: rule -> action and amount it last spoke with on that day, of the sum.
    """

    draw: str
    account: str
    day: int
    payments: int = 0
    certain: int = 0
    possible: int = 0
    raised: dict[str, tuple[int, int]] = {}


class Spent(Struct, array_like=True):
    """An outflow to a forbidden use, whatever money it was. Event time ms."""

    time: int
    amount: int
    event_id: str


class RepaidForOne(Struct, array_like=True):
    """An instalment of somebody else's loan that this payer paid. Event time ms. `back`: sent back within 48 h."""

    borrower: str
    time: int
    amount: int
    related: bool
    event_id: str
    back: int = 0


class Profile(Struct, array_like=True):
    """Facts about the person. Credential and device times serve anti-fraud rules only."""

    party_id: str | None = None
    birth_year: int | None = None
    student: bool = False
    credential_reset: int | None = None


class Customer(Struct, array_like=True):
    """Everything the engine keeps of one customer.

    `payees`, `devices` and `cards` know the day each was last seen: distinct values in windows of a day and more;
    `lately` knows those of the last day. `headroom`: account -> digest of what was last said of it. `crowd`: one
    counterparty in 64, to know a hub by.
    `seen_s`, `tidied_s`: batch clock in seconds; all other times are in ms.
    """

    customer_id: str
    ledger: Ledger = field(default_factory=Ledger)
    windows: Windows = field(default_factory=Windows)
    payees: KnownSet = field(default_factory=lambda: KnownSet(dated=False))
    devices: KnownSet = field(default_factory=KnownSet)
    cards: KnownSet = field(default_factory=lambda: KnownSet(dated=False))
    lately: Lately = field(default_factory=Lately)
    amounts: Amounts = field(default_factory=Amounts)
    ids: RecentIds = field(default_factory=RecentIds)
    requests: dict[str, OpenRequest] = field(default_factory=dict)
    paid: list[Paid] = field(default_factory=list)
    loops: list[LoopSeen] = field(default_factory=list)
    blocks: dict[str, BlockState] = field(default_factory=dict)
    episodes: dict[str, Episode] = field(default_factory=dict)
    loans: dict[str, LoanState] = field(default_factory=dict)
    draw: DrawState | None = None
    pending: list[Pending] = field(default_factory=list)
    profile: Profile = field(default_factory=Profile)
    stopped: dict[str, int] = field(default_factory=dict)
    seen_s: int = 0
    last_event: int = 0
    tidied_s: int = 0
    headroom: dict[str, bytes] = field(default_factory=dict)
    bridges: list[Bridge] = field(default_factory=list)
    strays: list[Stray] = field(default_factory=list)
    spent: list[Spent] = field(default_factory=list)
    repaid_for: list[RepaidForOne] = field(default_factory=list)
    crowd: Recency | None = None
    dust: list[DustOfDay] = field(default_factory=list)

    @property
    def last_seen(self) -> int:
        """Batch clock of the newest message, ms, to the second it ended in: what came with it is not younger."""
        return self.seen_s * 1000

    def reserved(self, account: str, but: str = "") -> int:
        """Open requests on the account other than the payment `but`: they may be paid first; minor units."""
        return sum(
            request.amount
            for payment_id, request in self.requests.items()
            if request.outgoing and not request.superseded and request.account == account and payment_id != but
        )

    def saw(self, clock: int) -> None:
        """A message was applied at this batch clock, ms."""
        self.seen_s = -(-clock // 1000)


def _ledger_from(_: type, data: bytes) -> Ledger:
    return decode_ledger(data)


_encoder = msgpack.Encoder(order="deterministic", enc_hook=encode_ledger)
_decoder = msgpack.Decoder(Customer, dec_hook=_ledger_from)


def encode(customer: Customer) -> bytes:
    """The one canonical encoding. The name is not in it: it is the key under which the customer is kept."""
    return _encoder.encode(replace(customer, customer_id=""))


def decode(key: bytes, data: bytes) -> Customer:
    """The customer back; raises `msgspec.ValidationError` on anything else."""
    customer = _decoder.decode(data)
    customer.customer_id = key.decode()
    return customer
