"""How a loan's story looks in a terminal: head, ledger, ways in words, ways as a tree."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from monitor.trail.followed import Followed
from monitor.trail.methods import Method
from monitor.trail.movements import ON_THE_WAY, UNSPENT, WITH_OTHERS
from monitor.trail.paths import PLACES, Way
from monitor.trail.picture import draw
from monitor.trail.proceeds import Interval, Proceeds
from monitor.trail.story import Story
from monitor.trail.svg import svg
from monitor.trail.words import MEANINGS, Speaker, instant, plain, share

_FIRST = (UNSPENT, WITH_OTHERS, ON_THE_WAY)


def parts(story: Story, most: int) -> Iterator[RenderableType]:
    """Everything that is printed, from the top."""
    first = story.followed[0]
    speaker = Speaker(first.currency, story.names)
    yield _head(story, speaker)
    yield _ledger(story)
    for line in _beneath(story):
        yield Text(line, style="dim")
    yield ""
    yield Text(f"The ways, {_counted(first.method)}", style="bold italic")
    for number, way in enumerate(story.ways[:most], 1):
        yield _words(number, way, first, speaker)
    yield ""
    yield _tree(story.ways[:most], speaker)
    for line in _notes(story, speaker, most):
        yield Text(line, style="dim")


def picture(story: Story, most: int) -> str:
    """The ways as an SVG document."""
    first = story.followed[0]
    speaker = Speaker(first.currency, story.names)
    title = f"Loan {plain(first.loan)}: {speaker.money(first.principal)} drawn"
    notes = [f"{_counted(first.method).capitalize()}.", *_notes(story, speaker, most)]
    return svg(draw(story.ways[:most], first), speaker, title, notes)


def _counted(method: Method) -> str:
    return f"counted by {method.name}: {method.meaning}"


def _head(story: Story, speaker: Speaker) -> Text:
    first, history = story.followed[0], story.history
    draws = f"{len(first.draws):,} draw{'s' * (len(first.draws) != 1)}"
    until = instant(story.until) if story.until else "-"
    return Text.assemble(
        (f"Loan {plain(first.loan)}", "bold"),
        f" of {plain(first.borrower)}: {speaker.money(first.principal)} in {draws}. ",
        f"Read {history.messages:,} messages up to {until}; ",
        f"the money can have reached {len(first.customers):,} accounts.",
    )


# -- the ledger ------------------------------------------------------------------------------------


def _ledger(story: Story) -> Table:
    proceeds, ledgers = story.proceeds, [followed.ledger for followed in story.followed]
    table = Table(title=f"Where it is, {story.followed[0].currency}", title_justify="left", box=None, pad_edge=False)
    table.add_column("bucket", no_wrap=True)
    table.add_column("meaning", overflow="fold")
    for name in (*(followed.method.name for followed in story.followed), *_interval_names(proceeds)):
        table.add_column(name, justify="right", no_wrap=True)
    for bucket in _buckets(ledgers, proceeds):
        amounts = [_figure(story, ledger.get(bucket, 0)) for ledger in ledgers]
        table.add_row(bucket, MEANINGS.get(bucket, ""), *amounts, *_interval(story, bucket))
    sums = [_sum(story, followed) for followed in story.followed]
    table.add_row("in all", "", *sums, *[""] * len(_interval_names(proceeds)), style="bold")
    return table


def _interval_names(proceeds: Proceeds | None) -> Sequence[str]:
    return ("certain", "possible", "point") if proceeds else ()


def _buckets(ledgers: Sequence[dict[str, int]], proceeds: Proceeds | None) -> list[str]:
    """Those that hold money by any count: what is still here first, then by name."""
    found = {bucket for ledger in ledgers for bucket in ledger}
    found |= {bucket for bucket, amounts in proceeds.buckets.items() if amounts.possible} if proceeds else set()
    return [*(bucket for bucket in _FIRST if bucket in found), *sorted(found.difference(_FIRST))]


def _figure(story: Story, units: int) -> str:
    currency = story.followed[0].currency
    return Speaker(currency, {}).money(units).removeprefix(f"{currency} ") if units else "-"


def _sum(story: Story, followed: Followed) -> str:
    return _figure(story, sum(followed.ledger.values())) + ("" if followed.method.conserves else " *")


def _interval(story: Story, bucket: str) -> list[str]:
    if story.proceeds is None:
        return []
    found = story.proceeds.buckets.get(bucket, Interval(0, 0, 0))
    return [_figure(story, units) for units in (found.certain, found.possible, found.point)]


def _beneath(story: Story) -> Iterator[str]:
    """What a reader of the ledger must know."""
    if any(not followed.method.conserves for followed in story.followed):
        yield "* poison is for looking only: it counts money more than once."
    if story.proceeds is None:
        yield "The monitor's own record (certain, possible, point) of this loan is not among the messages."
    else:
        when = instant(story.proceeds.batch_clock)
        yield f"certain, possible, point: the monitor's own record of {when}; its WITH_OTHERS has what is ON_THE_WAY."


# -- the ways --------------------------------------------------------------------------------------


def _words(number: int, way: Way, followed: Followed, speaker: Speaker) -> Text:
    part = f" ({share(way.amount, followed.principal)} of the loan)" if followed.method.conserves else ""
    text = Text.assemble(
        (f"{number}. {speaker.money(way.amount)}", "bold"), f"{part}: {speaker.end(way.end, len(way.payees))}"
    )
    for line in speaker.way(way):
        text.append(f"\n     {line}")
    return text


def _tree(ways: Sequence[Way], speaker: Speaker) -> Tree:
    """The same as a tree: each account under the one that paid it. A way that comes home ends in an account above."""
    root = Tree("the draw" if len(ways) else "nothing")
    _branches(root, ways, 0, speaker)
    return root


def _branches(tree: Tree, ways: Sequence[Way], depth: int, speaker: Speaker) -> None:
    groups: dict[str, list[Way]] = {}
    for way in ways:
        if depth < len(way.accounts):
            groups.setdefault(way.accounts[depth], []).append(way)
        else:
            tree.add(_leaf(way, speaker))
    for account, group in groups.items():
        again = " (again)" if account in group[0].accounts[:depth] else ""
        amount = speaker.money(sum(way.amount for way in group))
        _branches(tree.add(escape(f"{amount} {speaker.account(account)}{again}")), group, depth + 1, speaker)


def _leaf(way: Way, speaker: Speaker) -> str:
    where = "still there" if way.end.bucket in PLACES else speaker.end(way.end, len(way.payees))
    return escape(f"{speaker.money(way.amount)} {where}")


def _notes(story: Story, speaker: Speaker, most: int) -> Iterator[str]:
    """What a reader should know before resting on it."""
    left_out = speaker.left_out(min(most, len(story.ways)), story.ways, story.followed[0].principal)
    if left_out:
        yield f"{left_out}. More with --most."
    refused = story.history.refused
    if refused:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(refused.items()))
        yield f"Not counted, as the monitor refuses them, too: {refused.total():,} messages ({reasons})."
