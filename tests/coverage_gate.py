"""Fails unless enough of each pure package is covered: its branches by themselves, and its lines by themselves.

    python -m tests.coverage_gate .coverage.json 95

Coverage's own gate adds lines and branches up, and packages too: much of one hides too little of the other.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

PACKAGES = ("topics", "rules", "monitor/engine")


class Share(NamedTuple):
    """How much of something in a package was reached."""

    package: str
    what: str
    covered: int
    total: int

    @property
    def percent(self) -> float:
        """0 to 100; nothing reached where there is nothing: a package that was not measured is not covered."""
        return 100 * self.covered / self.total if self.total else 0.0

    def __str__(self) -> str:
        return f"{self.package:15} {self.what:9} {self.covered:5} of {self.total:5} {self.percent:6.2f} %"


def shares(report: Mapping[str, Any]) -> Iterator[Share]:
    """Lines and branches of each package. `report`: coverage's JSON."""
    for package in PACKAGES:
        found = [file["summary"] for name, file in report["files"].items() if Path(name).is_relative_to(package)]
        for what, covered, total in (
            ("branches", "covered_branches", "num_branches"),
            ("lines", "covered_lines", "num_statements"),
        ):
            yield Share(package, what, sum(s[covered] for s in found), sum(s[total] for s in found))


def main(report: str, gate: str) -> int:
    """Print every share; 1 when one is below the gate, percent."""
    found = list(shares(json.loads(Path(report).read_text())))
    for share in found:
        sys.stdout.write(f"{share}{'' if share.percent >= float(gate) else f', below {gate} %'}\n")
    return int(any(share.percent < float(gate) for share in found))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
