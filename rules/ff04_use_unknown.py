"""Thirty days after the draw nobody knows what most of the loan was for.

The law wants the use of a loan known (order 2020 No. 9). What is not known is three rows of its ledger: UNKNOWN, paid
to somebody of no known class; TRAIL_ENDED, where our own tracing gave up (too many hands, an account that thousands
pay into), which is no fault of the customer's; CASH. Spent in shops, repaid, left alone or still with others is not
unknown, and what went to an own account elsewhere is FF03's. The point estimate counts, as all rows of it add up to
the loan; the certain part would let off whoever mixes, and the rule only asks: ALERT, for receipts. A timer looks too,
so that who is silent is not forgotten. Not a hit: a loan saved for the tuition in autumn, shops and one craftsman paid
privately, a loan mostly repaid, a petty sum.
"""

from rules.examples import used
from rules.facts import Facts, Figures, Values
from rules.margins import DAY, at_least
from rules.rule import Action, Example, Family, Finding, Parameter, Point, Purpose, Rule, Text, Unit
from rules.uses import total

NOT_KNOWN = ("UNKNOWN", "TRAIL_ENDED", "CASH")


def evaluate(facts: Facts, p: Values) -> Finding | None:
    """Compare the point estimate of what is not known with the loan, once its newest draw is old enough."""
    use = facts.use
    if use is None or not use.principal:
        return None
    unknown, ended, cash = (total(use.buckets, (name,)).point for name in NOT_KNOWN)
    together = unknown + ended + cash
    share = together / use.principal
    enough = min(at_least(share, p["min_share"]), at_least(together, p["min_amount"]))
    margin = min(enough, at_least(use.age_ms, p["after_days"] * DAY))
    figures: Figures = {"principal": use.principal, "together": together, "share": share, "days": use.age_ms // DAY}
    figures |= {"unknown": unknown, "trail_ended": ended, "cash": cash, "loan": use.loan}
    return Finding(margin, Action.ALERT, figures, use.loan, together, (facts.event_id,), total=True)


RULE = Rule(
    code="FF04",
    title="Use of the loan unknown after 30 days",
    rationale=__doc__,
    family=Family.FUND_FLOW,
    severity=2,
    action=Action.ALERT,
    point=Point.DRAW,
    events=("loan.use",),
    purposes=(Purpose.CREDIT_RISK,),
    parameters=(
        Parameter("min_share", 0.5, 0.2, 0.95, Unit.SHARE, "part of the loan whose use is not known"),
        Parameter("after_days", 30, 7, 90, Unit.DAYS, "age of the newest draw from which it is asked for"),
        Parameter("min_amount", 5_000_00, 500_00, 100_000_00, Unit.MONEY, "smaller amounts are left alone"),
    ),
    customer=Text(
        zh="您的贷款{principal:money}中，约有{together:money}用途不明：付给未知收款人{unknown:money}，我们无法继续追踪"
        "{trail_ended:money}，取现{cash:money}。按监管要求，我们需要了解贷款用途。请携带身份证件和收据、发票或合同到网"
        "点，或致电客服热线。目前您的付款不受影响；如因此限制新的借款，核实后立即解除限制。",
        en="Of your loan of {principal:money} we do not know what about {together:money} was for: {unknown:money} "
        "went to payees unknown to us, {trail_ended:money} where we could not follow, {cash:money} was taken as cash. "
        "The law asks us to know: please bring your ID and receipts, invoices or contracts to a branch, or call us. "
        "Payments go on as before; should new draws be limited because of it, the limit is lifted once the use is "
        "shown.",
    ),
    analyst="{together:money} of {loan} ({principal:money}; {share:percent}) of unknown use after {days} days: "
    "unknown payees {unknown:money}, trail ended {trail_ended:money}, cash {cash:money}.",
    remedy="Ask for receipts of these payments. Trail ended: look at the path first, it may be ours to explain. Use "
    "shown: FP_EXPLAINED. Forbidden use: MISUSE_CONFIRMED. No answer: INCONCLUSIVE, ask again.",
    examples=(
        Example("lent out to private people", used({"UNKNOWN": 90_000_00}), Action.ALERT),
        Example("half of it as cash", used({"CASH": 30_000_00, "UNKNOWN": 20_000_00}), Action.ALERT),
        Example("saved for the tuition", used({}), None),
        Example("shops, and a painter paid privately", used({"CONSUMPTION": 80_000_00, "UNKNOWN": 9_000_00}), None),
        Example("second thoughts, mostly repaid", used({"REPAID": 90_000_00, "UNKNOWN": 10_000_00}), None),
        Example("paid out last week", used({"UNKNOWN": 90_000_00}, age_ms=7 * DAY), None),
        Example("a small loan", used({"CASH": 3_000_00}, principal=4_000_00), None),
    ),
    evaluate=evaluate,
)
