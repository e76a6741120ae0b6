"""Where the points of each draw are when nothing is in flight: in some account, or in a bucket; nowhere else.

What is with others is published as the principal less everything else, so it says nothing by itself. Here the accounts
of everybody are looked into instead.
"""

from collections.abc import Iterator

from tests.fund_flow.findings import Findings
from tests.fund_flow.offline_tracer import OfflineTracer


def unaccounted(stream: Findings, tracer: OfflineTracer) -> list[str]:
    """In words: draws not all in accounts and buckets, loans of which the stream sees another amount in accounts."""
    return [*_draws(tracer), *_loans(stream, tracer)]


def held(tracer: OfflineTracer, draw: str) -> int:
    """Units of a draw in all accounts of the bank, the borrower's and everybody else's."""
    return sum(purse.points.of(draw) for purse in tracer.purses.values())


def _draws(tracer: OfflineTracer) -> Iterator[str]:
    for name, draw in sorted(tracer.draws.items()):
        found = held(tracer, name) + sum(figure.point for figure in draw.buckets.values())
        if found != draw.principal:
            yield f"draw {name}: {found} in accounts and buckets, {draw.principal} drawn"


def _loans(stream: Findings, tracer: OfflineTracer) -> Iterator[str]:
    in_accounts: dict[str, int] = {}
    for name, draw in tracer.draws.items():
        in_accounts[draw.loan] = in_accounts.get(draw.loan, 0) + held(tracer, name)
    for loan, use in sorted(stream.uses.items()):
        if use.held.point != in_accounts.get(loan):
            yield f"loan {loan}: {use.held.point} said to be in accounts, {in_accounts.get(loan)} found there"
