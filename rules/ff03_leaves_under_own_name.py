"""Most of a loan has left for the borrower's own account at another bank, where nobody sees what it is used for.

A transfer to oneself means little by itself, so the loan's ledger is looked at: at least half of the loan, surely and
in all, and no petty amount, went from the borrower's accounts to accounts in the same name elsewhere. Only what is
certain counts, as salary may lie in the same account. ALERT at most: moving money is no misuse, but the law wants the
use watched (order 2020 No. 9), so vouchers are asked for. What other people sent to accounts of theirs is theirs. Not
a hit: salary moved to the other bank, a small top-up, money fetched back from there before half of it was gone.
"""

from rules.examples import used
from rules.fact_values import Amounts
from rules.facts import Facts, Figures, Values
from rules.margins import DAY, at_least
from rules.rule import Action, Example, Family, Finding, Parameter, Point, Purpose, Rule, Text, Unit
from rules.uses import less, total

ELSEWHERE = ("SELF_OFFUS",)


def evaluate(facts: Facts, p: Values) -> Finding | None:
    """Compare what surely went to accounts of the same name elsewhere with the loan, when its ledger has changed."""
    use = facts.use
    if use is None or not use.principal:
        return None
    gone = less(total(use.buckets, ELSEWHERE), total(use.through_others, ELSEWHERE))
    if not gone.possible:
        return None
    share = gone.certain / use.principal
    margin = min(at_least(share, p["min_share"]), at_least(gone.certain, p["min_certain"]))
    possible = min(gone.possible, use.principal)
    figures: Figures = {"certain": gone.certain, "possible": possible, "principal": use.principal, "share": share}
    figures |= {"loan": use.loan, "days": use.age_ms // DAY}
    return Finding(margin, Action.ALERT, figures, use.loan, gone.certain, (facts.event_id,), total=True)


RULE = Rule(
    code="FF03",
    title="The loan left for an own account at another bank",
    rationale=__doc__,
    family=Family.FUND_FLOW,
    severity=3,
    action=Action.ALERT,
    point=Point.DRAW,
    events=("loan.use",),
    purposes=(Purpose.CREDIT_RISK,),
    parameters=(
        Parameter("min_share", 0.5, 0.2, 0.95, Unit.SHARE, "part of the loan that surely left"),
        Parameter("min_certain", 5_000_00, 500_00, 100_000_00, Unit.MONEY, "smaller amounts are left alone"),
    ),
    customer=Text(
        zh="您的贷款{principal:money}中，至少{certain:money}已转入您本人在其他银行的账户，我们无法了解其用途。按监管要"
        "求，请提供这部分资金的用途凭证：请携带身份证件和凭证（发票、合同、收据，或该账户的交易流水）到网点，或致电客"
        "服热线。目前您的付款不受影响；如因此限制新的借款，核实后立即解除限制。",
        en="Of your loan of {principal:money}, at least {certain:money} went to your own account at another bank, "
        "where we cannot see what it is used for. The law asks us to know: please bring your ID and vouchers "
        "(invoice, contract, receipt, or that account's statement) to a branch, or call us. Your payments go on as "
        "before; should new draws be limited because of it, the limit is lifted once the use is shown.",
    ),
    analyst="{certain:money} surely, {possible:money} at most of {loan} ({principal:money}; {share:percent}) went to "
    "the borrower's accounts elsewhere, {days} days after the newest draw.",
    remedy="Ask for vouchers of what was paid from the other account. Allowed use shown: FP_EXPLAINED. Forbidden use, "
    "or no voucher in the contract's time: MISUSE_CONFIRMED, and review the recall. Half shown: INCONCLUSIVE.",
    examples=(
        Example("all of it, at once", used({"SELF_OFFUS": 95_000_00}), Action.ALERT),
        Example("half of it in five weeks", used({"SELF_OFFUS": 50_000_00, "CONSUMPTION": 30_000_00}), Action.ALERT),
        Example("a year's salary beside the loan", used({"SELF_OFFUS": Amounts(0, 90_000_00, 9_000_00)}), None),
        Example("a top-up of the other account", used({"SELF_OFFUS": 8_000_00}), None),
        Example("fetched back to pay the builder", used({"SELF_OFFUS": 15_000_00, "CONSUMPTION": 80_000_00}), None),
        Example("rent that the landlord moved on", used({}, through_others={"SELF_OFFUS": 60_000_00}), None),
        Example("a small loan", used({"SELF_OFFUS": 3_000_00}, principal=4_000_00), None),
    ),
    evaluate=evaluate,
)
