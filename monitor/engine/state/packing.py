"""Small pieces of packed state: fingerprints, instants in four bytes, rows of equal width in one blob.

State is kept packed also in memory: a customer costs what it encodes to, and encoding it is a copy.
"""

from collections.abc import Callable
from hashlib import blake2b

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

FINGERPRINT_BYTES = 8
KEY_BYTES = 6  # of a fingerprint that are kept: among 256 of them a new one is mistaken once in 10^12
MOST = 10**16  # minor units, beyond any customer; a thousand such sums fit in 64 bits
_LOW = 0x7F  # the seven bits of a varint's byte
_ONE_BYTE = [bytes([number]) for number in range(_LOW + 1)]


def capped(total: int) -> int:
    """Bound a sum that is kept: what flows in a year of absurd amounts must still fit where states are encoded."""
    return min(total, MOST)


def fingerprint(*parts: str | bytes) -> bytes:
    """Eight bytes that stand for these parts, in this order. Each part counts with its length."""
    return blake2b(_measured(*parts), digest_size=FINGERPRINT_BYTES).digest()


def fingerprints(*first: str | bytes) -> Callable[[str], bytes]:
    """`fingerprint` of these parts and one more, for those that are taken of every message."""
    begin = _measured(*first)

    def of(last: str) -> bytes:
        raw = last.encode()
        return blake2b(begin + len(raw).to_bytes(4, "big") + raw, digest_size=FINGERPRINT_BYTES).digest()

    return of


def _measured(*parts: str | bytes) -> bytes:
    measured = b""
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        measured += len(raw).to_bytes(4, "big") + raw
    return measured


def short_key(value: bytes) -> bytes:
    """Cut a fingerprint to the part that is kept. ValueError when there is too little of it."""
    if len(value) < KEY_BYTES:
        raise ValueError(f"a fingerprint has at least {KEY_BYTES} bytes, this one {len(value)}")
    return value[:KEY_BYTES]


def pack_second(ms: int) -> bytes:
    """Four bytes, big-endian, so that their order is the order of time. OverflowError outside 1970 to 2106."""
    return (ms // SECOND).to_bytes(4, "big")


def unpack_second(raw: bytes) -> int:
    """Start of that second in ms."""
    return int.from_bytes(raw, "big") * SECOND


def find_aligned(blob: bytes, key: bytes, width: int, offset: int = 0) -> int:
    """Index of the row of `width` bytes that has `key` at `offset`, or -1."""
    at = blob.find(key, offset)
    while at >= 0 and at % width != offset:
        at = blob.find(key, at + 1)
    return at // width if at >= 0 else -1


def rows_before(blob: bytes, bound: bytes, width: int) -> int:
    """How many rows of a sorted blob start with less than `bound`."""
    low, high, size = 0, len(blob) // width, len(bound)
    while low < high:
        middle = (low + high) // 2
        start = middle * width
        if blob[start : start + size] < bound:
            low = middle + 1
        else:
            high = middle
    return low


def insert_sorted(blob: bytes, row: bytes) -> bytes:
    """Give the blob with one more row of the same width, still in byte order."""
    at = rows_before(blob, row, len(row)) * len(row)
    return blob[:at] + row + blob[at:]


def remove_row(blob: bytes, index: int, width: int) -> bytes:
    """Give the blob without that row."""
    return blob[: index * width] + blob[(index + 1) * width :]


def put_varint(number: int) -> bytes:
    """LEB128 of a number >= 0."""
    if number <= _LOW:
        return _ONE_BYTE[number]
    out = bytearray()
    while number > _LOW:
        out.append(number & _LOW | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def get_varint(blob: bytes, at: int) -> tuple[int, int]:
    """Read the number that starts at `at`, and where it ends."""
    number = shift = 0
    while True:
        byte = blob[at]
        at += 1
        number |= (byte & _LOW) << shift
        if byte <= _LOW:  # the top bit says that more follows
            return number, at
        shift += 7


def put_signed(number: int) -> bytes:
    """LEB128 of any number, small ones of either sign in one byte."""
    return put_varint(2 * number if number >= 0 else -2 * number - 1)


def get_signed(blob: bytes, at: int) -> tuple[int, int]:
    """Read the signed number that starts at `at`, and where it ends."""
    number, at = get_varint(blob, at)
    return (-(number + 1) // 2 if number & 1 else number // 2), at
