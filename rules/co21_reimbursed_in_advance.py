"""The forbidden purchase came first, out of savings; a loan drawn right after fills them up again.

Tracing cannot see this: no loan money reaches the broker. So what went to forbidden uses in the 7 days before a draw,
of whatever money, is compared with the draw: the draw is at least 80 % of it, and it is a fair part (`min_part`) of
the draw, as a loan of 100,000 does not pay for 2,000 of shares. Own money may be invested and a loan may follow by
chance, so ALERT at most, and the use of the loan is what clears it. A draw in another currency is not compared. Not a
hit: a weekly savings plan, shares bought weeks before, a fortune invested and a little borrowed for new windows.
"""

from rules.examples import drawn_after
from rules.facts import Facts, Figures, Values
from rules.margins import DAY, HOUR, at_least, at_most
from rules.rule import Action, Example, Family, Finding, Parameter, Point, Purpose, Rule, Text, Unit

SUBJECT = "draw after forbidden use"


def evaluate(facts: Facts, p: Values) -> Finding | None:
    """Compare a draw with what went to forbidden uses in the days before."""
    before = facts.prohibited_before
    if before is None or not facts.amount or facts.currency != "CNY":
        return None
    window = p["window_days"] * DAY
    recent = [item for item in before.items if item[1] <= window] or before.items[:1]
    spent, newest = sum(amount for amount, _, _ in recent), min((age for _, age, _ in recent), default=0)
    if not spent:
        return None
    share, part = facts.amount / spent, spent / facts.amount
    enough = min(at_least(share, p["min_share"]), at_least(part, p["min_part"]), at_least(spent, p["min_spent"]))
    figures: Figures = {"draw": facts.amount, "spent": spent, "share": share}
    figures |= {"days": int(p["window_days"]), "hours": newest // HOUR}
    evidence = (*(event_id for _, _, event_id in recent), facts.event_id)
    margin, at_stake = min(enough, at_most(newest, window)), min(spent, facts.amount)
    return Finding(margin, Action.ALERT, figures, SUBJECT, at_stake, evidence, total=True)


RULE = Rule(
    code="CO21",
    title="Reimbursed in advance: forbidden purchase, then the loan",
    rationale=__doc__,
    family=Family.FUND_FLOW,
    severity=3,
    action=Action.ALERT,
    point=Point.DRAW,
    events=("loan.disbursed",),
    purposes=(Purpose.CREDIT_RISK,),
    parameters=(
        Parameter("min_share", 0.8, 0.5, 2, Unit.FACTOR, "least draw, as a part of what was spent before"),
        Parameter("min_part", 0.3, 0.05, 0.9, Unit.SHARE, "least part of the draw that what was spent makes up"),
        Parameter("min_spent", 5_000_00, 1_000_00, 100_000_00, Unit.MONEY, "smaller purchases are left alone"),
        Parameter("window_days", 7, 1, 30, Unit.DAYS, "how long before the draw"),
    ),
    customer=Text(
        zh="本次借款{draw:money}之前的{days}天内，您支付了{spent:money}用于证券、理财、购房等贷款不能用于的用途。贷款"
        "也不能用来补回这类支出。请携带身份证件和本次借款的用途凭证（合同、发票、收据）到网点，或致电客服热线。目前您"
        "的付款不受影响；如因此限制新的借款，核实后立即解除限制。",
        en="In the {days} days before this draw of {draw:money} you paid {spent:money} for uses such as securities, "
        "wealth products or property, for which a loan may not be used. Nor may it fill up again what you paid. "
        "Please bring your ID and proof of what this draw is for (contract, invoice, receipt) to a branch, or call "
        "us. Your payments go on as before; should new draws be limited because of it, the limit is lifted once the "
        "use is shown.",
    ),
    analyst="Draw of {draw:money}, {share:percent} of {spent:money} that went to forbidden uses within {days} days "
    "before it, the last of it {hours} h before.",
    remedy="Ask what the draw is for, and look where its money goes. Used as agreed: FP_EXPLAINED. Left in place of "
    "the savings: MISUSE_CONFIRMED, and review the recall. Not used yet: INCONCLUSIVE, look again in a month.",
    examples=(
        Example("savings into shares, the loan in their place", drawn_after(50_000_00, (52_000_00, DAY)), Action.ALERT),
        Example("in three pieces", drawn_after(30_000_00, *(((10_000_00, 2 * DAY),) * 3)), Action.ALERT),
        Example("a weekly savings plan", drawn_after(90_000_00, (2_000_00, DAY), (2_000_00, 8 * DAY)), None),
        Example("shares bought two weeks before", drawn_after(50_000_00, (50_000_00, 14 * DAY)), None),
        Example("a fortune invested, new windows", drawn_after(60_000_00, (300_000_00, 3 * DAY)), None),
        Example("a lottery ticket", drawn_after(1_000_00, (400_00, DAY)), None),
        Example("nothing before the draw", drawn_after(50_000_00), None),
    ),
    evaluate=evaluate,
)
