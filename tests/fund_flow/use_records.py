"""What every record of `use-of-proceeds` must satisfy by itself, read as anybody could: JSON in, findings out."""

from collections.abc import Iterator
from typing import Any

_SUMS = ("unspent", "with_others", "repaid", "left_bank", "trail_ended", "unknown")


def violations(record: dict[str, Any]) -> Iterator[str]:
    """In words: amounts out of order or negative, points that do not add up to the principal (minor units)."""
    where = f"loan {record['loan_id']} at {record['batch_clock']}"
    parts = {name: record[name] for name in _SUMS} | record["classes"]
    for name, told in parts.items():
        if not 0 <= told["certain"] <= told["point"] <= told["possible"]:
            yield f"{where}: {name} is {told}"
    places = [record["unspent"], record["with_others"]]
    for kind, rest in (("classes", record["classes"].values()), ("kinds", [record[name] for name in _SUMS[2:]])):
        points = sum(told["point"] for told in [*places, *rest])
        if points != record["principal"]:
            yield f"{where}: the points of places and {kind} add up to {points}, not to {record['principal']}"
