"""The clockwork keeps the order of time."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from monitor.simulator.calendar import instant
from monitor.simulator.kernel import Delivery, Kernel, Process
from topics.customers import CustomerProfile


def _delivery(at: int) -> Delivery:
    message = CustomerProfile(schema_version=1, event_id=f"e{at}", event_time=instant(at), customer_id="C")
    return Delivery(at, "customers", b"C", message)


def _drain(kernel: Kernel) -> Iterator[Delivery]:
    while kernel.next_time() is not None:
        delivery = kernel.advance()
        if delivery is not None:
            yield delivery


def test_a_step_runs_only_when_every_message_appended_before_it_was_handed_over() -> None:
    """So an answer can be asked for in the step."""
    kernel, handed, seen = Kernel(0), list[int](), list[list[int]]()

    def process() -> Process[None]:
        kernel.send(_delivery(7))
        yield 10
        seen.append(list(handed))

    kernel.spawn(process())
    while kernel.next_time() is not None:
        delivery = kernel.advance()
        if delivery is not None:
            handed.append(delivery.append_time)
    assert seen == [[7]]


@given(st.lists(st.tuples(st.integers(0, 50), st.lists(st.integers(0, 20), max_size=5)), max_size=8))
def test_messages_come_out_in_order_and_none_is_lost(processes: list[tuple[int, list[int]]]) -> None:
    """Whatever the processes wait."""
    kernel, sent = Kernel(0), list[int]()

    def process(waits: list[int]) -> Process[None]:
        for wait in waits:
            sent.append(kernel.now + wait % 7)
            kernel.send(_delivery(sent[-1]))
            yield wait

    for at, waits in processes:
        kernel.spawn(process(waits), at)
    assert [delivery.append_time for delivery in _drain(kernel)] == sorted(sent)
