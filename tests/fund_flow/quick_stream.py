"""A few histories told to the streaming engine, as one call: what tries a mutant of the engine needs."""

from tests.fund_flow.stream_check import wrong


def check() -> None:
    """Raise AssertionError where the engine is wrong."""
    for number in range(12):
        assert not wrong(f"quick-{number}")
