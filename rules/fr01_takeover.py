"""Somebody else may be using the customer's account: a fresh device or credential, a new payee, a large amount.

Three signs: (1) the device was first seen, or a password, phone number or SIM replaced, in the last 24 hours; (2) the
payee was never paid before; (3) the amount is at least CNY 5,000 and three times what the customer usually pays at
most. Two of three: CHALLENGE, which the real customer passes in seconds. All three: BLOCK, as a thief would wait out a
delay; with `hold_instead` HOLD for a call-back. An amount in another currency cannot be compared and is no sign.
Not a hit: rent from a new phone, a car paid to a known dealer, savings moved to the own account.
"""

from rules.examples import transfer
from rules.facts import Facts, Figures, Values
from rules.margins import HOUR, at_least, at_most, met, nth_largest
from rules.rule import Action, Example, Family, Finding, Parameter, Point, Purpose, Rule, Text, Unit


def evaluate(facts: Facts, p: Values) -> Finding | None:
    """Count the signs on a transfer to somebody else; the margin is that of the second strongest sign."""
    fresh_ms = p["fresh_hours"] * HOUR
    fresh = max(at_most(facts.new_device_age_ms, fresh_ms), at_most(facts.credential_reset_age_ms, fresh_ms))
    if facts.own_account or (fresh == -1 and not facts.first_time_payee):
        return None  # at most one sign is left
    payee = met(facts.first_time_payee)
    large_from = max(p["min_amount"], p["usual_factor"] * facts.amount_p95_90d)
    large = at_least(facts.amount, large_from) if facts.currency == "CNY" else -1.0
    signs = sum(margin >= 0 for margin in (fresh, payee, large))
    all_three = Action.HOLD if p["hold_instead"] else Action.BLOCK
    figures: Figures = {"amount": facts.amount, "currency": facts.currency, "large_from": int(large_from)}
    figures |= {"signs": signs, "fresh": fresh >= 0, "first_time_payee": facts.first_time_payee, "large": large >= 0}
    margin, action = nth_largest(2, fresh, payee, large), all_three if signs == 3 else Action.CHALLENGE  # noqa: PLR2004
    return Finding(margin, action, figures, facts.counterparty, facts.amount, (facts.event_id,))


RULE = Rule(
    code="FR01",
    title="Account takeover",
    rationale=__doc__,
    family=Family.TAKEOVER,
    severity=5,
    action=Action.BLOCK,
    point=Point.TRANSFER,
    events=("transfer.request",),
    purposes=(Purpose.ANTI_FRAUD,),
    parameters=(
        Parameter("fresh_hours", 24, 1, 168, Unit.HOURS, "a device or credential is fresh for this long"),
        Parameter("min_amount", 5_000_00, 500_00, 100_000_00, Unit.MONEY, "an amount is large from here"),
        Parameter("usual_factor", 3, 1, 20, Unit.FACTOR, "and from this many times the customer's 95th percentile"),
        Parameter("hold_instead", 0, 0, 1, Unit.SWITCH, "three signs: hold for a call-back instead of refusing"),
    ),
    customer=Text(
        zh="为保护您的资金，这笔{amount:money}的付款需要先确认是您本人操作。请在手机银行完成验证；如无法验证，请携带身份证件"
        "到网点，或致电客服热线，确认后即可付款并解除限制。如果不是您本人操作，请立即联系我们。",
        en="To protect your money, we need to be sure that this payment of {amount:money} comes from you. Please "
        "confirm it in the app; if you cannot, bring your ID to a branch or call us: once confirmed, you can pay and "
        "the restriction is lifted. If it was not you, contact us at once.",
    ),
    analyst="{signs} of 3 signs on {amount:money}: fresh device or credential {fresh}, first-time payee "
    "{first_time_payee}, large (from {large_from:cny}) {large}.",
    remedy="Call the customer on the number known before the change. Customer confirms: FP_EXPLAINED, which releases. "
    "Not the customer: ATO; lock access and replace the credentials.",
    examples=(
        Example("new phone, new payee, large", transfer(9_000_00, new_device_age_ms=HOUR), Action.BLOCK),
        Example("SIM replaced, new payee, large", transfer(9_000_00, credential_reset_age_ms=HOUR), Action.BLOCK),
        Example("new phone, new payee, small", transfer(80_00, new_device_age_ms=HOUR), Action.CHALLENGE),
        Example("new payee, large, usual phone", transfer(9_000_00), Action.CHALLENGE),
        Example("rent from a new phone", transfer(4_000_00, first_time_payee=False, new_device_age_ms=HOUR), None),
        Example("a car paid to a known dealer", transfer(90_000_00, first_time_payee=False), None),
        Example("lunch shared with a new colleague", transfer(45_00), None),
        Example("savings to the own account", transfer(9_000_00, new_device_age_ms=HOUR, own_account=True), None),
    ),
    evaluate=evaluate,
)
