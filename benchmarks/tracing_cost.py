"""Microseconds of processor a movement costs the tracer: without loan money, and with three draws in the account."""

from collections.abc import Iterator
from time import process_time

from benchmarks.table import Row, ratio_row
from monitor.engine.tracing.ledger import Ledger
from monitor.engine.tracing.movements import Kind, Movement

_COUNT = 20_000
_DAY = 86_400_000
_UNTRACED, _TRACED = "movement, untraced account", "movement, account with three draws"


def measure() -> list[Row]:
    """Post the same movements to both accounts."""
    untraced = _cost([])
    traced = _cost([f"draw-{number}" for number in range(3)])
    return [Row(_UNTRACED, untraced, "µs"), ratio_row(_TRACED, traced, "µs", untraced, _UNTRACED)]


def _cost(draws: list[str]) -> float:
    ledger = Ledger()
    ledger.open_account("a", balance=0, seq=0)
    movements = list(_movements(draws))
    head = len(draws) + 1
    for movement in movements[:head]:
        ledger.post(movement, 0)
    begun = process_time()
    for movement in movements[head:]:
        ledger.post(movement, 0)
    return (process_time() - begun) / (len(movements) - head) * 1e6


def _movements(draws: list[str]) -> Iterator[Movement]:
    """Own money, the draws, then small payments and as much income: what is traced stays traced."""
    balance = 1_000_000_00
    yield Movement("own", "a", 1, balance, balance, True, Kind.INFLOW)
    for seq, draw in enumerate(draws, 2):
        balance += 50_000_00
        yield Movement(draw, "a", seq, balance, 50_000_00, True, Kind.DRAW, draw_id=draw, loan_id="l")
    for number in range(_COUNT):
        credit = number % 2 == 1
        balance += 100_00 if credit else -100_00
        kind = Kind.INFLOW if credit else Kind.OUTFLOW
        yield Movement(f"p{number}", "a", len(draws) + 2 + number, balance, 100_00, credit, kind, "CONSUMPTION")
