"""A ring: loan money went from hand to hand and came home, so that it looks like income or can be drawn again.

No ring is searched for: money of the customer's own draw arrives, having passed two to four people. Of what was sent
to others in the last 7 days (an estimate) 70 % or more is back. Two actions, chosen by what is certain: if the certain
part alone reaches `min_share` and `min_certain`, it is the loan's money however one counts, and the next draw is
blocked; if only what is possible of this credit, with the estimate of those before, reaches it: an ALERT, whose path
names the group. Short rings count too; `min_hops` 3 leaves alone who is just paid back. Not a hit: a friend returns a
little after payday, the family's pot paid out in turn, what is left of the housekeeping, a shop that buys from its
customer.
"""

from rules.examples import home_again
from rules.facts import Facts, Figures, Values
from rules.margins import DAY, at_least, at_most
from rules.rule import Action, Arming, Example, Family, Finding, Parameter, Point, Purpose, Rule, Scope, Text, Unit


def evaluate(facts: Facts, p: Values) -> Finding | None:
    """Compare what came home of a draw with what was sent to others, when a credit brings some of it."""
    home = facts.homecoming
    if home is None or not home.sent:
        return None
    returned = home.returned - home.point + home.possible
    share, certain_share = returned / home.sent, home.returned_certain / home.sent
    enough = min(at_least(share, p["min_share"]), at_least(returned, p["min_returned"]))
    in_reach = min(at_least(home.hops, p["min_hops"]), at_most(home.hops, p["max_hops"]))
    fresh = at_most(home.age_ms, p["max_age_days"] * DAY)
    block = certain_share >= p["min_share"] and home.returned_certain >= p["min_certain"]
    action, at_stake = (Action.BLOCK, home.returned_certain) if block else (Action.ALERT, returned)
    figures: Figures = {"sent": home.sent, "returned": returned, "certain": home.returned_certain, "share": share}
    figures |= {"hops": home.hops, "via": " > ".join(home.via), "days": home.age_ms // DAY}
    margin = min(enough, in_reach, fresh)
    return Finding(margin, action, figures, home.draw, at_stake, (facts.event_id,), home.credits, total=True)


RULE = Rule(
    code="CO13",
    title="Ring: the loan came home through others",
    rationale=__doc__,
    family=Family.CASH_OUT,
    severity=5,
    action=Action.BLOCK,
    point=Point.DRAW,
    events=("fund_flow.homecoming",),
    purposes=(Purpose.CREDIT_RISK,),
    arming=(Arming(Scope.NEXT_DRAW, hours=72),),
    parameters=(
        Parameter("min_share", 0.7, 0.5, 0.98, Unit.SHARE, "part of what was sent that came home"),
        Parameter("min_returned", 3_000_00, 500_00, 50_000_00, Unit.MONEY, "smaller amounts are left alone"),
        Parameter("min_certain", 5_000_00, 1_000_00, 100_000_00, Unit.MONEY, "certain part needed to BLOCK"),
        Parameter("min_hops", 2, 2, 4, Unit.COUNT, "fewest people passed, the borrower counts as the last"),
        Parameter("max_hops", 4, 2, 4, Unit.COUNT, "most people passed"),
        Parameter("max_age_days", 180, 1, 180, Unit.DAYS, "age of the draw up to which it matters"),
    ),
    customer=Text(
        zh="您转给他人的{sent:money}贷款资金中，有{returned:money}经他人账户又回到您的账户。贷款只能用于约定的用途。核"
        "实之前，新的借款可能暂停。如果这是还款、家庭往来或真实交易，请携带身份证件和凭证（借条、合同、聊天或转账记"
        "录）到网点，或致电客服热线，核实后立即解除限制。",
        en="Of {sent:money} of loan money that you sent to others, {returned:money} came back to you through other "
        "people's accounts. A loan is for the purpose agreed. Until this is clear, new draws may be paused. If it was "
        "a debt repaid, family money or a real sale, bring your ID and proof (a note of hand, contract, record of "
        "messages or transfers) to a branch, or call us: once confirmed, the restriction is lifted at once.",
    ),
    analyst="{returned:money} of {sent:money} came home ({share:percent}), {certain:money} certainly, over {hops} "
    "people ({via}), {days} days after the draw.",
    remedy="Look at the accounts of the path, their owners and loans. Debt, family pot, real sale: FP_EXPLAINED, which "
    "releases. No reason for the round: CASHOUT_CONFIRMED of the borrower, MULE of who lent an account.",
    examples=(
        Example("round three people in a day", home_again(50_000_00, 46_000_00, 48_000_00), Action.BLOCK),
        Example("there and back", home_again(20_000_00, 14_000_00, 14_000_00, hops=2), Action.BLOCK),
        Example("mixed with other money", home_again(50_000_00, 9_000_00, 47_000_00, hops=4), Action.ALERT),
        Example("surely, but a small sum", home_again(4_000_00, 4_000_00, 4_000_00), Action.ALERT),
        Example("a friend returns a little", home_again(2_000_00, 2_000_00, 2_000_00, hops=2), None),
        Example("the family's pot", home_again(9_000_00, 0, 3_000_00, hops=2), None),
        Example("what is left of the housekeeping", home_again(6_000_00, 1_500_00, 2_000_00, hops=2), None),
        Example("a shop buys from its customer", home_again(60_000_00, 2_000_00, 8_000_00), None),
    ),
    evaluate=evaluate,
)
