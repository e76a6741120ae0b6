"""The tracer's tests that take next to no time, as one call: what tries many mutants needs."""

from tests.mutation.in_place import calls
from tests.tracing import test_book, test_bounds, test_ends, test_order, test_soundness, test_told, test_vectors


def check() -> None:
    """Raise AssertionError where the tracer is wrong."""
    for vector in test_vectors.VECTORS:
        test_vectors.test_golden_history_comes_out_as_worked_by_hand(vector)
    for tests in (test_book, test_bounds, test_ends, test_told):
        for test in calls(tests):
            test()
    test_soundness.test_the_intervals_are_as_tight_as_they_were()
    for number in range(4):
        test_order.test_a_ledger_restored_at_any_moment_goes_on_identically(number)
        test_order.test_postings_out_of_order_within_the_buffer_end_in_the_same_ledger(number)
