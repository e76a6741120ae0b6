"""The numbers a model looks at: about one event and its customer's own history, each scaled to 0..1.

What is not known takes its feature's typical value, so a missing fact neither alarms nor crashes.
Only sums, products and quotients are used: they give the same bits on every machine.
"""

from collections.abc import Callable
from typing import NamedTuple

from msgspec import Struct

Features = tuple[float, ...]

SECOND = 1_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR
CHINA = 8 * HOUR  # one time zone, no summer time
DAY_BEGINS = 6 * HOUR  # so that the hours before dawn lie together at the upper end
ORDINARY_PAYMENT = 200_000  # minor units


class Observation(Struct, frozen=True, kw_only=True, gc=False):
    """What is known when an event is judged; None is not known. Money in minor units, time in milliseconds.

    Counts and sums are the customer's outgoing payments in the window, this one included. Means and the 95th
    percentile do not include it. Ages are counted back from the event; an age None means it never happened.
    """

    event_time: int | None = None
    amount: int | None = None
    amount_mean: int | None = None
    amount_p95: int | None = None
    count_5_min: int | None = None
    count_1_h: int | None = None
    count_24_h: int | None = None
    sum_24_h: int | None = None
    sum_daily_mean: int | None = None
    first_time_payee: bool | None = None
    new_payees_24_h: int | None = None
    device_age: int | None = None
    credential_reset_age: int | None = None
    since_last_event: int | None = None
    draw_age: int | None = None
    draw_amount: int | None = None
    balance_before: int | None = None


class Feature(NamedTuple):
    """A named number. `of` gives None where the observation does not tell."""

    name: str
    typical: float
    meaning: str
    of: Callable[[Observation], float | None]


def extract(observation: Observation) -> Features:
    """Compute all features in the order of `NAMES`, each within 0..1."""
    return tuple(
        [
            typical if (value := of(observation)) is None else 0.0 if value < 0.0 else min(value, 1.0)
            for typical, of in _TAKEN
        ]
    )


def _ratio(part: int | None, whole: int | None) -> float | None:
    """Half when equal, towards 1 as the part outgrows the whole."""
    if part is None or whole is None or whole <= 0:
        return None
    return part / (part + whole) if part > 0 else 0.0


def _share(part: int | None, whole: int | None) -> float | None:
    return None if part is None or whole is None or whole <= 0 else part / whole


def _fresh(age: int | None, span: int) -> float:
    """1 just now, 0 after `span` or when it never happened."""
    return 0.0 if age is None else 1.0 - age / span


def _hour(event_time: int | None) -> float | None:
    return None if event_time is None else (event_time + CHINA - DAY_BEGINS) % DAY / DAY


def _flag(value: bool | None) -> float | None:
    return None if value is None else float(value)


FEATURES: tuple[Feature, ...] = (
    Feature("amount", 0.2, "size of the payment", lambda o: _ratio(o.amount, ORDINARY_PAYMENT)),
    Feature("amount_vs_mean", 0.4, "payment against the customer's mean", lambda o: _ratio(o.amount, o.amount_mean)),
    Feature("amount_vs_p95", 0.2, "payment against their 95th percentile", lambda o: _ratio(o.amount, o.amount_p95)),
    Feature("count_5_min", 0.25, "payments in 5 minutes", lambda o: _ratio(o.count_5_min, 3)),
    Feature("count_1_h", 0.2, "payments in an hour", lambda o: _ratio(o.count_1_h, 5)),
    Feature("count_24_h", 0.2, "payments in a day", lambda o: _ratio(o.count_24_h, 15)),
    Feature("sum_24_h", 0.5, "paid in a day against the daily mean", lambda o: _ratio(o.sum_24_h, o.sum_daily_mean)),
    Feature("hour", 0.4, "hour of the day in China, from 06:00", lambda o: _hour(o.event_time)),
    Feature("first_time_payee", 0.0, "payee never paid before", lambda o: _flag(o.first_time_payee)),
    Feature("new_payees_24_h", 0.0, "first-time payees in a day", lambda o: _ratio(o.new_payees_24_h, 2)),
    Feature("new_device", 0.0, "device first seen within 3 days", lambda o: _fresh(o.device_age, 3 * DAY)),
    Feature(
        "credential_reset",
        0.0,
        "password, phone or SIM replaced within 3 days",
        lambda o: _fresh(o.credential_reset_age, 3 * DAY),
    ),
    Feature("since_last_event", 0.5, "time since the last event", lambda o: _ratio(o.since_last_event, 6 * HOUR)),
    Feature("fresh_draw", 0.0, "loan drawn within 7 days", lambda o: _fresh(o.draw_age, 7 * DAY)),
    Feature("share_of_draw", 0.0, "payment as a share of that draw", lambda o: _share(o.amount, o.draw_amount)),
    Feature("share_of_balance", 0.1, "payment as a share of the balance", lambda o: _share(o.amount, o.balance_before)),
)

NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES)
TYPICAL: Features = tuple(feature.typical for feature in FEATURES)
_TAKEN = tuple((feature.typical, feature.of) for feature in FEATURES)
