"""Card numbers are found where they hide and not where they do not; people never see one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.card_numbers import is_card_number, may_hold_card_number
from topics.masking import MASKED_BYTES, mask


def with_check_digit(digits: str) -> str:
    """Append the digit that makes the whole pass ISO/IEC 7812-1 annex B."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        doubled = int(char) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return digits + str(-total % 10)


CARD_NUMBERS = st.from_regex(r"[2-9][0-9]{11,17}", fullmatch=True).map(with_check_digit)
PUBLISHED = ["4111111111111111", "5555555555554444", "378282246310005", "6011111111111117", "3530111333300000"]


@given(CARD_NUMBERS)
def test_every_card_number_is_found(number: str) -> None:
    assert is_card_number(number)
    assert may_hold_card_number(f'{{"account": "{number}"}}'.encode())


@given(CARD_NUMBERS, st.sampled_from([" ", "-"]), st.sampled_from(["", "pan:", "tok_", "card "]))
def test_every_printed_card_number_of_sixteen_digits_is_found(number: str, separator: str, before: str) -> None:
    if len(number) == 16:
        printed = before + separator.join(number[i : i + 4] for i in range(0, 16, 4))
        assert is_card_number(printed)
        assert may_hold_card_number(printed.encode())


@given(CARD_NUMBERS)
def test_a_number_with_another_check_digit_is_not_suspected(number: str) -> None:
    assert not is_card_number(number[:-1] + str((int(number[-1]) + 1) % 10))


@pytest.mark.parametrize("number", PUBLISHED)
def test_published_test_numbers_are_found(number: str) -> None:
    assert is_card_number(number)


@pytest.mark.parametrize("printed", ["3782 822463 10005", "3782-822463-10005", "622202 0000000000000"])
def test_other_printed_forms_are_found(printed: str) -> None:
    assert is_card_number(printed)


@given(st.uuids())
def test_a_uuid_is_never_suspected(uuid: object) -> None:
    assert not is_card_number(str(uuid))


@pytest.mark.parametrize("text", ["1772416800250", "20260302000000000012", "acc-1001-1", "c4111111111111111", ""])
def test_numbers_made_from_clocks_and_tokens_are_not_suspected(text: str) -> None:
    assert not is_card_number(text)


@given(st.text(), CARD_NUMBERS, st.text())
def test_a_masked_text_never_shows_a_card_number(before: str, number: str, after: str) -> None:
    assert number not in mask((before + number + after).encode())


@given(CARD_NUMBERS)
def test_escaped_digits_are_masked_too(number: str) -> None:
    escaped = "".join(f"\\u003{digit}" for digit in number)
    assert "u003" not in mask(escaped.encode())


@pytest.mark.parametrize("between", [" ", "-", "\\u0020", "\\u002d", "\\u002D"])
def test_printed_groups_are_masked_however_they_are_parted(between: str) -> None:
    assert "1" not in mask(between.join(["4111", "1111", "1111", "1111"]).encode())


@pytest.mark.parametrize("front", range(MASKED_BYTES - 20, MASKED_BYTES + 2))
def test_the_cut_leaves_no_front_of_a_card_number(front: int) -> None:
    shown = mask(b"x" * front + b"4111111111111111")
    assert "4" not in shown
    assert len(shown) <= MASKED_BYTES


@given(st.binary(max_size=3 * MASKED_BYTES))
def test_any_bytes_can_be_shown(value: bytes) -> None:
    assert len(mask(value).encode()) <= MASKED_BYTES


def test_what_is_no_long_number_stays_readable() -> None:
    value = '{"event_time": "2026-03-02T10:00:00.000+08:00", "amount": 129900, "name": "李晓"}'
    assert mask(value.encode()) == value
