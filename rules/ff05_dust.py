"""Loan money trickles away to other people in payments whose part of it is too small to be followed.

A part below CNY 100 ends the trail, or every breakfast would send a message. So that nobody takes a loan out in crumbs,
what one account lets go of one draw this way in 30 days is added up; more than `max_possible` is worth a look. Only
what went to customers of this bank counts, and what may be loan money does: of so small parts little is ever certain,
and together they are no more than was drawn. ALERT at most. Not a hit: breakfast at a neighbour's stall, a dinner
shared, red packets for the family.
"""

from rules.examples import trickled
from rules.facts import Facts, Figures, Values
from rules.margins import at_least
from rules.rule import Action, Example, Family, Finding, Parameter, Point, Purpose, Rule, Text, Unit


def evaluate(facts: Facts, p: Values) -> Finding | None:
    """Compare what trickled away with what is too much, at each such payment."""
    dust = facts.dust
    if dust is None:
        return None
    figures: Figures = {"certain": dust.certain, "possible": dust.possible, "payments": dust.payments}
    margin = at_least(dust.possible, p["max_possible"] + 1)
    return Finding(margin, Action.ALERT, figures, dust.draw, dust.possible, (facts.event_id,), total=True)


RULE = Rule(
    code="FF05",
    title="Loan money trickles away in small parts",
    rationale=__doc__,
    family=Family.FUND_FLOW,
    severity=2,
    action=Action.ALERT,
    point=Point.DRAW,
    events=("fund_flow.dust",),
    purposes=(Purpose.CREDIT_RISK,),
    parameters=(
        Parameter("max_possible", 1_000_00, 300_00, 20_000_00, Unit.MONEY, "sum in 30 days, of one account and draw"),
    ),
    customer=Text(
        zh="近30天内，您账户中最多有{possible:money}可能属于贷款的资金随{payments}笔付款转给了他人，每笔所含贷款资金不足"
        "100元，我们无法了解其用途。按监管要求，请提供用途说明或凭证（收据、聊天或转账记录）：请携带身份证件到网点，或致"
        "电客服热线。目前您的付款不受影响；如因此限制新的借款，核实后立即解除限制。",
        en="Within 30 days up to {possible:money} of loan money may have left your account for other people, as a part "
        "below CNY 100 of each of {payments} payments, and we cannot see what for. The law asks us to know: please "
        "bring your ID and what shows the use (receipts, a record of messages or transfers) to a branch, or call us. "
        "Your payments go on as before; should new draws be limited because of it, the limit is lifted once the use is "
        "shown.",
    ),
    analyst="At most {possible:money} of one draw ({certain:money} surely) left for other people within 30 days, as a "
    "part below CNY 100 of each of {payments} payments, which themselves may be large.",
    remedy="Look at who was paid: one receiver, or several with one owner, is a loan in crumbs; follow it from there "
    "by hand. Daily life: FP_EXPLAINED. Passed on to a forbidden use: MISUSE_CONFIRMED. Unclear: INCONCLUSIVE.",
    examples=(
        Example("thirty payments to one friend", trickled(30, 2_400_00, 2_700_00), Action.ALERT),
        Example("mixed with salary, nothing certain", trickled(14, 0, 1_200_00), Action.ALERT),
        Example("breakfast at a neighbour's stall", trickled(26, 0, 390_00), None),
        Example("a dinner shared", trickled(3, 180_00, 240_00), None),
        Example("red packets for the family", trickled(8, 500_00, 704_00), None),
    ),
    evaluate=evaluate,
)
