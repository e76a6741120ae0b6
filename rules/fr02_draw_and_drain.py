"""A loan is drawn and almost all of it goes to somebody new within two hours: the customer may be acting under a lie.

Swindlers talk people into borrowing and sending the money on. A draw of which 80 % or more goes to first-time payees
within two hours is a HOLD for 24 hours, and somebody calls the customer back. What makes it worse is counted and shown:
the line was unused for 90 days, the customer is 60 or older or a student, is on a phone call or shares the screen, the
payee's account is younger than 90 days. With `hold_from_signs` above 0 a payment with fewer of these signs is a
CHALLENGE instead. Draws below `min_draw` are left alone. Not a hit: a known landlord, part of the draw, a draw of days
ago, the own account. Only requests: once the customer has confirmed on the phone, the posting is not judged again.
"""

from rules.examples import drawn
from rules.facts import Facts, Figures, Values
from rules.margins import DAY, HOUR, MINUTE, at_least, at_most
from rules.rule import Action, Example, Family, Finding, Parameter, Point, Purpose, Rule, Text, Unit


def evaluate(facts: Facts, p: Values) -> Finding | None:
    """Compare what went to first-time payees since the draw, this transfer included, with the draw."""
    draw = facts.draw
    if draw is None or draw.amount == 0 or not facts.first_time_payee or facts.own_account:
        return None
    share = draw.to_new_payees / draw.amount
    in_time = at_most(draw.age_ms, p["window_hours"] * HOUR)
    margin = min(at_least(share, p["min_share"]), in_time, at_least(draw.amount, p["min_draw"]))
    signs = _signs(facts, draw.line_idle_ms, p)
    action = Action.HOLD if len(signs) >= p["hold_from_signs"] else Action.CHALLENGE
    figures: Figures = {"draw": draw.amount, "to_new_payees": draw.to_new_payees, "share": share}
    figures |= {"minutes": draw.age_ms // MINUTE, "signs": ", ".join(signs) or "none"}
    legs = (draw.event_id, facts.event_id)
    return Finding(margin, action, figures, facts.counterparty, draw.to_new_payees, legs, total=True)


def _signs(facts: Facts, idle: int | None, p: Values) -> list[str]:
    age, payee_age = facts.age_years, facts.payee_account_age_days
    signs = {
        "line long unused": idle is not None and idle >= p["idle_days"] * DAY,
        "older customer": age is not None and age >= p["older_from"],
        "student": facts.student,
        "on a call": facts.in_call,
        "screen shared": facts.screen_shared,
        "young payee account": payee_age is not None and payee_age < p["young_payee_days"],
    }
    return [sign for sign, there in signs.items() if there]


RULE = Rule(
    code="FR02",
    title="Draw and drain: a loan taken under someone's influence",
    rationale=__doc__,
    family=Family.INDUCED_LOAN,
    severity=4,
    action=Action.HOLD,
    point=Point.TRANSFER,
    events=("transfer.request",),
    purposes=(Purpose.ANTI_FRAUD,),
    parameters=(
        Parameter("min_share", 0.8, 0.5, 1, Unit.SHARE, "part of the draw gone to first-time payees"),
        Parameter("window_hours", 2, 1, 24, Unit.HOURS, "time since the draw"),
        Parameter("min_draw", 1_000_00, 1_00, 50_000_00, Unit.MONEY, "smaller draws are left alone"),
        Parameter("hold_from_signs", 0, 0, 6, Unit.COUNT, "this many signs HOLD, fewer CHALLENGE"),
        Parameter("idle_days", 90, 30, 720, Unit.DAYS, "sign: the line was unused this long"),
        Parameter("older_from", 60, 50, 90, Unit.YEARS, "sign: customer of this age or older"),
        Parameter("young_payee_days", 90, 1, 360, Unit.DAYS, "sign: the payee's account is younger"),
    ),
    customer=Text(
        zh="您刚借入{draw:money}，其中{to_new_payees:money}将付给您从未付过款的收款人。为防止您受骗，这笔付款最多暂缓24小时，"
        "我们会致电向您核实。我们绝不会索要验证码或要求您共享屏幕。如需尽快付款，请致电客服热线，或携带身份证件和付款凭证"
        "（合同、发票）到网点，核实后立即放行；您也可以取消。",
        en="You have just borrowed {draw:money}, and {to_new_payees:money} of it goes to people you never paid before. "
        "In case somebody is deceiving you, this payment waits for up to 24 hours and we call you. We never ask for "
        "codes or for your screen. To pay sooner, call us, or bring your ID and a proof (contract, invoice) to a "
        "branch: once confirmed, it is released at once. You may also cancel it.",
    ),
    analyst="{to_new_payees:money} of a draw of {draw:money} ({share:percent}) to first-time payees after {minutes} "
    "min; signs: {signs}.",
    remedy="Call back on the number on file; ask who proposed the loan and the payee. Customer confirms freely: "
    "FP_EXPLAINED, which releases. Deceived: SCAM_VICTIM; cancel, and help to repay the draw.",
    examples=(
        Example("a dormant line drained in an hour", drawn(50_000_00, 48_000_00, line_idle_ms=200 * DAY), Action.HOLD),
        Example("a student on a call", drawn(8_000_00, 8_000_00) | {"student": True, "in_call": True}, Action.HOLD),
        Example("rent to the known landlord", drawn(8_000_00, 8_000_00) | {"first_time_payee": False}, None),
        Example("a deposit to a new craftsman", drawn(50_000_00, 15_000_00), None),
        Example("tuition three days after the draw", drawn(30_000_00, 30_000_00, age_ms=3 * DAY), None),
        Example("moved to the own account", drawn(8_000_00, 8_000_00) | {"own_account": True}, None),
        Example("a small draw for a gift", drawn(300_00, 300_00), None),
    ),
    evaluate=evaluate,
)
