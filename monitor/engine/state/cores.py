"""A queue of small byte strings in one blob, each written as what differs from the one before.

Neighbours mostly share a prefix. Item: one byte `shared << 4 | rest`, then the rest; 15 means that a varint with what
exceeds 15 follows, that of `shared` first. A zero byte is the empty string, which the next one does not refer to.
"""

from collections.abc import Iterator

from monitor.engine.state.packing import get_varint, put_varint

_NIBBLE = 15
_EMPTY = b"\0"


def append(blob: bytes, last: bytes, item: bytes, whole: int = 0) -> bytes:
    """Give the blob with one more item. `last`: the newest non-empty item in it, b"" if there is none.

    The item's last `whole` bytes are written out, so that a search of the blob finds them.
    """
    if not item:
        return blob + _EMPTY
    return blob + _encode(_shared(last, item[: max(0, len(item) - whole)]), item)


def items(blob: bytes) -> Iterator[bytes]:
    """Give all items, oldest first."""
    base, at = b"", 0
    while at < len(blob):
        item, at = _decode(blob, at, base)
        base = item or base
        yield item


def nth(blob: bytes, index: int) -> bytes:
    """Item number `index`, oldest first."""
    return _walk(blob, index + 1)[2]


def drop(blob: bytes, count: int) -> bytes:
    """Give the blob without its `count` oldest items."""
    base, at, _ = _walk(blob, count)
    first = at
    while first < len(blob) and not blob[first]:
        first += 1
    if first == len(blob):
        return blob[at:]
    item, end = _decode(blob, first, base)
    return blob[at:first] + _encode(0, item) + blob[end:]


def _walk(blob: bytes, count: int) -> tuple[bytes, int, bytes]:
    """Pass `count` items: the newest non-empty of them, where the next one begins, the last one passed."""
    base = item = b""
    at = 0
    for _ in range(count):
        item, at = _decode(blob, at, base)
        base = item or base
    return base, at, item


def _shared(last: bytes, item: bytes) -> int:
    """Bytes with which both begin: as numbers, they differ up to the highest bit of their exclusive or."""
    most = min(len(last), len(item))
    differ = int.from_bytes(last[:most], "big") ^ int.from_bytes(item[:most], "big")
    return most - (differ.bit_length() + 7) // 8


def _encode(shared: int, item: bytes) -> bytes:
    rest = item[shared:]
    size = len(rest)
    if shared < _NIBBLE and size < _NIBBLE:  # mostly
        return bytes((shared << 4 | size,)) + rest
    head = bytes((min(shared, _NIBBLE) << 4 | min(size, _NIBBLE),))
    return head + _excess(shared) + _excess(size) + rest


def _excess(size: int) -> bytes:
    return put_varint(size - _NIBBLE) if size >= _NIBBLE else b""


def _decode(blob: bytes, at: int, base: bytes) -> tuple[bytes, int]:
    head = blob[at]
    shared, size, at = head >> 4, head & _NIBBLE, at + 1
    if shared == _NIBBLE:
        shared, at = _exceeding(blob, at)
    if size == _NIBBLE:
        size, at = _exceeding(blob, at)
    end = at + size
    return base[:shared] + blob[at:end], end


def _exceeding(blob: bytes, at: int) -> tuple[int, int]:
    more, at = get_varint(blob, at)
    return _NIBBLE + more, at
