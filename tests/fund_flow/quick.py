"""The offline tracer's tests that take next to no time, as one call: what tries many mutants needs."""

from tests.fund_flow import test_offline_cases, test_offline_soundness, test_offline_vectors


def check() -> None:
    """Raise AssertionError where the offline tracer is wrong."""
    for vector in test_offline_vectors.VECTORS:
        test_offline_vectors.test_golden_history_comes_out_as_worked_by_hand(vector)
    for name, case in sorted(vars(test_offline_cases).items()):
        if name.startswith("test_"):
            case()
    test_offline_soundness.test_the_intervals_are_as_tight_as_they_were()
