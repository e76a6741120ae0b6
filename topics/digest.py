"""What makes two messages the same content."""

from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from operator import attrgetter
from typing import Any

from msgspec.msgpack import Encoder

from topics.fields import Message

DIGEST_BYTES = 8

# How a message travels, and which delivery it is, are not what it says. A repeat may have a new event_id and a new
# instant (an ISO 8583 repeat has both), a shorter deadline, another reply topic. The first one's stand.
_NOT_CONTENT = frozenset({"event_id", "event_time", "source", "trace_id", "deadline_ms", "reply_to"})
_encode = Encoder().encode


@cache
def _content(kind: type[Message]) -> tuple[Any, Callable[[Message], tuple[Any, ...]]]:
    """Tag of a type, and what takes a message's content out of it."""
    names = [name for name in kind.__struct_fields__ if name not in _NOT_CONTENT]
    return kind.__struct_config__.tag, attrgetter(*names)


def content_digest(message: Message) -> bytes:
    """Eight bytes that are equal for two messages of equal type and content.

    Taken from the decoded fields: the order of keys, blanks, escapes and fields we do not know make no difference,
    which raw bytes would; a producer that serialises anew repeats, it does not contradict.
    """
    tag, content = _content(type(message))
    return blake2b(_encode((tag, content(message))), digest_size=DIGEST_BYTES).digest()
