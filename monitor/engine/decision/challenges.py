"""Challenges: what the customer was asked to confirm, and what follows when they do, or do not."""

from monitor.engine.context import Context
from monitor.engine.customer import Customer
from monitor.engine.decision import episodes
from monitor.engine.decision.verdict import Hit, Verdict
from monitor.engine.open_requests import Asked, Challenge, OpenRequest
from monitor.engine.payment import Payment
from rules.rule import Action, Finding
from topics.fields import OutcomeMessage
from topics.instants import event_time_ms

NOT_PASSED = frozenset({"challenge_failed", "challenge_abandoned"})
_NOTHING: frozenset[str] = frozenset()


def of(payment: Payment, verdict: Verdict) -> Challenge | None:
    """What is kept of a challenge until its outcome; None when the decision is none."""
    if verdict.action is not Action.CHALLENGE:
        return None
    asked = [_asked(hit) for hit in verdict.hits if hit.action is Action.CHALLENGE]
    return Challenge(payment.counterparty, payment.message.currency, asked)


def _asked(hit: Hit) -> Asked:
    found = hit.finding
    events = list(found.event_ids)
    return Asked(hit.rule.code, found.margin, dict(found.figures), found.subject, found.amount, events, found.total)


def redeem(ctx: Context, customer: Customer, payment: Payment) -> frozenset[str]:
    """Rules that a passed challenge silences for the request that repeats it; it can be redeemed once.

    It must be the payment the customer confirmed: the same account and payee, and no more money.
    """
    old = getattr(payment.message, "challenged_payment_id", None)
    request = customer.requests.get(old) if old else None
    if old is None or request is None or request.challenge is None or not request.challenge.passed:
        return _NOTHING
    if not _confirmed(request, request.challenge, payment):
        ctx.count("challenges_not_redeemed")
        return _NOTHING
    del customer.requests[old]
    return frozenset(asked.code for asked in request.challenge.asked)


def _confirmed(request: OpenRequest, challenge: Challenge, payment: Payment) -> bool:
    then = (request.account, challenge.counterparty, challenge.currency)
    now = (payment.account, payment.counterparty, payment.message.currency)
    return then == now and payment.amount <= request.amount


def end(ctx: Context, customer: Customer, request: OpenRequest, outcome: OutcomeMessage) -> None:
    """Note that a challenge was passed; when it was not, a person looks at each finding that asked for it."""
    if request.challenge is None:
        return
    if outcome.outcome == "challenge_passed":
        request.challenge.passed = True
    elif outcome.outcome in NOT_PASSED:
        ctx.count("challenges_failed", outcome.outcome)
        for asked in request.challenge.asked:
            _alert(ctx, customer, request, request.challenge, asked, outcome)


def _alert(
    ctx: Context, customer: Customer, request: OpenRequest, challenge: Challenge, asked: Asked, outcome: OutcomeMessage
) -> None:
    """Alert on the request that was challenged: a verdict on the alert is one on that payment."""
    finding = Finding(
        asked.margin,
        Action.ALERT,
        asked.figures,
        asked.subject,
        asked.amount,
        tuple(asked.event_ids),
        total=asked.total,
    )
    about = episodes.About(
        event_id=request.event_id,
        payment_id=outcome.payment_id,
        currency=challenge.currency,
        time=event_time_ms(outcome),
        path=[f"account {request.account}", f"to {challenge.counterparty}", outcome.outcome.replace("_", " ")],
    )
    episodes.raise_alert(ctx, customer, Hit(ctx.catalogue[asked.code], finding, Action.ALERT), about)
