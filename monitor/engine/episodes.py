"""Alerts for the desk: episodes, one per rule family and subject, never one per event."""

from hashlib import blake2b

from monitor.engine.context import Context
from monitor.engine.customer import MAX_EPISODES, Customer, Episode
from monitor.engine.kept import ACTIONS, KeptReason, reason
from monitor.engine.payment import Payment
from monitor.engine.verdict import Hit
from topics.answers import Alert, AlertStatus
from topics.instants import instant

GAP = 24 * 3_600_000
COOL_DOWN = 7 * GAP  # after FP_EXPLAINED for the same subject
_SEPARATOR = "|"


def raise_alert(ctx: Context, customer: Customer, payment: Payment, hit: Hit, path: list[str]) -> None:
    """Count the hit into its episode; publish when it is new, worse, or twice the amount last told."""
    subject = hit.finding.subject or customer.customer_id
    key = f"{hit.rule.family.value}{_SEPARATOR}{subject}"
    episode, status = _episode(ctx, customer, payment, hit, key)
    if payment.time < episode.cool_until:
        ctx.count("alerts_cooled", hit.rule.code)
        return
    if status == "OPEN" or _worse(episode, hit):
        episode.raised_amount, episode.raised_action = episode.amount, int(hit.action)
        episode.severity = hit.rule.severity
        _publish(ctx, customer, payment, hit, episode, subject, status, path)


def _episode(ctx: Context, customer: Customer, payment: Payment, hit: Hit, key: str) -> tuple[Episode, AlertStatus]:
    old = customer.episodes.get(key)
    if old is None or payment.time - old.last >= GAP:
        _make_room(ctx, customer, key)
        fresh = _open(customer.customer_id, payment, hit, key, old)
        customer.episodes[key] = fresh
        return fresh, "OPEN"
    old.last, old.events = max(old.last, payment.time), old.events + 1
    old.amount += hit.finding.amount
    return old, "UPDATED"


def _open(customer_id: str, payment: Payment, hit: Hit, key: str, old: Episode | None) -> Episode:
    event_id = payment.message.event_id
    return Episode(
        alert_id=blake2b(f"{customer_id}|{key}|{event_id}".encode(), digest_size=12).hexdigest(),
        code=hit.rule.code,
        first=payment.time,
        last=payment.time,
        events=1,
        amount=hit.finding.amount,
        raised_amount=0,
        raised_action=int(hit.action),
        severity=hit.rule.severity,
        event_id=event_id,
        cool_until=old.cool_until if old else 0,
    )


def _worse(episode: Episode, hit: Hit) -> bool:
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


def _publish(
    ctx: Context,
    customer: Customer,
    payment: Payment,
    hit: Hit,
    episode: Episode,
    subject: str,
    status: AlertStatus,
    path: list[str],
) -> None:
    told = KeptReason(
        hit.rule.code, int(hit.action), hit.finding.margin, dict(hit.finding.figures), list(hit.finding.event_ids)
    )
    ctx.count("alerts", hit.rule.code, status)
    ctx.send(
        "alerts",
        customer.customer_id,
        Alert(
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
            currency=payment.message.currency,
            events=episode.events,
            first_event_time=instant(episode.first),
            last_event_time=instant(episode.last),
            event_id=payment.message.event_id,
            payment_id=payment.message.payment_id,
            reasons=[reason(told, ctx.catalogue)],
            path=path,
            batch_clock=instant(ctx.clock),
        ),
    )


def rank(severity: int, amount: int) -> float:
    """Expected weight for the desk: severity times the amount at stake, in thousands of major units."""
    return round(severity * amount / 100_000, 3)
