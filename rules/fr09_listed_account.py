"""The payee is on an official list of accounts involved in crime (police, central bank): the payment is refused.

A legal duty: BLOCK always, whoever trusts the payee and however many blocks there were today. There is no threshold,
so there is no near miss. If the money has left already (stand-in, advice), transfers stop for a day, as the customer
is being robbed at this moment. The customer hears nothing of the list (no tipping-off): a neutral text, and what to do.
Not a hit: a payee on no list, a payee taken off it, money that comes in from a listed account (another rule's matter).
"""

from rules.facts import Facts, Figures, Values
from rules.margins import met
from rules.rule import Action, Arming, Example, Family, Finding, Point, Purpose, Rule, Scope, Text


def evaluate(facts: Facts, _: Values) -> Finding | None:
    """Look the payee up."""
    if facts.listed_on is None or not facts.outgoing:
        return None
    figures: Figures = {"list": facts.listed_on, "amount": facts.amount, "currency": facts.currency}
    return Finding(met(fact=True), Action.BLOCK, figures, facts.counterparty, facts.amount, (facts.event_id,))


RULE = Rule(
    code="FR09",
    title="Payee on an official list",
    rationale=__doc__,
    family=Family.LISTED,
    severity=5,
    action=Action.BLOCK,
    point=Point.TRANSFER,
    events=("transfer.request", "transfer.posting", "card.authorization", "card.posting"),
    purposes=(Purpose.LEGAL_DUTY,),
    arming=(Arming(Scope.NEXT_TRANSFERS, hours=24),),
    parameters=(),
    customer=Text(
        zh="我们暂时无法办理这笔付款。请先不要换用其他方式付款，携带身份证件和付款凭证（合同、发票）到网点，或致电客服热线，"
        "我们会为您核实；核实后即可恢复办理。",
        en="We cannot carry out this payment for now. Please do not pay in another way yet: bring your ID and proof of "
        "what it is for (contract, invoice) to a branch, or call us. We look into it with you; once it is clear, the "
        "restriction is lifted.",
    ),
    analyst="Payee on {list}; {amount:money}. Do not tell the customer about the list.",
    remedy="Check the entry with the list's owner; file the report the law asks for. Wrong entry: FP_DATA, which "
    "releases. Customer deceived: SCAM_VICTIM. Customer knew: MULE.",
    trust_exempt=True,
    budget_exempt=True,
    examples=(
        Example("a transfer to a listed account", {"listed_on": "police-2026"}, Action.BLOCK),
        Example("five yuan are enough", {"listed_on": "police-2026", "amount": 5_00}, Action.BLOCK),
        Example("the money has left", {"listed_on": "police-2026", "is_request": False}, Action.BLOCK),
        Example("an ordinary payee", {}, None),
        Example("an account taken off the list", {"listed_on": None, "counterparty": "cleared-1"}, None),
        Example("a listed account pays in", {"listed_on": "police-2026", "outgoing": False}, None),
    ),
    evaluate=evaluate,
)
