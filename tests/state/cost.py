"""Microseconds an event and an encoding cost: `python -m tests.state.cost`. Not a test."""

from collections.abc import Callable, Iterable
from time import perf_counter

from tests.state.codec import encoded, reborn
from tests.state.profiles import Event, Memories, hostile, ordinary


def measured(work: Callable[[Event], object], events: Iterable[Event]) -> float:
    """Microseconds an event."""
    listed = list(events)
    start = perf_counter()
    for event in listed:
        work(event)
    return (perf_counter() - start) / len(listed) * 1e6


def main() -> None:
    """Print the cost of both customers."""
    for name, events in (("ordinary", ordinary(days=2000)), ("hostile", hostile(20_000))):
        memories = Memories()
        taken = measured(memories.take, events)
        same = list(ordinary(days=300))
        written = measured(lambda _, m=memories: encoded(m), same)  # type: ignore[misc]
        both = measured(lambda _, m=memories: reborn(m), same)  # type: ignore[misc]
        print(f"{name}: event {taken:.1f} us, encode {written:.1f} us, decode {both - written:.1f} us")  # noqa: T201


if __name__ == "__main__":
    main()
