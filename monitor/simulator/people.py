"""Customers: income, rent, habits, relatives, own accounts, a line for some. Each from a stream of his own."""

import math
from random import Random

from monitor.simulator import identity
from monitor.simulator.ledger import Account
from monitor.simulator.merchants import Town, outsider, person_name
from monitor.simulator.parties import Loan, Payee, Person
from monitor.simulator.randomness import money, share_of, substream

YUAN = 100
_BORROWERS = 0.25
_FAVOURITES = 4


def build_person(seed: int, tag: str, index: int, town: Town, elders: list[Person]) -> Person:
    """Build customer number `index`. `elders` are those before him; he may be related to them, or rent from them."""
    rng = substream(seed, "person", index)
    person = _individual(rng, tag, index, town)
    _own_accounts(rng, tag, person)
    _acquaintances(rng, tag, person, elders)
    person.favourites = {
        category: [rng.choice(shops) for _ in range(min(_FAVOURITES, len(shops)))]
        for category, shops in town.shops.items()
    }
    if rng.random() < _BORROWERS:
        limit = money(rng, 60_000 * YUAN, 0.5, 1000 * YUAN)
        person.line = open_line(tag, index, limit, rng)
    elif rng.random() < 0.15:  # noqa: PLR2004 - the share of private investors
        person.broker = rng.choice(town.destinations["SECURITIES"])
    return person


def open_line(tag: str, index: int, limit: int, rng: Random, product: str = "line") -> Loan:
    """Make a loan contract with an id derived from its owner."""
    return Loan(f"L{identity.digest(tag, index, product, size=6)}", limit, product, rng.randint(3, 26))


def _individual(rng: Random, tag: str, index: int, town: Town) -> Person:
    salary = money(rng, 8_500 * YUAN, 0.45, 10 * YUAN)
    birth_year = int(rng.triangular(1948, 2006, 1990))
    customer = f"C{tag}-{index:06d}"
    main = Account(identity.account_id(tag, index, "main"), customer, sequence=rng.randint(20, 900))
    main.balance = money(rng, math.ceil(salary * 1.6), 0.6)
    return Person(
        index=index,
        customer_id=customer,
        party_id=f"P{identity.digest(tag, index, size=6)}",
        name=person_name(rng),
        birth_year=birth_year,
        student=birth_year > 2002 and rng.random() < 0.6,  # noqa: PLR2004 - an age
        device=f"D{identity.digest(tag, index, 'device', 0)}",
        main=main,
        debit_card=f"T{identity.digest(tag, index, 'debit')}",
        salary=salary,
        salary_day=rng.choice((5, 8, 10, 10, 12, 15, 15, 20, 25)),
        employer=rng.choice(town.employers),
        rent=share_of(rng, salary, 0.2, 0.35, 50 * YUAN) if rng.random() < 0.5 else 0,  # noqa: PLR2004 - half rent
        rent_day=rng.randint(1, 28),
        landlord=outsider(rng, tag, "landlord", index),
        activity=rng.uniform(0.5, 1.5),
    )


def _own_accounts(rng: Random, tag: str, person: Person) -> None:
    if rng.random() < 0.45:  # noqa: PLR2004 - a share of customers
        savings = Account(identity.account_id(tag, person.index, "savings"), person.customer_id)
        savings.sequence = rng.randint(3, 60)
        savings.balance = money(rng, person.salary * 3, 0.8)
        person.savings = savings
    if rng.random() < 0.4:  # noqa: PLR2004 - a share of customers
        credit = Account(identity.account_id(tag, person.index, "credit"), person.customer_id, kind="credit_card")
        credit.sequence = rng.randint(5, 400)
        credit.credit_limit = money(rng, person.salary * 2, 0.4, 1000 * YUAN)
        credit.balance = -share_of(rng, credit.credit_limit, 0.02, 0.25)
        person.credit = credit
        person.credit_card = f"T{identity.digest(tag, person.index, 'credit')}"


def _acquaintances(rng: Random, tag: str, person: Person, elders: list[Person]) -> None:
    related = person.index % 3 == 1 and rng.random() < 0.7  # noqa: PLR2004 - a household of neighbours
    if related and elders:
        person.family.append(elders[person.index - 1].as_payee())
    if rng.random() < 0.6:  # noqa: PLR2004 - relatives at other banks
        person.family.append(outsider(rng, tag, "relative", person.index))
    if elders and rng.random() < 0.2:  # noqa: PLR2004 - landlords within the bank
        person.landlord = _landlord(rng, elders)
    friends = [outsider(rng, tag, "friend", person.index, i) for i in range(rng.randint(1, 4))]
    person.payees = [*person.family, person.landlord, *friends]


def _landlord(rng: Random, elders: list[Person]) -> Payee:
    return elders[int(rng.random() * len(elders))].as_payee()
