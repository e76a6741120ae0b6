"""Use of proceeds as it is published, loan by loan, out of an offline tracer's books."""

from tests.fund_flow.figures import LOAN_CURRENCY, Figure
from tests.fund_flow.findings import Use, total
from tests.fund_flow.offline_tracer import OfflineTracer
from tests.fund_flow.outcome import Draw


def loan_ledgers(tracer: OfflineTracer) -> dict[str, Use]:
    """Loan -> what became of its draws together. What is neither at home nor in a bucket is with others."""
    loans: dict[str, list[Draw]] = {}
    for _, draw in sorted(tracer.draws.items()):
        loans.setdefault(draw.loan, []).append(draw)
    return {loan: _ledger(tracer, draws) for loan, draws in sorted(loans.items())}


def _ledger(tracer: OfflineTracer, draws: list[Draw]) -> Use:
    buckets = sorted({bucket for draw in draws for bucket in draw.buckets})
    homes = {draw.draw: _at_home(tracer, draw) for draw in draws}
    principal = sum(draw.principal for draw in draws)
    return Use(
        draws=tuple(draw.draw for draw in draws),
        principal=principal,
        buckets={
            name: _at_most(principal, total(draw.buckets[name] for draw in draws if name in draw.buckets))
            for name in buckets
        },
        at_home=total(homes.values()),
        ended=frozenset(draw.draw for draw in draws if draw.ended),
        held=total([*homes.values(), *(_with_others(draw, homes[draw.draw]) for draw in draws)]),
    )


def _at_most(principal: int, figure: Figure) -> Figure:
    """What ended in one place ended there once: it cannot be more than was drawn."""
    return figure._replace(possible=min(figure.possible, principal))


def _at_home(tracer: OfflineTracer, draw: Draw) -> Figure:
    """In the borrower's own accounts: no more than was drawn."""
    figures = [
        purse.figures()[draw.draw]
        for account, purse in sorted(tracer.purses.items())
        if tracer.book.openings[account].customer == draw.customer
        and draw.draw in purse.sources
        and purse.currency == LOAN_CURRENCY
    ]
    held = total(figures)
    return Figure(held.certain, min(held.possible, draw.principal), held.point)


def _with_others(draw: Draw, home: Figure) -> Figure:
    """Everything else, by what is surely and possibly somewhere (tracing.md §8)."""
    booked = total(draw.buckets.values())
    return Figure(
        max(0, draw.principal - home.possible - booked.possible),
        max(0, draw.principal - home.certain - booked.certain),
        draw.principal - home.point - booked.point,
    )
