"""The pure packages are pure inside, too: no clock, no IO, no chance, nothing that differs between two processes.

`lint-imports` forbids the imports; here is what an import does not show. One exception, by name: the two catalogues
read the files of their own package (`topics/*.toml`, `rules/*`), through importlib, before any event is seen.
"""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = "the engine is pure"
PURE = ("monitor/engine", "rules", "topics")
FILES = sorted(path.relative_to(ROOT) for folder in PURE for path in (ROOT / folder).rglob("*.py"))
READ_THEIR_OWN_PACKAGE = {Path("topics/catalogue.py"), Path("rules/catalogue.py")}

READS_FILES = frozenset({"importlib", "pkgutil"})
BUILTINS = {
    "open": "reads or writes a file",
    "print": "writes",
    "input": "reads",
    "eval": "runs text",
    "exec": "runs text",
    "__import__": "imports what no contract sees",
    "id": "is an address, another one in every process",
    "hash": "of a text is another one in every process",
}
CLOCKS = frozenset({"now", "utcnow", "today"})
DATES = frozenset({"datetime", "date"})
LOCAL_TIME = frozenset({"fromtimestamp", "astimezone"})


def contract() -> frozenset[str]:
    """The modules that the import contract forbids to the pure packages."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    (found,) = (c for c in settings["tool"]["importlinter"]["contracts"] if c["name"].startswith(CONTRACT))
    return frozenset(found["forbidden_modules"])


FORBIDDEN = contract()


def impurities(source: str, *, may_read: bool = False) -> list[str]:
    """What a pure module must not contain. `may_read`: it may read its own package."""
    forbidden = FORBIDDEN if may_read else FORBIDDEN | READS_FILES
    return [found for node in ast.walk(ast.parse(source)) for found in _impure(node, forbidden)]


def _impure(node: ast.AST, forbidden: frozenset[str]) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (f"imports {name.name}" for name in names if _within(name.name, forbidden))
        case ast.ImportFrom(module=str(module)) if _within(module, forbidden):
            yield f"imports {module}"
        case ast.Name(id=name, ctx=ast.Load()) if name in BUILTINS:
            yield f"{name} {BUILTINS[name]}"
        case ast.ImportFrom(module="datetime", names=names) if any(name.asname for name in names):
            yield "datetime under another name hides its clocks"
        case ast.Attribute(attr=name, value=ast.Name(id=of) | ast.Attribute(attr=of)) if name in CLOCKS and of in DATES:
            yield f"{of}.{name} reads a clock"
        case ast.Call(func=ast.Attribute(attr=name), args=args, keywords=[]) if _of_this_place(name, args):
            yield f"{name} without a zone depends on the machine"


def _within(module: str, forbidden: frozenset[str]) -> bool:
    parts = module.split(".")
    return any(".".join(parts[: end + 1]) in forbidden for end in range(len(parts)))


def _of_this_place(name: str, args: list[ast.expr]) -> bool:
    return name in LOCAL_TIME and len(args) == (name == "fromtimestamp")


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_pure_module_is_pure(path: Path) -> None:
    assert impurities((ROOT / path).read_text(), may_read=path in READ_THEIR_OWN_PACKAGE) == []


@pytest.mark.parametrize(
    "line",
    [
        "open('x')",
        "files = map(open, names)",
        "print(1)",
        "datetime.now(UTC)",
        "clock = datetime.utcnow",
        "date.today()",
        "datetime.datetime.now(UTC)",
        "from datetime import datetime as moment",
        "datetime.fromtimestamp(5)",
        "moment.astimezone()",
        "import time",
        "def f():\n    from time import monotonic",
        "from os.path import join",
        "import os as system",
        "import random",
        "from concurrent.futures import ThreadPoolExecutor",
        "from monitor.edge.stats import EdgeStats",
        "from monitor.offline import new_engine",
        "from importlib.resources import files",
        "sorted(customers, key=id)",
        "order = hash(name)",
        "exec('1')",
    ],
)
def test_what_is_impure_is_found(line: str) -> None:
    assert len(impurities(line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "self._place.now",
        "datetime.fromtimestamp(5, UTC)",
        "moment.astimezone(UTC)",
        "from hashlib import blake2b",
        "from monitor.engine.api import Batch",
        "message.id",
        "def f(id: str) -> None: ...",
    ],
)
def test_what_is_pure_is_left_alone(line: str) -> None:
    assert impurities(line) == []


def test_the_contract_forbids_everything_beside_the_engine() -> None:
    """So that a new module of the edge cannot be forgotten."""
    beside = {f"monitor.{path.stem}" for path in (ROOT / "monitor").glob("[!.]*") if path.name != "__pycache__"}
    assert beside - {"monitor.engine", "monitor.__init__"} == {
        name for name in FORBIDDEN if name.startswith("monitor.")
    }
