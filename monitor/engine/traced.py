"""Loan money in one payment, as rules read it and as decisions write it down."""

from typing import NamedTuple

from rules.fact_values import Flow

CLEAN_FLOW = Flow(0, 0, 0)


class Traced(NamedTuple):
    """`flow` over all draws; `own` and `foreign`: of the customer's draws and of other people's.

    `per_draw`: draw -> [certain, possible, point], minor units.
    """

    flow: Flow = CLEAN_FLOW
    per_draw: dict[str, list[int]] = {}  # noqa: RUF012 - never changed
    own: Flow = CLEAN_FLOW
    foreign: Flow = CLEAN_FLOW


CLEAN = Traced()
