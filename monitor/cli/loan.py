"""`monitor loan`: where one loan's money is, the ways it took, and the payments that prove them."""

from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from monitor.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from monitor.trail.reading import Record
    from monitor.trail.story import Story

    Connect = Callable[[], AbstractContextManager[Iterable[Record]]]

_WIDTH_IN_A_PIPE = 160
_MOST_NAMED = 3  # loans, where the one asked for is not known


class MethodName(StrEnum):
    """Names of `monitor.trail.methods`, and all of them at once."""

    FIFO = "fifo"
    LIFO = "lifo"
    HAIRCUT = "haircut"
    POISON = "poison"
    LIBR = "libr"
    TAINT_FIRST = "taint-first"
    ALL = "all"


LoanArgument = Annotated[str, typer.Argument(help="The loan or line, as core banking names it.")]
MethodOption = Annotated[
    MethodName, typer.Option("--method", help="How to count; `all` shows all ledgers, and the ways under fifo.")
]
FromOption = Annotated[
    Path | None,
    typer.Option(
        "--from", help="Read events.jsonl, and answers.jsonl if there, in this folder (or one file); else Kafka."
    ),
]
SvgOption = Annotated[Path | None, typer.Option("--svg", help="Write the ways as a picture.")]
MostOption = Annotated[int, typer.Option("--most", min=1, max=200, help="Show at most so many ways.")]


def loan(
    context: typer.Context,
    loan_id: LoanArgument,
    method: MethodOption = MethodName.FIFO,
    folder: FromOption = None,
    svg: SvgOption = None,
    most: MostOption = 10,
) -> None:
    """Follow one loan's money: what became of it, by which ways, and which payments prove it."""
    from monitor.cli import loan_view  # noqa: PLC0415 - keeps --help quick

    story = _story(context, loan_id, method, folder)
    if svg is not None:
        _write(svg, loan_view.picture(story, most))
    console = Console()
    if not console.is_terminal:
        console = Console(width=max(console.width, _WIDTH_IN_A_PIPE))
    for part in loan_view.parts(story, most):
        console.print(part, soft_wrap=isinstance(part, Text) and not console.is_terminal)
    if svg is not None:
        typer.echo(f"picture in {svg}")


def _story(context: typer.Context, loan_id: str, method: MethodName, folder: Path | None) -> "Story":
    from monitor.trail.methods import METHODS  # noqa: PLC0415 - keeps --help quick
    from monitor.trail.story import UnknownLoanError, tell  # noqa: PLC0415

    methods = list(METHODS.values()) if method is MethodName.ALL else [METHODS[method.value]]
    connect: Connect = context.obj["history"] if folder is None else lambda: _of_files(folder)
    with connect() as records:
        try:
            story = tell(records, loan_id, methods)
        except UnknownLoanError as error:
            some = ", ".join(error.drawn[:_MOST_NAMED]) + (", among others" if len(error.drawn) > _MOST_NAMED else "")
            hint = f"Money was drawn on {some}" if some else "Nothing was drawn on any"
            raise UserError(f"no message names loan {loan_id}", hint) from error
    if not story.history.loans[loan_id].draws:
        raise UserError(f"nothing was drawn on loan {loan_id} yet", "There is no money to follow")
    return story


@contextmanager
def _of_files(path: Path) -> "Iterator[Iterable[Record]]":
    from monitor.trail.files import read_records  # noqa: PLC0415 - keeps --help quick

    if not path.exists():
        raise UserError(f"{path} is not there", "Name a file or a folder that is; `monitor simulate --out` makes one")
    try:
        yield read_records(path)
    except OSError as error:
        raise UserError(f"cannot read {error.filename}: {error.strerror}", "Name a folder with events.jsonl") from error
    except msgspec.DecodeError as error:
        raise UserError(str(error), "Each line is a message as `monitor simulate --out` writes it") from error


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}", "Name a file that is yours to write") from error
