"""Money paid to a shop comes back to the customer from the shop, its owner or somebody linked to them.

That is how a card limit or a loan is turned into cash: a purchase that never was, and most of the money returned
within three days, often short of just a card fee (`strong`). Refunds of a named purchase are taken off both sides and
salary is not counted as a return. One loop can be bad luck, so the first one is an ALERT; the second within 30 days,
or a large one, is a BLOCK. The money is back by then: what is blocked is this shop and the next draw. Where no link is
known, the money itself can tell (`through`): the payee passed it on to who returned it. Then only what may be loan
money counts as returned, and a BLOCK rests on what certainly is. `strong` is shown to the analyst and changes nothing.
Not a hit: returned goods, the pay from an employer who runs a shop, small purchases in the family's shop, housekeeping
money from a spouse who runs one, a flatmate's landlord who returns a deposit from his own money, money fetched back
from an account of one's own elsewhere.
"""

from rules.examples import OWN_ELSEWHERE, returning, returning_through
from rules.facts import LOOP_HORIZON_HOURS, Facts, Figures, Values
from rules.margins import DAY, HOUR, at_least, at_most
from rules.rule import Action, Arming, Example, Family, Finding, Parameter, Point, Purpose, Rule, Scope, Text, Unit


def evaluate(facts: Facts, p: Values) -> Finding | None:
    """Compare what came back with what was paid, both without refunds, when a return leg comes in."""
    loop, home = facts.loop, facts.homecoming
    if loop is None or loop.paid <= loop.refunded or facts.destination.name == "SELF_OFFUS":
        return None
    paid = loop.paid - loop.refunded
    returned = loop.returned - loop.refunded - loop.salary - (home.amount - home.possible if home else 0)
    surely = returned - (home.possible - home.certain if home else 0)
    share = returned / paid
    in_band = min(at_least(share, p["min_share"]), at_most(share, p["max_share"]))
    in_time = at_most(loop.age_ms, p["window_hours"] * HOUR)
    margin = min(at_least(paid, p["min_paid"]), in_band, in_time)
    repeated_or_large = loop.earlier + 1 >= p["block_at_loop"] or paid >= p["block_paid"]
    block = repeated_or_large and surely / paid >= p["min_share"]
    strong = p["strong_from"] <= share <= p["strong_to"]
    figures: Figures = {"paid": paid, "returned": returned, "share": share, "strong": strong}
    figures |= {"relation": loop.relation, "hours": loop.age_ms // HOUR, "earlier": loop.earlier}
    action, credit = (Action.BLOCK if block else Action.ALERT), (home.credit if home else ())
    return Finding(margin, action, figures, loop.merchant, returned, loop.event_ids, credit, total=True)


RULE = Rule(
    code="CO01",
    title="Closed loop: the money comes back",
    rationale=__doc__,
    family=Family.CASH_OUT,
    severity=4,
    action=Action.BLOCK,
    point=Point.AUTH,
    events=("transfer.posting", "card.posting", "fund_flow.homecoming"),
    purposes=(Purpose.CREDIT_RISK,),
    arming=(Arming(Scope.MERCHANT, hours=72), Arming(Scope.NEXT_DRAW, hours=72)),
    parameters=(
        Parameter("min_paid", 3_000_00, 500_00, 50_000_00, Unit.MONEY, "payment to the shop that is enough"),
        Parameter("min_share", 0.80, 0.5, 0.98, Unit.SHARE, "least part of it that comes back"),
        Parameter("max_share", 1.00, 0.99, 1.2, Unit.FACTOR, "most that comes back; more has another reason"),
        Parameter("window_hours", 72, 1, LOOP_HORIZON_HOURS, Unit.HOURS, "time from the payment to the return"),
        Parameter("strong_from", 0.985, 0.9, 0.99, Unit.SHARE, "return short of a card fee, from"),
        Parameter("strong_to", 0.996, 0.99, 1, Unit.SHARE, "return short of a card fee, to"),
        Parameter("block_at_loop", 2, 1, 10, Unit.COUNT, "this many loops in 30 days BLOCK"),
        Parameter("block_paid", 20_000_00, 3_000_00, 1_000_000_00, Unit.MONEY, "payment so large that one loop BLOCKs"),
    ),
    customer=Text(
        zh="您付给收款方的{paid:money}中，有{returned:money}由与其有关联的一方转回给您。贷款和信用额度只能用于真实消"
        "费。核实之前，对该收款方的付款和新的借款可能暂停。如果交易真实，请携带身份证件和购物凭证（订单、发票、收货或"
        "退货记录）到网点，或致电客服热线，核实后立即解除限制。",
        en="Of the {paid:money} you paid to a shop or person, {returned:money} came back to you from somebody linked. "
        "Loans and credit are for real purchases only. Until this is clear, payments to them and new draws may be "
        "paused. If the purchase was real, bring your ID and proof of it (order, invoice, record of delivery or "
        "return) to a branch, or call us: once confirmed, the restriction is lifted at once.",
    ),
    analyst="Paid {paid:money}, back {returned:money} ({share:percent}) within {hours} h, link: {relation}; short of "
    "a card fee: {strong}; earlier loops in 30 days: {earlier}.",
    remedy="Ask for order, invoice and delivery; look at the shop's other customers. Real purchase or family matter: "
    "FP_EXPLAINED. No purchase: CASHOUT_CONFIRMED, or MERCHANT_COLLUSION when the shop does it with many.",
    examples=(
        Example("the owner returns all but the fee", returning(5_000_00, 4_970_00), Action.ALERT),
        Example("the second loop in a month", returning(5_000_00, 4_500_00, earlier=1), Action.BLOCK),
        Example("one large loop", returning(30_000_00, 29_800_00), Action.BLOCK),
        Example("through a helper", returning_through(30_000_00, 29_000_00, certain=27_000_00), Action.BLOCK),
        Example("through a helper, mixed", returning_through(30_000_00, 29_000_00, certain=9_000_00), Action.ALERT),
        Example("goods returned", returning(5_000_00, 5_000_00, refunded=5_000_00), None),
        Example("pay from an employer who runs a shop", returning(5_000_00, 4_500_00, salary=4_500_00), None),
        Example("groceries in the family's shop", returning(600_00, 600_00, relation="household"), None),
        Example("housekeeping money from a spouse", returning(4_000_00, 9_000_00, relation="household"), None),
        Example("a deposit paid back after a week", returning(5_000_00, 5_000_00, age_ms=7 * DAY), None),
        Example("fetched back from an own account", returning(9_000_00, 9_000_00, "payee") | OWN_ELSEWHERE, None),
        Example("a deposit from a landlord's own money", returning_through(4_000_00, 4_000_00, possible=900_00), None),
    ),
    evaluate=evaluate,
)
