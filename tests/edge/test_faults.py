"""Fault points: named, counted, off unless set."""

import subprocess
import sys

import pytest

from monitor.edge.faults import POINTS, Faults, parse


@pytest.mark.parametrize(
    ("spec", "expected"),
    [("", (None, 0)), ("in_replay", ("in_replay", 1)), ("after_claim@3", ("after_claim", 3))],
)
def test_a_fault_is_a_point_and_a_pass(spec: str, expected: tuple[str | None, int]) -> None:
    assert parse(spec) == expected


@pytest.mark.parametrize("spec", ["nowhere", "nowhere@2", "in_replay@0", "in_replay@-1", "in_replay@x"])
def test_a_fault_nobody_could_reach_is_an_error(spec: str) -> None:
    with pytest.raises(ValueError, match="fault"):
        Faults(spec)


def test_without_a_fault_every_point_is_passed() -> None:
    faults = Faults()
    for point in POINTS:
        faults.reach(point)
    assert faults.point is None


def test_the_process_dies_at_the_asked_pass_and_not_before() -> None:
    program = (
        "from monitor.edge.faults import Faults\n"
        "faults = Faults('after_claim@2')\n"
        "for number in range(3):\n"
        "    print(number, flush=True)\n"
        "    faults.reach('in_replay')\n"
        "    faults.reach('after_claim')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["0", "1"]
    assert done.returncode == -9
