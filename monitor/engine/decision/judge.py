"""One event, one decision: evaluate, lower, budget, settle, arm, answer, alert, learn."""

from msgspec import Struct, field, structs

from monitor.engine.anomaly.model import Score
from monitor.engine.context import ENGINE_VERSION, Context
from monitor.engine.customer import Customer
from monitor.engine.decision import blocks, challenges, episodes
from monitor.engine.decision.kept import (
    NOT_SCORED,
    WARM_UP,
    Detail,
    Kept,
    KeptBasis,
    KeptShadow,
    Versions,
    decision,
    kept_reason,
    pack,
)
from monitor.engine.decision.kept_flow import KeptFlow
from monitor.engine.decision.verdict import Hit, Verdict, admit, evaluate, lower, settle
from monitor.engine.facts import EventFacts
from monitor.engine.payment import Payment
from rules.rule import Action, Family, Finding, Rule
from topics.fields import Posting, Request

RETRY_SPAN = 24 * 3_600_000
LIFTED_BY = {
    Action.BLOCK: "a disposition, or time",
    Action.HOLD: "a call-back outcome, a disposition, or time",
    Action.CHALLENGE: "a passed challenge, then a new request",
}


class Case(Struct):
    """One event on its way to a decision."""

    ctx: Context
    customer: Customer
    payment: Payment
    facts: EventFacts
    too_late: bool
    released: bool = False
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def score(self) -> Score | None:
        """The model's word; only what the customer asks to send out is scored."""
        return self.facts.score


def judge(case: Case) -> bytes:
    """Decide and publish; -> what is kept of the decision for a repeat."""
    ctx, verdict = case.ctx, case.verdict
    evaluate(verdict, _rules_asked(case), ctx.rule_set, case.facts, ctx.count)
    _apply_armed(case)
    trusted = ctx.view.trusted(case.customer.customer_id, case.payment.counterparty, case.payment.merchant or "")
    lower(verdict, trusted=trusted, alert_only=ctx.shared.alert_only or case.released)
    if case.payment.is_request:
        ctx.shared.budget.requested(ctx.clock)
    keep_to_budget(ctx, case.customer, verdict)
    settle(verdict)
    kept = _kept(case)
    _count(case, kept)
    publish(ctx, case.payment.message, kept)
    _alert(case)
    _learn(case)
    return pack(kept)


def _count(case: Case, kept: Kept) -> None:
    count = case.ctx.count
    count("decisions", Action(kept.action).name)
    if case.too_late:
        count("too_late")
    if case.verdict.degraded:
        count("degraded")


def _rules_asked(case: Case) -> list[Rule]:
    """The rules of this event; those whose challenge was just passed are skipped, once."""
    passed = challenges.redeem(case.ctx, case.customer, case.payment)
    return [rule for rule in case.ctx.by_event.get(case.payment.event, ()) if rule.code not in passed]


def _apply_armed(case: Case) -> None:
    """Add what blocks armed earlier say of this request, as far as their rules may go today."""
    if not case.payment.is_request:
        return
    for block_id, state in blocks.matching(case.ctx, case.customer, case.payment):
        action = Action(state.action)
        finding = Finding(0.0, action, state.figures, event_ids=(state.event_id,), payments=tuple(state.payments))
        hit = Hit(case.ctx.catalogue[state.code], finding, action, block_id)
        admit(case.verdict, hit, case.ctx.rule_set.mode(state.code))


def keep_to_budget(ctx: Context, customer: Customer, verdict: Verdict) -> None:
    """A rule beyond its block budget drops to ALERT and says so; what it armed before stands.

    The budget counts people, not payments: it guards against a rule that stops too many, not against one who insists.
    """
    budget = ctx.shared.budget
    for hit in verdict.hits:
        if hit.action < Action.HOLD or hit.block_id or hit.rule.budget_exempt:
            continue
        code, stopped = hit.rule.code, customer.stopped
        if ctx.clock - stopped.get(code, -RETRY_SPAN) < RETRY_SPAN:
            continue  # who was stopped and tries again is stopped again: a retry costs nothing
        if budget.allows(code, ctx.rule_set.budget(code), ctx.clock):
            budget.spend(code, ctx.clock)
            stopped[code] = ctx.clock
        else:
            hit.action = Action.ALERT
            verdict.over_budget.append(code)
            ctx.count("budget_exceeded", code)


def _kept(case: Case) -> Kept:
    ctx, action = case.ctx, case.verdict.action
    detail = _detail(case)
    return Kept(
        epoch=ctx.epoch,
        sequence=ctx.sequence,
        clock=ctx.clock,
        versions=ctx.shared.version_index(Versions(ctx.rule_set.hash, ENGINE_VERSION, ctx.model.version)),
        action=int(action if case.payment.is_request else min(action, Action.ALERT)),
        too_late=case.too_late,
        quantile=_quantile(case.score),
        flow=_flow(case) if case.facts.flow.possible else None,
        detail=None if detail == Detail() else detail,
    )


def _quantile(score: Score | None) -> int:
    if score is None:
        return NOT_SCORED
    return WARM_UP if score.quantile is None else int(score.quantile * 1000)


def _detail(case: Case) -> Detail:
    verdict = case.verdict
    detail = Detail(
        reasons=[kept_reason(hit) for hit in verdict.hits],
        shadow=[KeptShadow(hit.rule.code, int(hit.action), hit.finding.margin) for hit in verdict.shadow],
        drivers=list(case.score.drivers) if case.score else [],
        degraded=verdict.degraded,
        over_budget=verdict.over_budget,
    )
    if verdict.action > Action.ALERT:
        _intervene(case, detail)
    return detail


def _intervene(case: Case, detail: Detail) -> None:
    """Write down where it bites, which blocks say so, until when, and what lifts it."""
    ctx, customer, strongest = case.ctx, case.customer, case.verdict.hits[0]
    for hit in case.verdict.hits:
        if hit.action >= Action.HOLD:
            draws = sorted(case.facts.per_draw) if hit.rule.family is Family.FUND_FLOW else []
            armed = blocks.arm(ctx, customer, case.payment, hit, draws) if not hit.block_id else [hit.block_id]
            detail.block_ids += armed
    detail.point = case.payment.lane if case.payment.is_request else strongest.rule.point.value
    detail.until = max((customer.blocks[b].until for b in detail.block_ids if b in customer.blocks), default=None)
    detail.lifted_by = LIFTED_BY[strongest.action]
    if case.facts.per_draw:
        detail.basis = _basis(case)


def _basis(case: Case) -> KeptBasis:
    """What the figures rest on. A posting's pair is that of its own place: what was open then, was not paid first."""
    message, customer = case.payment.message, case.customer
    acct_seq, transfers = customer.ledger.basis(case.payment.account)
    if isinstance(message, Posting):
        return KeptBasis(message.acct_seq - 1, 0, transfers)
    return KeptBasis(acct_seq, customer.reserved(case.payment.account, case.payment.message.payment_id), transfers)


def _flow(case: Case) -> KeptFlow:
    flow, where = case.facts.flow, case.facts.destination
    return KeptFlow(
        flow.certain,
        flow.possible,
        flow.point,
        where.name,
        round(where.confidence, 4),
        flow.provisional,
        case.facts.per_draw,
    )


def publish(ctx: Context, message: Request | Posting, kept: Kept) -> None:
    """Send the answer to `decisions`, and to `reply_to` where the worker allows it."""
    answer = decision(message, kept, ctx.partition, ctx.shared.versions, ctx.catalogue)
    ctx.send("decisions", message.customer_id, answer, (("event_id", message.event_id.encode()),))
    reply_to = getattr(message, "reply_to", None)
    if reply_to in ctx.reply_topics:
        ctx.outputs.append(structs.replace(ctx.outputs[-1], topic=reply_to))
    elif reply_to is not None:
        ctx.count("reply_refused")


def _alert(case: Case) -> None:
    """A challenge alone is not an alert, nor is a block that only does what its alert announced."""
    for hit in case.verdict.hits:
        if hit.action is not Action.CHALLENGE and not (hit.block_id and hit.action > Action.ALERT):
            episodes.raise_alert(case.ctx, case.customer, hit, episodes.about(case.payment, case.facts.path()))


def _learn(case: Case) -> None:
    """Never learn what was flagged, by a shadow rule too, or not fully judged, until a disposition explains it."""
    features, event_id = case.facts.features, case.payment.message.event_id
    if features is None:
        return
    if case.verdict.hits or case.verdict.shadow or case.verdict.degraded:
        case.ctx.model.withhold(event_id.encode(), features, case.ctx.clock)
    else:
        case.ctx.model.learn(features)


def found_loop(verdict: Verdict) -> bool:
    """Whether a cash-out rule, in whatever mode, saw a closed loop."""
    return any(hit.rule.family is Family.CASH_OUT for hit in (*verdict.hits, *verdict.shadow))
