"""What every record of `use-of-proceeds` must satisfy by itself, read as anybody could: JSON in, findings out."""

from collections.abc import Iterator
from typing import Any

_SUMS = ("unspent", "with_others", "repaid", "left_bank", "trail_ended", "unknown")


def violations(record: dict[str, Any]) -> Iterator[str]:
    """In words: amounts out of order or negative, points that do not add up to the principal (minor units).

    They may be more while a message is on its way; that they are equal at rest is for who knows when that is.
    """
    where = f"loan {record['loan_id']} at {record['batch_clock']}"
    parts = {name: record[name] for name in _SUMS} | record["classes"]
    for name, told in parts.items():
        if not 0 <= told["certain"] <= told["point"] <= told["possible"]:
            yield f"{where}: {name} is {told}"
    places = [record["unspent"], record["with_others"]]
    for kind, rest in (("classes", record["classes"].values()), ("kinds", [record[name] for name in _SUMS[2:]])):
        points = sum(told["point"] for told in [*places, *rest])
        doubled = points > record["principal"] and (len(record["draws"]) > 1 or not record["with_others"]["point"])
        if points != record["principal"] and not doubled:
            yield f"{where}: the points of places and {kind} add up to {points}, not to {record['principal']}"
