"""One payer repays the loans of many people who have nothing to do with each other: an agent who keeps debts rolling.

The agent pays an instalment or the whole debt, the borrower draws again and returns the money with a fee; the bank
believes in borrowers who cannot pay. Two signs, each enough: five or more unrelated borrowers in 30 days; or 80 % or
more of what was paid comes back within 48 hours, when the sum is more than an instalment. ALERT at most, though much
is at stake: to refuse the agent's repayments, or to limit the borrowers, is a person's decision after a review, as the
debts paid are real and a refusal makes a default. Related people (registry of parties) are not counted. Not a hit:
parents, an employer with a few workers, a friend who is paid back after payday, somebody's own second loan.
"""

from rules.examples import repaying
from rules.facts import Facts, Figures, Values
from rules.margins import at_least
from rules.rule import Action, Example, Family, Finding, Parameter, Point, Purpose, Rule, Text, Unit

SUBJECT = "repayments for others"


def evaluate(facts: Facts, p: Values) -> Finding | None:
    """Count the borrowers, and compare what came back with what was paid, when a payer repays somebody's loan."""
    paid = facts.repaid_for
    if paid is None or not paid.amount:
        return None
    share = paid.back / paid.amount
    many = at_least(paid.borrowers, p["min_borrowers"])
    returned = min(at_least(share, p["min_share"]), at_least(paid.amount, p["min_amount"]))
    figures: Figures = {"borrowers": paid.borrowers, "amount": paid.amount, "back": paid.back, "share": share}
    return Finding(max(many, returned), Action.ALERT, figures, SUBJECT, paid.amount, paid.event_ids, total=True)


RULE = Rule(
    code="CO10",
    title="One payer repays many people's loans",
    rationale=__doc__,
    family=Family.CASH_OUT,
    severity=4,
    action=Action.ALERT,
    point=Point.TRANSFER,
    events=("payer.repayment",),
    purposes=(Purpose.CREDIT_RISK,),
    parameters=(
        Parameter("min_borrowers", 5, 2, 50, Unit.COUNT, "unrelated borrowers in 30 days that are enough"),
        Parameter("min_share", 0.8, 0.5, 1, Unit.SHARE, "part of what was paid that comes back within 48 hours"),
        Parameter("min_amount", 5_000_00, 1_000_00, 100_000_00, Unit.MONEY, "for that sign, least paid in 30 days"),
    ),
    customer=Text(
        zh="近30天内，您替{borrowers}位其他客户偿还了贷款，共{amount:money}，其中{back:money}在48小时内转回给您。有偿"
        "替他人还款以便再次借款是不允许的。目前您的付款不受影响。如果您是亲属、雇主或受托人，请携带身份证件和关系证明"
        "（户口簿、劳动合同、协议）到网点，或致电客服热线；如因此限制付款，核实后立即解除限制。",
        en="In the last 30 days you repaid loans of {borrowers} other customers, {amount:money} in all, and "
        "{back:money} came back to you within 48 hours. To repay for others so that they can draw again is not "
        "allowed. Your payments go on as before. If you are family, an employer or act for somebody, bring your ID "
        "and proof of it (household register, work contract, agreement) to a branch, or call us; should payments be "
        "limited because of it, the limit is lifted once that is confirmed.",
    ),
    analyst="Repaid {amount:money} for {borrowers} unrelated borrowers in 30 days; {back:money} ({share:percent}) "
    "came back within 48 h of an instalment.",
    remedy="See who the borrowers are and whether they drew again. Family, employer, debt adviser: FP_EXPLAINED. An "
    "agent: CASHOUT_CONFIRMED; refuse further repayments for others, and review the lines of these borrowers.",
    examples=(
        Example("an agent with nine customers", repaying(9, 120_000_00, 118_000_00), Action.ALERT),
        Example("five customers, nothing back yet", repaying(5, 60_000_00, 0), Action.ALERT),
        Example("a debt paid off and drawn again", repaying(1, 18_000_00, 18_400_00), Action.ALERT),
        Example("an employer with three workers", repaying(3, 6_000_00, 0), None),
        Example("a friend's instalment, back after payday", repaying(1, 1_500_00, 1_500_00), None),
        Example("an uncle of four", repaying(4, 20_000_00, 5_000_00), None),
        Example("a debt adviser pays one debt off", repaying(1, 30_000_00, 0), None),
    ),
    evaluate=evaluate,
)
