"""Loan money that reaches a forbidden use through other people's accounts is followed, and stopped, there too.

Two looks. At a payment: other people's loan money in it, weighed as FF01 weighs the customer's own; where the two are
so mixed that only both together are certain, both together count. BLOCK of the payment; when it is posted already, of
the payer's next draw. At the ledger of a loan: what others spent of it, over all paths and classes, so that splitting
does not help. BLOCK of the borrower's next draw if `min_certain` is reached in classes that are sure; ALERT if it is
possible or doubtful only, or repaid a mortgage or another lender. The payer is not told whose it is. Not a hit: savings
of a landlord, an employee or a spouse, beside rent, pay or housekeeping that somebody took out of a loan.
"""

from rules.examples import paying_for, used
from rules.facts import Facts, Figures, Values
from rules.rule import Action, Arming, Example, Family, Finding, Parameter, Point, Purpose, Rule, Scope, Text, Unit
from rules.uses import WATCHED, Limits, total, weigh, weigh_ledger


def evaluate(facts: Facts, p: Values) -> Finding | None:
    """Look at the ledger of a loan where there is one, else at the payment."""
    limits = Limits(p["min_certain"], p["min_possible"], p["block_confidence"], p["min_confidence"])
    return _of_payment(facts, limits) if facts.use is None else _of_loan(facts, limits)


def _of_payment(facts: Facts, limits: Limits) -> Finding | None:
    payee, others, all_loans = facts.destination, facts.foreign_flow, facts.flow
    if not facts.outgoing or not others.possible or payee.name not in WATCHED:
        return None
    mixed = max(facts.own_flow.certain, others.certain) < limits.min_certain <= all_loans.certain
    weight = weigh(payee, all_loans if mixed else others, limits, gap=facts.account_resync)
    doubtful = weight.figures["possible"] if payee.confidence < limits.block_confidence else 0
    route = facts.foreign_route
    way = f"{' > '.join(route.via)} (hops: {route.hops})" if route else "unknown"
    figures = weight.figures | {"whose": "MIXED_LOANS" if mixed else "OTHERS_LOAN", "doubtful": doubtful, "way": way}
    return Finding(weight.margin, weight.action, figures, facts.counterparty, weight.at_stake, (facts.event_id,))


def _of_loan(facts: Facts, limits: Limits) -> Finding | None:
    use = facts.use
    if use is None or not total(use.through_others, WATCHED).possible:
        return None
    weight = weigh_ledger(use, limits)
    figures: Figures = weight.figures | {"whose": "OWN_LOAN", "way": f"all paths of {use.loan}"}
    stake, events = weight.at_stake, (facts.event_id,)
    return Finding(weight.margin, weight.action, figures, use.loan, stake, events, use.spent, total=True)


RULE = Rule(
    code="FF02",
    title="Loan money reaches a forbidden use through others",
    rationale=__doc__,
    family=Family.FUND_FLOW,
    severity=4,
    action=Action.BLOCK,
    point=Point.TRANSFER,
    events=("transfer.request", "transfer.posting", "card.authorization", "card.posting", "loan.use"),
    purposes=(Purpose.CREDIT_RISK,),
    arming=(Arming(Scope.NEXT_DRAW, hours=72),),
    blocks_from="min_certain",
    parameters=(
        Parameter("min_certain", 1_000_00, 100_00, 50_000_00, Unit.MONEY, "certain loan money that is enough"),
        Parameter("min_possible", 5_000_00, 1_000_00, 200_000_00, Unit.MONEY, "possible loan money that is enough"),
        Parameter("block_confidence", 0.9, 0.8, 0.99, Unit.SHARE, "confidence in the payee's class needed to BLOCK"),
        Parameter("min_confidence", 0.5, 0.3, 0.8, Unit.SHARE, "confidence in the payee's class needed to ALERT"),
    ),
    customer=Text(
        zh="按监管要求和借款合同，贷款资金不能用于{destination:zh}，经他人账户转出的也不能。这里涉及{whose:zh}，至少"
        "{certain:money}、至多{possible:money}。您可以改用自有资金付款。如果这笔钱本应归您（租金、工资、货款），或者我"
        "们弄错了，请携带身份证件和凭证（合同、收据、发票、工资流水）到网点，或致电客服热线，核实后立即解除限制。",
        en="By law and by contract, loan money may not be used for {destination:en}, nor be sent there through "
        "others. This is about {whose:en}: at least {certain:money} and at most {possible:money}. You can pay with "
        "your own money instead. If the money was due to you (rent, wages, a sale), or we are wrong, bring your ID "
        "and proof (contract, receipt, invoice, payslip) to a branch, or call us: once confirmed, it is lifted at "
        "once.",
    ),
    analyst="To {destination}: certain {certain:money}, possible {possible:money} of {whose:en}; of doubtful class "
    "{doubtful:money}. The way: {way}.",
    remedy="Read the path; ask the payer what the money was for, the borrower for proof of use. Due to the payer, or "
    "own money: FP_EXPLAINED, which releases. Misuse: MISUSE_CONFIRMED of the borrower, MULE of who lent the account.",
    examples=(
        Example("a helper invests the loan", paying_for("SECURITIES", 0.95, 18_000_00, 20_000_00), Action.BLOCK),
        Example("mixed loans", paying_for("CRYPTO", 0.9, 0, 9_000_00, own=9_000_00, together=2_000_00), Action.BLOCK),
        Example("four helpers, each a little", used({}, through_others={"CRYPTO": 3_600_00}), Action.BLOCK),
        Example("perhaps the loan of a friend", paying_for("WEALTH_AM", 0.99, 0, 9_000_00), Action.ALERT),
        Example("a helper repays a lender", used({}, through_others={"OTHER_LENDER": 9_000_00}), Action.ALERT),
        Example("a landlord's savings beside rent", paying_for("SECURITIES", 0.95, 0, 3_000_00), None),
        Example("a wage spent on groceries", paying_for("CONSUMPTION", 0.8, 6_000_00, 6_000_00), None),
        Example("housekeeping in a shared account", used({}, through_others={"CONSUMPTION": 20_000_00}), None),
        Example("pay that came from a payroll account", paying_for("SECURITIES", 0.95, 0, 0), None),
    ),
    evaluate=evaluate,
)
