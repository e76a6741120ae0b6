"""One demonstration from set-up to summary."""

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.rule import Rule

from monitor.cli import connections
from monitor.demo import page, setting_up, summary
from monitor.demo.chronicle import Chronicle, Row
from monitor.demo.evidence import evidence
from monitor.demo.findings import Findings, findings
from monitor.demo.keeping import keep
from monitor.demo.performance import Performance
from monitor.demo.place import Place
from monitor.live.seen import Seen
from monitor.live.tail import Tail, tail
from monitor.live.view import LOOKED_AT, View
from monitor.simulator.bank import Bank
from monitor.simulator.bank import Plan as BankPlan
from monitor.simulator.casting import Shares
from monitor.simulator.live import Show
from monitor.simulator.live_plan import live_plan
from monitor.simulator.parties import Person
from monitor.simulator.stories.catalogue import STORIES
from monitor.simulator.stories.story import Step
from rules import catalogue
from topics import names
from topics.answers import Alert, Block, Decision

_LOOK_S = 0.1
_AFTERWARDS_S = 3.0
_PACE = 1 / 25_000  # of life, for each second of the live part: stories that the bank stops end within it
_CASES_IN_THE_CROWD = 0.02


@dataclass(frozen=True, slots=True)
class Plan:
    """What is played: a past of `days` of `customers`, then `seconds` live with `rate` messages a second around."""

    seed: int
    customers: int
    days: int
    rate: float
    seconds: float


@dataclass(slots=True)
class Run:
    """A run under way."""

    plan: Plan
    place: Place
    console: Console
    performance: Performance
    chronicle: Chronicle
    view: View
    records: list[Seen] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    live_since: int = 0

    @property
    def actors(self) -> set[str]:
        """Customers who play in a story."""
        return {actor.customer_id for story in self.performance.bank.stories for actor in story.actors}

    def look(self, opened: Tail, seconds: float) -> None:
        """Take in what arrives within `seconds`; raises UserError when a process or the bank has died."""
        seen = opened.read(seconds)
        self.place.check()
        if self.performance.error is not None:
            raise self.performance.error
        self.records += seen
        for record in seen:
            self.chronicle.see(record)
        self._hear(seen)

    def _hear(self, seen: list[Seen]) -> None:
        now = time.monotonic()
        for record in seen:
            for answer in self.view.take((record,), now):
                match answer:
                    case Decision():
                        self.chronicle.hear(answer, record.at)
                    case Alert():
                        self.chronicle.alerts.append(answer)
                    case Block():
                        self.chronicle.blocks[answer.block_id] = answer

    def rows(self) -> Iterator[Row]:
        """Yield what is ready to be shown."""
        now = time.monotonic()
        while not self.performance.steps.empty():
            step = self.performance.steps.get()
            self.steps.append(step)
            self.chronicle.tell(step, now)
        yield from self.chronicle.ready(now)
        yield from self._crowd()

    def _crowd(self) -> Iterator[Row]:
        """Yield whom else the monitor stopped or alerted on, and what the truth says of them."""
        for decision in self.chronicle.take_flagged():
            verdict = self.chronicle.verdict(decision.event_id)
            asked = self.chronicle.inputs.get(decision.event_id)
            told = decision.customer_id in self.actors
            if not told and verdict is not None and asked is not None and asked.at >= self.live_since:
                alerts = tuple(alert for alert in self.chronicle.alerts if alert.event_id == decision.event_id)
                yield Row(asked.at, "", self._who(decision.customer_id), (verdict,), alerts)

    def _who(self, customer: str) -> str:
        name = self.chronicle.names.get(customer, customer)
        for record in self.performance.bank.truth:
            if customer in record.people:
                planted = "a planted case" if record.kind == "episode" else "innocent, planted to look like a case"
                return f"{name}: {planted} of {record.code}."
        return f"{name}: an ordinary customer."


def run(plan: Plan, place: Place, console: Console) -> Findings:
    """Set up, play, sum up. Raises UserError when something dies or does not come up."""
    bank = Bank(_bank_plan(plan))
    performance = Performance(bank)
    chronicle = Chronicle(_names(bank))
    doing = _Doing(console)
    with doing("a real Kafka") as done:
        done(f"at {place.start_broker()}")
    settings = place.settings
    with doing("topics"):
        setting_up.create_topics(settings.kafka)
    with doing("a worker and the rule set that enforces") as done:
        setting_up.publish_rules(settings, place.start_worker, place.check)
        done(", ".join(f"{name} is process {pid}" for name, pid in place.processes.items()))
    console.print(
        f"         look on from elsewhere: {_program()} --bootstrap {settings.kafka.bootstrap} watch", highlight=False
    )
    everything = (*LOOKED_AT, names.REFERENCE, names.USE_OF_PROCEEDS)
    with (
        tail(settings.kafka, everything, everything) as opened,
        connections.bank(settings)(performance.listening) as send,
    ):
        performance.connect(send)
        this = Run(plan, place, console, performance, chronicle, View(time.monotonic()))
        with doing(f"{plan.days} days of {plan.customers} customers") as done:
            count = performance.past()
            setting_up.wait_for_the_past(settings.kafka, lambda seconds: this.look(opened, seconds))
            done(f"{count:,} messages, all decided")
        try:
            _play(this, opened)
        finally:
            performance.stop()
    found = findings(bank.truth, _story_ids(bank), chronicle, this.live_since, never_begun(bank))
    folder = place.home / f"seed-{plan.seed}"
    keep(folder, this.records, bank.truth, this.steps, chronicle, catalogue.packaged(setting_up.RULE_SET))
    _conclude(console, found, bank, folder)
    for part in evidence(this.records, bank.truth, chronicle, folder):
        console.print(part, highlight=False)
    return found


def _play(this: Run, opened: Tail) -> None:
    """Show the live part until the bank has ended and its last events are decided."""
    blocks = this.view.blocks
    this.view = View(time.monotonic())
    this.view.blocks = blocks
    this.live_since = this.performance.clock.now()
    status = page.Status(this.view, this.plan.seconds)
    status.began = time.monotonic()
    this.console.print(Rule("live"))
    this.performance.begin(Show(this.plan.rate, this.plan.seconds, _PACE * this.plan.seconds))
    with Live(status, console=this.console, auto_refresh=False, transient=True) as live:
        end = None
        while end is None or time.monotonic() < end:
            this.look(opened, _LOOK_S)
            status.now = time.monotonic()
            for row in this.rows():
                live.console.print(page.row(row, this.live_since, this.chronicle, this.console.width))
            live.refresh()
            if end is None and not this.performance.running:
                end = time.monotonic() + _AFTERWARDS_S
    for row in this.chronicle.rest():
        this.console.print(page.row(row, this.live_since, this.chronicle, this.console.width))


def _bank_plan(plan: Plan) -> BankPlan:
    shares = Shares(_CASES_IN_THE_CROWD, _CASES_IN_THE_CROWD)
    return live_plan(
        seed=plan.seed,
        customers=plan.customers,
        days=plan.days,
        now=time.time_ns() // 1_000_000,
        shares=shares,
        cases=tuple(STORIES),
    )


def _names(bank: Bank) -> dict[str, str]:
    """What the desk's own systems would know: who a customer is, and whose an account is."""
    found: dict[str, str] = {}
    for person in bank.customers:
        found[person.customer_id] = person.name
        found |= _accounts(person)
    return found


def _accounts(person: Person) -> dict[str, str]:
    kinds = (("", person.main), (", savings", person.savings), (", credit card", person.credit))
    return {account.account_id: f"{person.name}{kind}" for kind, account in kinds if account is not None}


def _story_ids(bank: Bank) -> list[str]:
    return [record.episode_id for story in bank.stories for record in story.truth]


def never_begun(bank: Bank) -> list[str]:
    """The episodes of the bank's stories that were not played, in words."""
    return [f"{code} of {story.case}, which never began" for story in bank.stories for code in story.not_begun]


def _conclude(console: Console, found: Findings, bank: Bank, folder: Path) -> None:
    console.print(Rule("summary"))
    for line in summary.summary(found, {story.case: story.title for story in bank.stories}):
        console.print(line)
    console.print("Where to look next", style="bold")
    code = found.stories[0].truth.code if found.stories else "FF01"
    for command in summary.where_next(folder, code, _program()):
        console.print(f"  {command}", markup=False, highlight=False, soft_wrap=True)


def _program() -> str:
    """How the monitor was called, so that what is printed can be typed."""
    called = Path(sys.argv[0])
    if called.name != "monitor":
        return "python -m monitor"
    found = shutil.which("monitor")
    return "monitor" if found and Path(found).resolve() == called.resolve() else str(called)


class _Doing:
    """Says what is being set up, and how long it took."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def __call__(self, what: str) -> Iterator[Callable[[str], None]]:
        began, note = time.monotonic(), list[str]()
        with self._console.status(f"{what} ..."):
            yield note.append
        self._console.print(f"{time.monotonic() - began:5.1f} s  {', '.join([what, *note])}", highlight=False)
