"""`monitor simulate`: a bank's messages into files or into Kafka, with the truth beside them."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from monitor.errors import UserError
from monitor.simulator import files, narration
from monitor.simulator.bank import Bank, Plan
from monitor.simulator.calendar import DAY, SECOND, midnight
from monitor.simulator.casting import Shares
from monitor.simulator.faults import disturb
from monitor.simulator.kernel import Delivery
from monitor.simulator.listening import Listening
from monitor.simulator.live import Clock, LiveBank, Send, Show
from monitor.simulator.live_plan import MOST_DAYS, live_plan
from monitor.simulator.stories.catalogue import STORIES
from monitor.simulator.truth import CODES, DEALT, GRADES
from topics.fields import Request

if TYPE_CHECKING:
    from monitor.simulator.stories.story import Step

Connect = Callable[[Listening | None], AbstractContextManager[Send]]
"""Opens the way to Kafka; what it yields sends a record, and while it is open the listener hears the answers."""

T = TypeVar("T", bound=str)

WALL_CLOCK = Clock(now=lambda: time.time_ns() // 1_000_000, sleep=time.sleep)
CATCH_UP_S = 120.0
_LAST_ASKED = 200
_EVERY = 500

SeedOption = Annotated[int, typer.Option(help="Same seed, same bytes (in files).")]
CustomersOption = Annotated[int, typer.Option(min=0, help="Customers.")]
DaysOption = Annotated[int, typer.Option(min=0, help=f"Days; with --kafka days of past, at most {MOST_DAYS}.")]
RateOption = Annotated[float, typer.Option(min=0, help="With --kafka: messages a second of the live part.")]
SecondsOption = Annotated[float, typer.Option(min=0, help="With --kafka: how long the live part lasts.")]
ShareOption = Annotated[
    float, typer.Option(min=0, max=0.5, help="Share of customers in an episode; as many innocents.")
]
OutOption = Annotated[Path | None, typer.Option(help="Folder for events.jsonl, truth.jsonl, story.jsonl.")]
KafkaOption = Annotated[bool, typer.Option("--kafka", help="Send to Kafka; with --out the truth goes there.")]
ObeyOption = Annotated[bool, typer.Option("--obey", help="With --kafka: do what the monitor decides.")]
CodeOption = Annotated[
    list[str] | None, typer.Option(help=f"Plant only cases of this code; repeatable: {', '.join(CODES)}; AN01 only so.")
]
GradeOption = Annotated[
    list[str] | None, typer.Option(help=f"Plant only cases of this grade; repeatable: {', '.join(GRADES)}.")
]
FaultsOption = Annotated[
    bool, typer.Option("--faults", help="In files: some messages late, some twice, customers' order mixed.")
]
CaseOption = Annotated[list[str] | None, typer.Option(help=f"Add a story: {', '.join(STORIES)}, or all.")]


def simulate(
    context: typer.Context,
    seed: SeedOption = 1,
    customers: CustomersOption = 1000,
    days: DaysOption = 30,
    rate: RateOption = 50,
    seconds: SecondsOption = 120,
    share: ShareOption = 0.01,
    out: OutOption = None,
    kafka: KafkaOption = False,
    obey: ObeyOption = False,
    case: CaseOption = None,
    code: CodeOption = None,
    grade: GradeOption = None,
    faults: FaultsOption = False,
) -> None:
    """Simulate a bank: people, shops and loans, some fraud and cash-out, and innocents who look like it."""
    cases = _cases(case or [])
    codes, grades = _some("code", code, CODES) or DEALT, _some("grade", grade, GRADES) or GRADES
    shares = Shares(episodes=share, look_alikes=share, codes=codes, grades=grades)
    if kafka and faults:
        raise UserError("Kafka makes its own faults", "Use --faults together with --out alone")
    if kafka:
        plan = live_plan(
            seed=seed, customers=customers, days=_days_of_past(days), now=WALL_CLOCK.now(), shares=shares, cases=cases
        )
        _to_kafka(context.obj["bank"], plan, Show(rate, seconds), out, obey=obey)
    elif out is None:
        raise UserError("nowhere to write to", "Give --out FOLDER for files, or --kafka")
    elif obey:
        raise UserError("nobody answers in a file", "Use --obey together with --kafka")
    elif live := [f"--{name}" for name in ("rate", "seconds") if _given(context, name)]:
        raise UserError("a file is written at once, whatever the rate", f"Use {' and '.join(live)} with --kafka")
    else:
        _to_files(Plan(seed=seed, customers=customers, days=days, shares=shares, cases=cases), out, faults=faults)


def _given(context: typer.Context, option: str) -> bool:
    source = context.get_parameter_source(option)
    return source is not None and source.name == "COMMANDLINE"


def _cases(names: list[str]) -> tuple[str, ...]:
    if "all" in names:
        return tuple(STORIES)
    for name in names:
        if name not in STORIES:
            raise UserError(f"there is no story {name!r}", f"Use --case with one of {', '.join(STORIES)}, or all")
    return tuple(dict.fromkeys(names))


def _some(what: str, names: list[str] | None, known: tuple[T, ...]) -> tuple[T, ...]:
    """Return the known ones that were named."""
    if unknown := next((name for name in names or () if name not in known), None):
        raise UserError(f"there is no {what} {unknown!r}", f"Use --{what} with one of {', '.join(known)}")
    return tuple(one for one in known if one in (names or ()))


def _days_of_past(days: int) -> int:
    if days > MOST_DAYS:
        raise UserError(f"{days} days lie too far back", f"With --kafka use --days {MOST_DAYS} or less")
    return days


def _to_files(plan: Plan, out: Path, *, faults: bool) -> None:
    bank = Bank(plan)
    start, end = midnight(plan.start), midnight(plan.start) + plan.days * DAY
    try:
        _tell(bank, out, Console(stderr=True))
        with _bar("Simulating", start, end) as advance:
            stream = disturb(bank.stream(), plan.seed) if faults else bank.stream()
            count = sum(1 for delivery in files.write_events(out, stream) if advance(delivery.append_time))
        files.write_truth(out, bank.truth)
    except OSError as error:
        raise UserError(f"cannot write to {out}: {error.strerror}", "Name a folder that is yours to write") from error
    typer.echo(f"{count} messages, {len(bank.truth)} cases in {out}")


def _to_kafka(connect: Connect, plan: Plan, show: Show, out: Path | None, *, obey: bool) -> None:
    bank, listening = Bank(plan), Listening(WALL_CLOCK.now) if obey else None
    _tell(bank, out, Console(stderr=True))
    with connect(listening) as send:
        live = LiveBank(bank, send, WALL_CLOCK, listening)
        asked = deque[str](maxlen=_LAST_ASKED)
        past = _noting_requests(live.past(), asked)
        sent = _follow("Past", past, midnight(plan.start), WALL_CLOCK.now())
        _let_catch_up(listening, asked)
        now = WALL_CLOCK.now()
        sent += _follow("Present", live.present(show), now, now + int(show.seconds * SECOND))
    if out is not None:
        files.write_truth(out, bank.truth)
    typer.echo(f"{sent} messages sent, {len(bank.truth)} cases begun")


def _noting_requests(deliveries: Iterator[Delivery], asked: deque[str]) -> Iterator[Delivery]:
    for delivery in deliveries:
        if isinstance(delivery.message, Request):
            asked.append(delivery.message.event_id)
        yield delivery


def _let_catch_up(listening: Listening | None, asked: deque[str]) -> None:
    """Wait for the answers to the past: while the monitor is behind, it can stop nothing."""
    if listening is not None and not listening.caught_up(asked, CATCH_UP_S):
        raise UserError(
            f"the monitor has not answered within {CATCH_UP_S:.0f} s", "Start `monitor worker`, or leave out --obey"
        )


def _tell(bank: Bank, out: Path | None, console: Console) -> None:
    """Let the stories be heard on the terminal, and in the folder."""
    listeners: list[Callable[[Step], None]] = [
        lambda step: console.print(f"[{step.case}] {step.text}", markup=False, highlight=False)
    ]
    if out is not None and bank.stories:
        listeners.append(narration.writer(out))
    for story in bank.stories:
        story.listeners.extend(listeners)


def _follow(title: str, deliveries: Iterator[Delivery], start: int, end: int) -> int:
    with _bar(title, start, end) as advance:
        return sum(1 for delivery in deliveries if advance(delivery.append_time))


@contextmanager
def _bar(title: str, start: int, end: int) -> Iterator[Callable[[int], bool]]:
    """Draw a bar over the bank's time, from `start` to `end`, ms; what is yielded moves it and is always true."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=max(1, end - start))
        steps = 0

        def advance(now: int) -> bool:
            nonlocal steps
            steps += 1
            if steps % _EVERY == 0:
                progress.update(task, completed=min(now, end) - start)
            return True

        yield advance
