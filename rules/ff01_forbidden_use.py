"""Loan money must not buy shares, futures, wealth products, property, equity, investment metal, crypto or bets.

The law says so of consumer loans (orders 2020 No. 9, 2024 No. 3). Of every payment we know how much of it is the
customer's loan: at least `certain`, at most `possible`. Enough of it certain, and surely such a payee: BLOCK. Enough of
it only possible, or the payee only suspected (below `min_confidence` not even that): ALERT. While an earlier movement
is not final only the certain part counts. Repaying a mortgage or another lender alerts at most, as a refusal would make
a default; so does an account whose postings had a gap. When the money has moved already, the next draw is blocked and
not the customer's daily life. Other people's loans are FF02's. Not a hit: investing one's salary, buying jewellery, a
shop that sounds like a broker.
"""

from rules.examples import paying
from rules.facts import Facts, Values
from rules.rule import Action, Arming, Example, Family, Finding, Parameter, Point, Purpose, Rule, Scope, Text, Unit
from rules.uses import WATCHED, Limits, weigh


def evaluate(facts: Facts, p: Values) -> Finding | None:
    """Compare the customer's loan money in an outgoing payment, and what is known of the payee, with the thresholds."""
    payee, loan = facts.destination, facts.own_flow
    if not facts.outgoing or not loan.possible or payee.name not in WATCHED:
        return None
    limits = Limits(p["min_certain"], p["min_possible"], p["block_confidence"], p["min_confidence"])
    weight = weigh(payee, loan, limits, gap=facts.account_resync)
    figures = {"amount": facts.amount} | weight.figures
    return Finding(weight.margin, weight.action, figures, facts.counterparty, weight.at_stake, (facts.event_id,))


RULE = Rule(
    code="FF01",
    title="Loan money reaches a forbidden use",
    rationale=__doc__,
    family=Family.FUND_FLOW,
    severity=4,
    action=Action.BLOCK,
    point=Point.TRANSFER,
    events=("transfer.request", "transfer.posting", "card.authorization", "card.posting"),
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
        zh="按监管要求和借款合同，贷款资金不能用于{destination:zh}。这笔{amount:money}的付款中，至少{certain:money}、至多"
        "{possible:money}是您的贷款。您可以改用自有资金付款。如果我们弄错了，请携带身份证件和资金来源或用途凭证（工资流水、"
        "合同、发票）到网点，或致电客服热线，核实后立即解除限制。",
        en="By law and by your contract, loan money may not be used for {destination:en}. Of this payment of "
        "{amount:money}, at least {certain:money} and at most {possible:money} is your loan. You can pay with your own "
        "money instead. If we are wrong, bring your ID and proof of the money's source or use (payslip, contract, "
        "invoice) to a branch, or call us: once confirmed, the restriction is lifted at once.",
    ),
    analyst="{amount:money} to {destination} (confidence {confidence:percent}): certain {certain:money}, possible "
    "{possible:money}; an earlier movement not final: {provisional}, gap in the postings: {gap}.",
    remedy="Ask for the purpose and its proof. Own money or an allowed use: FP_EXPLAINED, which releases the block. "
    "Misuse: MISUSE_CONFIRMED; review the recall of the misused part.",
    examples=(
        Example("loan money to a broker", paying("SECURITIES", 0.95, 18_000_00, 20_000_00), Action.BLOCK),
        Example("a bet, known by its shop's category", paying("GAMBLING", 0.8, 3_000_00, 3_000_00), Action.ALERT),
        Example("perhaps loan money to a wealth product", paying("WEALTH_AM", 0.99, 0, 9_000_00), Action.ALERT),
        Example("mortgage instalment", paying("MORTGAGE_REPAY", 0.95, 8_000_00, 8_000_00), Action.ALERT),
        Example("salary invested beside a small loan", paying("SECURITIES", 0.95, 0, 2_000_00), None),
        Example("a restaurant in Broker Street", paying("SECURITIES", 0.3, 18_000_00, 18_000_00), None),
        Example("wedding jewellery", paying("CONSUMPTION", 0.8, 18_000_00, 18_000_00), None),
        Example("a flat bought with savings", paying("PROPERTY", 0.95, 0, 0), None),
    ),
    evaluate=evaluate,
)
