"""What is kept of the loan money in a payment: few bytes, since a borrower's decisions differ in the amounts only.

The lead (class of use and draws) is the same most of the time; the numbers are what differs.
"""

from typing import NamedTuple

from msgspec import Struct

from monitor.engine.state.packing import get_signed, get_varint, put_signed, put_varint

_FLOW, _PROVISIONAL, _EQUAL = 1, 2, 4  # `_EQUAL`: each draw's numbers are those of the flow
_NO_FLOW = b"\0"
_CONFIDENCE_STEPS = 10_000


class KeptFlow(Struct, array_like=True):
    """Loan money in the payment. `confidence` has at most four decimals."""

    certain: int
    possible: int
    point: int
    destination: str
    confidence: float
    provisional: bool
    loans: dict[str, list[int]]

    @property
    def equal(self) -> bool:
        """Whether each draw's numbers are those of the flow: of a single draw always, often while all is possible."""
        return all(numbers == self.numbers for numbers in self.loans.values())

    @property
    def numbers(self) -> list[int]:
        """What is certain, possible, and the point estimate."""
        return [self.certain, self.possible, self.point]


def pack_lead(flow: KeptFlow | None) -> bytes:
    """What neighbours mostly share."""
    if flow is None:
        return _NO_FLOW
    flags = _FLOW | flow.provisional * _PROVISIONAL | flow.equal * _EQUAL
    sure = put_varint(round(flow.confidence * _CONFIDENCE_STEPS))
    return (
        bytes([flags]) + put_varint(len(flow.loans)) + b"".join(map(_text, flow.loans)) + _text(flow.destination) + sure
    )


def pack_numbers(flow: KeptFlow | None) -> bytes:
    """What differs."""
    if flow is None:
        return b""
    triples = [flow.numbers] + ([] if flow.equal else list(flow.loans.values()))
    return b"".join(put_signed(c) + put_signed(p) + put_signed(p - point) for c, p, point in triples)


class Lead(NamedTuple):
    """A lead, and whether there is a flow at all."""

    flags: int
    draws: tuple[str, ...] = ()
    destination: str = ""
    confidence: float = 0.0


def unpack_lead(data: bytes) -> tuple[Lead, int]:
    """The lead at the start of `data`, and where it ends."""
    if not data[0]:
        return Lead(0), 1
    count, at = get_varint(data, 1)
    texts = []
    for _ in range(count + 1):
        text, at = _get_text(data, at)
        texts.append(text)
    sure, at = get_varint(data, at)
    *draws, destination = texts
    return Lead(data[0], tuple(draws), destination, sure / _CONFIDENCE_STEPS), at


def unpack_numbers(lead: Lead, data: bytes, at: int) -> tuple[KeptFlow | None, int]:
    """The flow, and where its numbers end."""
    if not lead.flags:
        return None, at
    union, at = _get_triple(data, at)
    loans = dict.fromkeys(lead.draws, union)
    for draw in () if lead.flags & _EQUAL else lead.draws:
        loans[draw], at = _get_triple(data, at)
    certain, possible, point = union
    provisional = bool(lead.flags & _PROVISIONAL)
    return KeptFlow(certain, possible, point, lead.destination, lead.confidence, provisional, loans), at


def _get_triple(data: bytes, at: int) -> tuple[list[int], int]:
    certain, at = get_signed(data, at)
    possible, at = get_signed(data, at)
    less, at = get_signed(data, at)
    return [certain, possible, possible - less], at


def _text(text: str) -> bytes:
    raw = text.encode()
    return put_varint(len(raw)) + raw


def _get_text(data: bytes, at: int) -> tuple[str, int]:
    size, at = get_varint(data, at)
    return data[at : at + size].decode(), at + size
