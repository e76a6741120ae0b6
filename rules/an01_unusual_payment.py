"""The payment is unlike what this bank's customers, and this one, usually do; no rule says why.

A model that learns ordinary payments gives each new one a quantile among its own past scores, and names what makes it
unusual: the hour, a payee never paid before, the share of the balance. A large payment among the one in a thousand
that are most unusual is an ALERT for a person to look at. Never more: a customer cannot be told a reason, so the model
alone stops nothing. It says nothing while it warms up, or of an amount in another currency, which cannot be compared.
Not a hit: an odd hour for a small amount, a large payment of the kind the customer makes each month.
"""

from rules.facts import Facts, Figures, Values
from rules.margins import at_least, at_most
from rules.rule import Action, Example, Family, Finding, Parameter, Point, Purpose, Rule, Text, Unit


def evaluate(facts: Facts, p: Values) -> Finding | None:
    """Compare how few past scores are higher, and the amount, with the thresholds."""
    quantile = facts.anomaly_quantile
    if quantile is None or facts.currency != "CNY":
        return None
    rare = at_most(1 - quantile, 1 - p["min_quantile"])
    margin = min(rare, at_least(facts.amount, p["min_amount"]))
    drivers = ", ".join(facts.anomaly_drivers) or "none stands out"
    figures: Figures = {"quantile": quantile, "amount": facts.amount, "drivers": drivers}
    return Finding(margin, Action.ALERT, figures, facts.counterparty, facts.amount, (facts.event_id,))


RULE = Rule(
    code="AN01",
    title="Unusual payment",
    rationale=__doc__,
    family=Family.UNUSUAL,
    severity=2,
    action=Action.ALERT,
    point=Point.TRANSFER,
    events=("transfer.request", "card.authorization"),
    purposes=(Purpose.ANTI_FRAUD,),
    parameters=(
        Parameter("min_quantile", 0.999, 0.95, 0.9997, Unit.SHARE, "share of past scores below it that is enough"),
        Parameter("min_amount", 5_000_00, 100_00, 1_000_000_00, Unit.MONEY, "smaller payments are left alone"),
    ),
    customer=Text(
        zh="您这笔{amount:cny}的付款与平时的用款习惯不同，款项未受影响。为保护您的资金，我们可能会致电核实；如果不是您本人操作，"
        "请立即联系我们。如果因此需要限制付款，请携带身份证件到网点，或致电客服热线，核实后立即解除限制。",
        en="This payment of {amount:cny} is unlike what you usually do; it was not held up. To protect your money we "
        "may call you; if it was not you, contact us at once. Should payments be limited because of it, bring your ID "
        "to a branch or call us: once confirmed, the limit is lifted at once.",
    ),
    analyst="{amount:cny}, more unusual than {quantile:percent} of the payments before it; what drives it: {drivers}.",
    remedy="Look at payee, device and hour beside the customer's history; call when in doubt. Explained: FP_EXPLAINED, "
    "from which the model learns. Not the customer: ATO. Deceived: SCAM_VICTIM. Unclear: INCONCLUSIVE.",
    examples=(
        Example("savings sent away at night", {"anomaly_quantile": 0.9995, "amount": 80_000_00}, Action.ALERT),
        Example("rarest of all, at the least amount", {"anomaly_quantile": 1.0, "amount": 5_000_00}, Action.ALERT),
        Example("a taxi at four in the morning", {"anomaly_quantile": 0.9995, "amount": 60_00}, None),
        Example("a large payment like last month's", {"anomaly_quantile": 0.4, "amount": 80_000_00}, None),
        Example("the model warms up", {"anomaly_quantile": None, "amount": 80_000_00}, None),
        Example("yen", {"anomaly_quantile": 0.9995, "amount": 80_000_00, "currency": "JPY"}, None),
    ),
    evaluate=evaluate,
)
