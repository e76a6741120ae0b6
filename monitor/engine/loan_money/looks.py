"""Looks of the rules at what no payment asks about.

A loan's ledger, money that came home or trickled away, a payer of others' loans.
Nothing can be stopped here: a finding alerts, and a BLOCK arms what the rule asks for.
"""

from monitor.engine.context import Context
from monitor.engine.customer import DAY, Customer, LoanState
from monitor.engine.decision import blocks, episodes
from monitor.engine.decision.blocks import Cause
from monitor.engine.decision.judge import found_loop, keep_to_budget
from monitor.engine.decision.verdict import Hit, Verdict, evaluate, lower, settle
from monitor.engine.loan_money import loops
from monitor.engine.quiet_facts import QuietFacts
from monitor.engine.tracing.interval import Pair
from monitor.engine.tracing.movements import LOAN_CURRENCY, Movement
from monitor.engine.tracing.use import MOST_SPENT, UseOfDraw
from rules.fact_values import Amounts, Dust, Homecoming, Loop, PaymentPart, RepaidFor, Use
from rules.rule import Action
from rules.texts import money

LOAN_USE, HOMECOMING, PAYER, DUST = "loan.use", "fund_flow.homecoming", "payer.repayment", "fund_flow.dust"
Raised = dict[str, tuple[int, int]]  # rule -> action and amount it last spoke with
AGES = tuple(days * DAY for days in (7, 14, 21, 30, 45, 60, 75, 90))
"""A draw is looked at when it gets this old, even if its borrower is silent; a rule's days round up to one of these."""


def at_loan(ctx: Context, customer: Customer, loan_id: str, payment_id: str = "", event_id: str = "") -> None:
    """Let the rules look at a loan whose ledger moved by this payment and message, or whose newest draw has got older.

    What was said of a loan is said again only when it is worse or twice as much is at stake: its ledger never forgets.
    """
    if LOAN_USE not in ctx.by_event:
        return
    use = use_of(ctx, customer, loan_id)
    if use is not None:
        facts = QuietFacts(LOAN_USE, event_id, use=use)
        raised = customer.loans[loan_id].raised if loan_id in customer.loans else {}
        _look(ctx, customer, facts, Cause(payment_id or loan_id, event_id, draws=use.draws), _path(use), raised)


def _path(use: Use) -> list[str]:
    parts = {"unspent": use.unspent, "with others": use.with_others, **use.buckets}
    return [f"loan {use.loan}: {money(use.principal)}"] + [
        f"{name}: between {money(part.certain)} and {money(min(part.possible, use.principal))}"
        for name, part in parts.items()
        if any(part)
    ]


def use_of(ctx: Context, customer: Customer, loan_id: str) -> Use | None:
    """What became of a loan's money, over its draws that are still kept.

    The rows are as booked, one exactly a part of another; what is possible of a row may add up to more than was drawn.
    """
    draws = customer.ledger.use_of_loan(loan_id)
    if not draws:
        return None
    return Use(
        loan=loan_id,
        draws=tuple(draw.draw for draw in draws if draw.draw),
        principal=sum(draw.principal for draw in draws),
        age_ms=max(0, ctx.clock - max(draw.drawn for draw in draws)),
        unspent=_sum([draw.held for draw in draws]),
        with_others=_sum([draw.with_others for draw in draws]),
        buckets=_by_bucket([draw.buckets for draw in draws]),
        through_others=_by_bucket([draw.through_others for draw in draws]),
        doubtful=_by_bucket([draw.doubtful for draw in draws]),
        spent=_spent(draws),
    )


def _spent(draws: list[UseOfDraw]) -> tuple[PaymentPart, ...]:
    """Of the payments that are remembered of each draw the largest; of a draw folded into its loan none is."""
    spent = [PaymentPart(one.account, one.payment, draw.draw, one.certain) for draw in draws for one in draw.spent]
    return tuple(sorted(spent, key=lambda one: -one.certain)[:MOST_SPENT])


def _sum(pairs: list[Pair]) -> Amounts:
    return Amounts(*map(sum, zip(*pairs, strict=True))) if pairs else Amounts()


def _by_bucket(ledgers: list[dict[str, Pair]]) -> dict[str, Amounts]:
    names = sorted({name for ledger in ledgers for name in ledger})
    return {name: _sum([ledger[name] for ledger in ledgers if name in ledger]) for name in names}


def at_homecoming(
    ctx: Context, customer: Customer, homecoming: Homecoming, loop: Loop | None, movement: Movement
) -> None:
    """Let the rules look at loan money that came home."""
    facts = QuietFacts(HOMECOMING, movement.event_id, homecoming=homecoming, loop=loop)
    path = [f"draw {homecoming.draw}: between {money(homecoming.certain)} and {money(homecoming.possible)}"]
    path += [f"account {account}" for account in (*homecoming.via, movement.account)]
    cause = Cause(movement.payment_id, movement.event_id, draws=(homecoming.draw,))
    verdict = _look(ctx, customer, facts, cause, path, {})
    if loop is not None:
        found = found_loop(verdict)
        loops.note_through(customer, loop, movement.amount, movement.event_time, found=found)


def at_payer(ctx: Context, payer: Customer, repaid_for: RepaidFor, payment_id: str, event_id: str) -> None:
    """Let the rules look at who pays other people's loans."""
    facts = QuietFacts(PAYER, event_id, repaid_for=repaid_for)
    path = [f"{repaid_for.borrowers} borrowers, {money(repaid_for.amount)} paid, {money(repaid_for.back)} sent back"]
    _look(ctx, payer, facts, Cause(payment_id, event_id), path, {})


def at_dust(ctx: Context, customer: Customer, dust: Dust, movement: Movement, raised: Raised) -> None:
    """Let the rules look at what left in parts too small to be followed; a sum they spoke of, only when it doubled."""
    facts = QuietFacts(DUST, movement.event_id, dust=dust)
    path = [f"account {dust.account}: {dust.payments} payments, at most {money(dust.possible)} of draw {dust.draw}"]
    _look(ctx, customer, facts, Cause(movement.payment_id, movement.event_id, draws=(dust.draw,)), path, raised)


def _look(
    ctx: Context, customer: Customer, facts: QuietFacts, cause: Cause, path: list[str], raised: Raised
) -> Verdict:
    """Evaluate, lower, arm and alert; `raised`: what was said before, by rule, and is brought up to date."""
    verdict = Verdict()
    evaluate(verdict, ctx.by_event.get(facts.event, ()), ctx.rule_set, facts, ctx.count)
    trusted = ctx.view.trusted(customer.customer_id, "", "")
    lower(verdict, trusted=trusted, alert_only=ctx.shared.alert_only)
    verdict.hits = [hit for hit in verdict.hits if _worse(hit, raised)]
    keep_to_budget(ctx, customer, verdict)
    settle(verdict)
    about = episodes.About(_raised_by(facts, cause), cause.payment_id, LOAN_CURRENCY, ctx.clock, path)
    for hit in verdict.hits:
        raised[hit.rule.code] = int(hit.action), max(1, hit.finding.amount)
        if hit.action >= Action.HOLD:
            blocks.arm_wider(ctx, customer, cause, hit)
        episodes.raise_alert(ctx, customer, hit, about)
    return verdict


def _raised_by(facts: QuietFacts, cause: Cause) -> str:
    """The message, or the loan where time alone raised it."""
    return cause.event_id or (f"loan:{facts.use.loan}" if facts.use is not None else cause.payment_id)


def _worse(hit: Hit, raised: Raised) -> bool:
    action, amount = raised.get(hit.rule.code, (0, 0))
    return hit.action > action or hit.finding.amount >= 2 * amount


# -- loans nobody moves ------------------------------------------------------------------------------------


def due(customer: Customer) -> list[int]:
    """Batch clocks at which a newest draw gets old enough to be looked at."""
    dues = (_due(loan) for loan in customer.loans.values())
    return [due for due in dues if due is not None]


def _due(loan: LoanState) -> int | None:
    if loan.closed or loan.last_draw is None or loan.looked >= len(AGES):
        return None
    return loan.last_draw + AGES[loan.looked]


def at_old_draws(ctx: Context, customer: Customer) -> None:
    """Look at loans whose newest draw has got older, once for each age."""
    for loan_id in sorted(customer.loans):
        loan, looked = customer.loans[loan_id], False
        while (due := _due(loan)) is not None and due <= ctx.clock:
            loan.looked, looked = loan.looked + 1, True
        if looked:
            at_loan(ctx, customer, loan_id)
