"""The peers read one topic in which all inputs lie in order: less to fetch and nothing to merge, to their advantage."""

from collections.abc import Sequence

MERGED = "merged"
HEADER = "topic"


def logical_topic(headers: Sequence[tuple[str, bytes | str | None]] | None) -> str:
    """Name of the input a message of the merged topic belongs to."""
    for name, value in headers or ():
        if name == HEADER and isinstance(value, bytes):
            return value.decode()
    return ""
