"""What is mutated, and by which tests a mutant must be caught."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Area:
    """`sources` are globs from the root; `tests` run in order until one fails; `seconds` is what one test may take.

    `quick` names a module whose `check()` raises on most mutants in a fraction of a second; it goes first.
    """

    sources: tuple[str, ...]
    tests: tuple[str, ...]
    survivors: str
    seconds: int = 20
    quick: str = ""

    def files(self) -> list[Path]:
        """The files to mutate, by path."""
        return sorted({path for pattern in self.sources for path in ROOT.glob(pattern)})

    def explained(self) -> dict[str, str]:
        """Mutants that no test can catch, with the reason: lines of `name | reason`."""
        path = ROOT / self.survivors
        lines = path.read_text().splitlines() if path.exists() else []
        pairs = [line.rsplit(" | ", 1) for line in lines if line.strip() and not line.startswith("#")]
        return {name.strip(): reason.strip() for name, reason in pairs}


_TRACING = ("vectors", "book", "bounds", "ends", "told", "order", "soundness")  # the quickest first
AREAS = {
    "tracing": Area(
        ("monitor/engine/tracing/*.py",),
        tuple(
            f"tests/tracing/test_{name}.py"
            for name in ("vectors", "book", "bounds", "ends", "told", "order", "soundness")
        ),
        "tests/mutation/survivors_tracing.txt",
        quick="tests.tracing.quick",
    ),
    "rules": Area(("rules/[a-z]*.py",), ("tests/rules",), "tests/mutation/survivors_rules.txt"),
}


def module_name(path: Path) -> str:
    """Dotted name of a source file."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)
