"""What `headroom` rests on: from how much certain loan money on a rule blocks a payment is what its card says."""

from collections.abc import Iterator

from rules.examples import sample
from rules.fact_values import Flow
from rules.rule import Action, Rule, Unit

FLOWS = frozenset({"flow", "own_flow", "foreign_flow"})


def unknown(rule: Rule, facts_read: set[str]) -> Iterator[str]:
    """A rule that may refuse a payment for the loan money in it says from how much on.

    One with an example that it blocks without any loan money in it refuses for something else.
    """
    blocked = [sample(one.facts) for one in rule.examples if one.expect is Action.BLOCK]
    needs_loan_money = all(facts.flow.possible for facts in blocked)
    if rule.action is Action.BLOCK and facts_read & FLOWS and rule.blocks_from is None and needs_loan_money:
        yield "blocks by loan money: name in blocks_from the parameter that says from how much certain money on"


def unfit(rule: Rule) -> Iterator[str]:
    """`blocks_from` names an amount of money, and the rule blocks."""
    if rule.blocks_from is None:
        return
    units = {parameter.name: parameter.unit for parameter in rule.parameters}
    if units.get(rule.blocks_from) is not Unit.MONEY:
        yield f"blocks_from is {rule.blocks_from!r}: name a parameter in {Unit.MONEY.value}"
    if rule.action is not Action.BLOCK:
        yield "has blocks_from but never asks for BLOCK: take it out"


def untrue(rule: Rule) -> Iterator[str]:
    """With all else as in an example that blocks a payment: `blocks_from` blocks, one minor unit less does not."""
    if rule.blocks_from is None:
        return
    least = int(rule.defaults[rule.blocks_from])
    blocking = [one for one in rule.examples if one.expect is Action.BLOCK and "flow" in one.facts]
    if not blocking:
        yield "has blocks_from but no example of a payment it blocks"
    for example in blocking:
        for certain in (least - 1, least):
            flow = Flow(certain, max(certain, least), certain)
            facts = sample({**example.facts, **dict.fromkeys(FLOWS, flow)})
            finding = rule.evaluate(facts, rule.defaults)
            blocks = finding is not None and finding.fired and finding.action is Action.BLOCK
            if blocks != (certain == least):
                yield f"example {example.name!r} with {certain} certain: BLOCK is {blocks}, blocks_from says otherwise"
