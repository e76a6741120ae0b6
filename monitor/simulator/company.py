"""Company for a case: more customers of the bank, with accounts and ordinary lives, who know each other or not."""

from collections.abc import Callable
from random import Random
from typing import Literal, NamedTuple

from monitor.simulator.merchants import Town
from monitor.simulator.parties import Person
from monitor.simulator.people import build_person
from monitor.simulator.randomness import money, substream

Tie = Literal["strangers", "friends", "household"]
Prepare = Callable[[Person, Random, str], None]
"""Makes a person, by his own random stream and the bank's tag, fit for a part."""

_FIRST, _MOST = 2_000_000, 16


class Company(NamedTuple):
    """How many people, how they know each other, what they have: their money is about `salaries` of a month's pay.

    `paid_here`: their salary comes into this bank.
    """

    size: int
    tie: Tie
    salaries: float
    paid_here: bool = True
    prepare: Prepare | None = None


def gather(seed: int, tag: str, town: Town, lead: Person, company: Company) -> list[Person]:
    """Build the company of `lead`, numbered after him, so that nobody else's company moves it."""
    people = [_member(seed, tag, town, lead, number, company) for number in range(company.size)]
    group = [lead, *people]
    for one in group:
        others = [other for other in group if other is not one]
        if company.tie != "strangers":
            one.payees = [*one.payees, *(other.as_payee() for other in others)]
        if company.tie == "household":
            one.household.extend(other.party_id for other in others)
    return people


def _member(seed: int, tag: str, town: Town, lead: Person, number: int, company: Company) -> Person:
    rng = substream(seed, "company", lead.index, number)
    person = build_person(seed, tag, _FIRST + lead.index * _MOST + number, town, [])
    person.in_case, person.line, person.broker, person.errands = True, None, None, None
    person.main.balance = money(rng, max(1, int(person.salary * company.salaries)), 0.3)
    if not company.paid_here:
        person.salary_day = 0
    if company.prepare is not None:
        company.prepare(person, rng, tag)
    return person
