"""Alerts for the desk: episodes, one per rule family and subject, never one per event."""

from hashlib import blake2b
from typing import NamedTuple

from monitor.engine.context import Context
from monitor.engine.customer import MAX_EPISODES, Customer, Episode
from monitor.engine.decision.kept import ACTIONS, kept_reason, reason
from monitor.engine.decision.verdict import Hit
from monitor.engine.payment import Payment
from monitor.engine.state.packing import capped
from topics import names
from topics.answers import Alert, AlertStatus
from topics.instants import instant

GAP = 24 * 3_600_000
COOL_DOWN = 7 * GAP  # after FP_EXPLAINED for the same subject
_SEPARATOR = "|"


class About(NamedTuple):
    """The payment an alert is about. `time`: event time of what raised it, ms. `path`: the money's way in words."""

    event_id: str
    payment_id: str
    currency: str
    time: int
    path: list[str]


def about(payment: Payment, path: list[str]) -> About:
    """Say which payment a decision's alert is about."""
    message = payment.message
    return About(message.event_id, message.payment_id, message.currency, payment.time, path)


def raise_alert(ctx: Context, customer: Customer, hit: Hit, payment: About) -> None:
    """Count the hit into its episode; publish when it is new, worse, or twice the amount last told."""
    subject = hit.finding.subject or customer.customer_id
    episode = _episode(ctx, customer, hit, payment, f"{hit.rule.family.value}{_SEPARATOR}{subject}")
    if payment.time < episode.cool_until:
        ctx.count("alerts_cooled", hit.rule.code)
    elif _worse(episode, hit):
        status: AlertStatus = "UPDATED" if episode.raised_action else "OPEN"
        episode.raised_amount, episode.raised_action = episode.amount, int(hit.action)
        episode.severity = hit.rule.severity
        ctx.count("alerts", hit.rule.code, status)
        ctx.send(names.ALERTS, customer.customer_id, _alert(ctx, customer, hit, payment, episode, subject, status))


def _episode(ctx: Context, customer: Customer, hit: Hit, payment: About, key: str) -> Episode:
    """The episode the hit belongs to, with the hit counted in."""
    old = customer.episodes.get(key)
    if old is None or payment.time - old.last >= GAP:
        _make_room(ctx, customer, key)
        old = customer.episodes[key] = _open(customer.customer_id, hit, payment, key, old.cool_until if old else 0)
    old.last, old.events = max(old.last, payment.time), old.events + 1
    amount = hit.finding.amount
    old.amount = capped(max(old.amount, amount) if hit.finding.total else old.amount + amount)
    return old


def _open(customer_id: str, hit: Hit, payment: About, key: str, cool_until: int) -> Episode:
    identity = f"{customer_id}{_SEPARATOR}{key}{_SEPARATOR}{payment.event_id}"
    return Episode(
        alert_id=blake2b(identity.encode(), digest_size=12).hexdigest(),
        code=hit.rule.code,
        first=payment.time,
        last=payment.time,
        severity=hit.rule.severity,
        event_id=payment.event_id,
        cool_until=cool_until,
    )


def _worse(episode: Episode, hit: Hit) -> bool:
    """Whether there is more to tell than was told; of a new episode nothing was."""
    return (
        hit.action > episode.raised_action
        or hit.rule.severity > episode.severity
        or episode.amount >= 2 * max(1, episode.raised_amount)
    )


def _make_room(ctx: Context, customer: Customer, key: str) -> None:
    """Bounded: the episode silent longest is forgotten; its next event opens a new one, which only tells more."""
    if key not in customer.episodes and len(customer.episodes) >= MAX_EPISODES:
        oldest = min(customer.episodes, key=lambda k: (customer.episodes[k].last, k))
        del customer.episodes[oldest]
        ctx.count("evicted", "episode")


def find(customer: Customer, alert_id: str) -> Episode | None:
    """The episode of an alert, while it is remembered."""
    return next((e for e in customer.episodes.values() if e.alert_id == alert_id), None)


def expire(customer: Customer, now: int) -> None:
    """Forget episodes that can neither go on nor cool down any more."""
    stale = [k for k, e in customer.episodes.items() if e.last + GAP <= now and e.cool_until <= now]
    for key in stale:
        del customer.episodes[key]


def _alert(
    ctx: Context, customer: Customer, hit: Hit, payment: About, episode: Episode, subject: str, status: AlertStatus
) -> Alert:
    return Alert(
        schema_version=1,
        alert_id=episode.alert_id,
        customer_id=customer.customer_id,
        family=hit.rule.family.value,
        subject=subject,
        status=status,
        action=ACTIONS[hit.action],
        severity=hit.rule.severity,
        rank=rank(hit.rule.severity, episode.amount),
        amount=episode.amount,
        currency=payment.currency,
        events=episode.events,
        first_event_time=instant(episode.first),
        last_event_time=instant(episode.last),
        event_id=payment.event_id,
        payment_id=payment.payment_id,
        reasons=[reason(kept_reason(hit), ctx.catalogue)],
        path=payment.path,
        batch_clock=instant(ctx.clock),
    )


def rank(severity: int, amount: int) -> float:
    """Expected weight for the desk: severity times the amount at stake, in thousands of major units."""
    return round(severity * amount / 100_000, 3)
