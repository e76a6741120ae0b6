"""Somebody else may be using the customer's account: a fresh device or credential, a new payee, a large amount.

Three signs: (1) the device was first seen, or a password, phone number or SIM replaced, in the last 24 hours; (2) the
payee was never paid before; (3) the amount is at least CNY 5,000 and three times what the customer usually pays at
most. Two of three: CHALLENGE, which the real customer passes in seconds. All three: BLOCK, as a thief would wait out a
delay; with `hold_instead` HOLD for a call-back. An amount in another currency cannot be compared and is no sign.
While nothing is fresh and nobody may be listening in, what the customer borrowed is no unusual amount: a loan is drawn
to be spent, and only the rest of the amount is compared (all of it with `loan_is_large`). Nor is any amount unusual of
whom no payment is known in 90 days (it is with `unknown_is_large`); with all three signs such a customer gets a HOLD,
for his usual amount is a guess.
Not a hit: rent from a new phone, a car paid to a known dealer, a builder paid with the loan, savings put aside.
"""

from rules.examples import transfer
from rules.fact_values import Flow
from rules.facts import Facts, Figures, Values
from rules.margins import HOUR, at_least, at_most, met, nth_largest
from rules.rule import Action, Example, Family, Finding, Parameter, Point, Purpose, Rule, Text, Unit


def evaluate(facts: Facts, p: Values) -> Finding | None:
    """Count the signs on a transfer to somebody else; the margin is that of the second strongest sign."""
    fresh_ms = p["fresh_hours"] * HOUR
    fresh = max(at_most(facts.new_device_age_ms, fresh_ms), at_most(facts.credential_reset_age_ms, fresh_ms))
    if facts.own_account or (fresh == -1 and not facts.first_time_payee):
        return None  # at most one sign is left
    recent, usual = fresh >= 0, facts.amount_p95_90d
    whole = recent or facts.in_call or facts.screen_shared or p["loan_is_large"]
    large_from = max(p["min_amount"], p["usual_factor"] * usual)
    compared = facts.amount if whole else facts.amount - facts.own_flow.possible
    comparable = facts.currency == "CNY" and (recent or usual > 0 or p["unknown_is_large"])
    large = at_least(compared, large_from) if comparable else -1.0
    payee = met(facts.first_time_payee)
    signs = sum(margin >= 0 for margin in (fresh, payee, large))
    all_three = Action.HOLD if p["hold_instead"] or not usual else Action.BLOCK
    figures: Figures = {"amount": facts.amount, "currency": facts.currency, "large_from": int(large_from)}
    figures |= {"signs": signs, "fresh": recent, "first_time_payee": facts.first_time_payee, "large": large >= 0}
    figures |= {"compared": compared}
    margin, action = nth_largest(2, fresh, payee, large), all_three if signs == 3 else Action.CHALLENGE  # noqa: PLR2004
    return Finding(margin, action, figures, facts.counterparty, facts.amount, (facts.event_id,))


BORROWED = dict.fromkeys(("flow", "own_flow"), Flow(certain=5_000_00, possible=8_000_00, point=8_000_00))

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
        Parameter("loan_is_large", 0, 0, 1, Unit.SWITCH, "what the customer borrowed counts, fresh or not"),
        Parameter("unknown_is_large", 0, 0, 1, Unit.SWITCH, "no known payment, nothing fresh: compare with min_amount"),
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
    "{first_time_payee}, large ({compared:money} compared with {large_from:cny}) {large}.",
    remedy="Call the customer on the number known before the change. Customer confirms: FP_EXPLAINED, which releases. "
    "Not the customer: ATO; lock access and replace the credentials.",
    examples=(
        Example("new phone, new payee, large", transfer(9_000_00, new_device_age_ms=HOUR), Action.BLOCK),
        Example("SIM replaced, new payee, large", transfer(9_000_00, credential_reset_age_ms=HOUR), Action.BLOCK),
        Example("new phone, new payee, the loan", transfer(9_000_00, new_device_age_ms=HOUR) | BORROWED, Action.BLOCK),
        Example("new phone, nothing known", transfer(9_000_00, new_device_age_ms=HOUR, amount_p95_90d=0), Action.HOLD),
        Example("new phone, new payee, small", transfer(80_00, new_device_age_ms=HOUR), Action.CHALLENGE),
        Example("new payee, large, usual phone", transfer(9_000_00), Action.CHALLENGE),
        Example("rent from a new phone", transfer(4_000_00, first_time_payee=False, new_device_age_ms=HOUR), None),
        Example("a car paid to a known dealer", transfer(90_000_00, first_time_payee=False), None),
        Example("a builder paid with the loan", transfer(9_000_00) | BORROWED, None),
        Example("the loan sent during a call", transfer(9_000_00, in_call=True) | BORROWED, Action.CHALLENGE),
        Example("the first payment that is known", transfer(9_000_00, amount_p95_90d=0), None),
        Example("lunch shared with a new colleague", transfer(45_00), None),
        Example("savings to the own account", transfer(9_000_00, new_device_age_ms=HOUR, own_account=True), None),
    ),
    evaluate=evaluate,
)
