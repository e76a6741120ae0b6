"""The parts are dealt so that nothing is left out, and what is asked for is what is played."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.simulator.bank import Bank, Plan
from monitor.simulator.casting import Shares, _deal
from monitor.simulator.truth import CODES, GRADES, Code, Grade
from topics.reference import PartyLink


@given(st.integers(1, 3), st.integers(1, 8))
def test_every_way_is_dealt_in_every_grade_before_any_comes_again(grades: int, ways: int) -> None:
    turns = range(grades * ways)
    dealt = {_deal(turn, GRADES[:grades], tuple(range(ways))) for turn in turns}
    assert len(dealt) == len(turns)


@pytest.mark.parametrize(("codes", "grades"), [(("FF02",), ("careful",)), (("CO13", "CO10"), GRADES), (CODES, GRADES)])
def test_only_the_codes_and_grades_asked_for_are_cast(codes: tuple[Code, ...], grades: tuple[Grade, ...]) -> None:
    bank = Bank(Plan(seed=3, customers=200, shares=Shares(0.2, 0.2, codes, grades)))
    assert {role.truth.code for role in bank.roles} == set(codes)
    assert {role.truth.grade for role in bank.roles} == set(grades)


def test_the_company_of_a_case_comes_on_top_of_the_bank_s_own_customers() -> None:
    """Nobody is in two cases, and nobody's life is taken for one."""
    bank = Bank(Plan(seed=3, customers=100, shares=Shares(0.2, 0.2)))
    cast = [person for role in bank.roles for person in role.truth.people]
    assert len(cast) == len(set(cast))
    ids = [person.customer_id for person in bank.customers]
    assert len(ids) == len(set(ids)) == 100 + len(bank.casting.company)


def test_who_lives_together_is_linked_both_ways() -> None:
    bank = Bank(Plan(seed=3, customers=6, days=1, shares=Shares(0, 1, codes=("CO13",))))
    links = {(m.party_id, m.linked_party_id) for m in (d.message for d in bank.stream()) if isinstance(m, PartyLink)}
    families = [role for role in bank.roles if role.truth.variant in {"family_pool", "spouses"}]
    assert families
    for role in families:
        group = [role.person.party_id, *(partner.party_id for partner in role.partners)]
        assert all((one, other) in links for one in group for other in group if one != other)
