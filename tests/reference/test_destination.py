"""Class of use: what speaks for it, what does not, and how it adds up."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.engine.reference import destination_tables as tables
from monitor.engine.reference.destination import UNKNOWN, Evidence, Payee, classify, combine
from monitor.engine.reference.names import classes_in
from monitor.engine.reference.store import ReferenceMessage, ReferenceStore
from rules.fact_values import Destination
from tests.reference.messages import curated
from topics.reference import DestinationClass

CLASSES = get_args(get_args(DestinationClass)[0])


def class_of(*reference: ReferenceMessage, **told: Any) -> Destination:
    """Classify a payee of whom this is told, with these reference messages in force."""
    store = ReferenceStore()
    for offset, message in enumerate(reference):
        store.append(offset, message)
    return classify(Payee(**told), store.view(len(reference)))


def test_nothing_told_is_unknown() -> None:
    assert class_of() == UNKNOWN == Destination("UNKNOWN", 0.0, ())


@pytest.mark.parametrize(
    ("told", "destination", "confidence", "evidence"),
    [
        (
            {"product_code": "SECURITIES_TRANSFER"},
            "SECURITIES",
            0.99,
            "product SECURITIES_TRANSFER: bank to securities account transfer",
        ),
        ({"product_code": "METAL_PURCHASE"}, "METAL", 0.99, "product METAL_PURCHASE: investment metal purchase"),
        ({"category_code": "6211"}, "SECURITIES", 0.8, "MCC 6211 security brokers and dealers"),
        ({"category_code": "7801"}, "GAMBLING", 0.8, "MCC 7801 licensed online casinos"),
        ({"category_code": "5411"}, "CONSUMPTION", 0.8, "MCC 5411 grocery stores and supermarkets"),
        ({"category_code": "5977"}, "CONSUMPTION", 0.8, "MCC 5977 shops and restaurants"),
        ({"name": "中信证券股份有限公司"}, "SECURITIES", 0.6, "name contains 证券"),
        ({"name": "Evergreen Real Estate Co"}, "PROPERTY", 0.6, "name contains real estate"),
        ({"cash": True}, "CASH", 0.99, "paid out as cash"),
        (
            {"own_name": True, "agent": "ICBKCNBJ"},
            "SELF_OFFUS",
            0.85,
            "account in the customer's own name at another bank",
        ),
    ],
)
def test_one_piece_of_evidence_speaks_for_its_class_in_words(
    told: dict[str, Any], destination: str, confidence: float, evidence: str
) -> None:
    assert class_of(**told) == Destination(destination, confidence, (evidence,))


@pytest.mark.parametrize(
    ("kind", "told", "confidence", "evidence"),
    [
        ("account", {"account": "x"}, 0.95, "account on the bank's own list"),
        ("merchant", {"merchant": "x"}, 0.95, "merchant on the bank's own list"),
        ("agent", {"agent": "x"}, 0.9, "payee's clearing member x"),
    ],
)
def test_the_banks_own_word_speaks_for_an_account_a_merchant_or_a_clearing_member(
    kind: str, told: dict[str, Any], confidence: float, evidence: str
) -> None:
    entry = curated(kind, "x", "FUTURES_DERIV")
    assert class_of(entry, **told) == Destination("FUTURES_DERIV", confidence, (evidence,))


def test_evidence_of_different_kinds_combines_and_the_strongest_is_named_first() -> None:
    found = class_of(category_code="6211", name="中信证券")
    assert found == Destination("SECURITIES", 0.92, ("MCC 6211 security brokers and dealers", "name contains 证券"))


def test_no_evidence_makes_a_class_quite_certain() -> None:
    entry = curated("account", "x", "SECURITIES")
    found = class_of(entry, account="x", product_code="SECURITIES_TRANSFER", category_code="6211", name="证券")
    assert found.confidence == 0.99
    assert len(found.evidence) == 4


def test_two_words_in_one_name_are_one_evidence() -> None:
    assert class_of(name="XX期货期权公司").confidence == 0.6


def test_account_and_merchant_on_the_banks_list_are_one_evidence() -> None:
    entries = (curated("account", "x", "METAL"), curated("merchant", "m", "METAL"))
    assert class_of(*entries, account="x", merchant="m").confidence == 0.95


def test_the_class_with_the_highest_combined_confidence_wins() -> None:
    """A curated entry corrects a category that tells the wrong story."""
    assert class_of(curated("merchant", "m", "CONSUMPTION"), merchant="m", category_code="6513").name == "CONSUMPTION"
    assert class_of(category_code="5411", name="彩票销售点").name == "CONSUMPTION"


def test_of_equally_sure_classes_the_first_by_name_wins() -> None:
    found = class_of(name="证券投资基金")
    assert (found.name, found.confidence, found.evidence) == ("SECURITIES", 0.6, ("name contains 证券",))


def test_an_own_account_at_a_broker_is_securities_before_it_is_an_own_account() -> None:
    assert class_of(curated("agent", "broker", "SECURITIES"), agent="broker", own_name=True).name == "SECURITIES"


def test_an_own_account_in_this_bank_has_not_left_it() -> None:
    assert class_of(own_name=True) == UNKNOWN


def test_a_category_alone_is_never_sure_enough_to_block() -> None:
    assert max(use.hundredths for use in tables.CATEGORIES.values()) < 90


@pytest.mark.parametrize("code", ["5944", "5094"])
def test_a_jeweller_is_a_shop_and_never_investment_metal(code: str) -> None:
    assert class_of(category_code=code, name="周大福珠宝金店").name == "CONSUMPTION"


@pytest.mark.parametrize("code", ["4829", "9399", "6999", "0000", "12a4", ""])
def test_a_category_that_tells_nothing_is_unknown(code: str) -> None:
    assert class_of(category_code=code) == UNKNOWN


def test_a_time_deposit_and_an_unknown_product_tell_nothing() -> None:
    assert class_of(product_code="TIME_DEPOSIT") == class_of(product_code="SOMETHING") == UNKNOWN


@pytest.mark.parametrize(
    "name",
    [
        "证券街麻辣烫",
        "上海证券报社",
        "中国红十字基金会",
        "幸福物业房产服务",
        "美佳装修置业广场店",
        "环保理念科技",
        "本地产品超市",
        "管理财务咨询",
        "文体彩印店",
        "数字人民币数字货币钱包",
        "老凤祥珠宝贵金属",
        "Refund Bakery",
        "Securities Street Noodles",
        "Casino Cafe",
        "Futuresque Furniture",
        "张三",
    ],
)
def test_look_alikes_of_the_words_say_nothing(name: str) -> None:
    assert classes_in(name) == ()


@pytest.mark.parametrize(
    ("name", "destination", "word"),
    [
        ("证 券 营业部", "SECURITIES", "证券"),
        ("ＢＩＴＣＯＩＮ交易", "CRYPTO", "bitcoin"),
        ("中信Securities", "SECURITIES", "securities"),
        ("HAITONG  SECURITIES CO., LTD", "SECURITIES", "securities"),
        ("证券街证券营业部", "SECURITIES", "证券"),
        ("招联消费金融有限公司", "OTHER_LENDER", "消费金融"),
        ("万科房地产开发", "PROPERTY", "房地产"),
        ("某某典当行", "OTHER_LENDER", "典当"),
        ("福利彩票中心", "GAMBLING", "彩票"),
        ("山东贵金属经营部", "METAL", "贵金属"),
    ],
)
def test_words_are_found_whatever_their_case_width_and_spacing(name: str, destination: str, word: str) -> None:
    assert classes_in(name) == ((destination, word),)


@pytest.mark.parametrize("destination", sorted(tables.NAMES))
def test_every_word_of_the_dictionary_speaks_for_its_class_and_every_exclusion_silences_it(destination: str) -> None:
    names = tables.NAMES[destination]
    for word in (*names.chinese, *names.english):
        assert destination in dict(classes_in(word)), word
        for phrase in names.unless:
            assert destination not in dict(classes_in(f"{phrase} {word}")), (phrase, word)


def test_tables_name_only_classes_of_the_contract_and_four_digit_categories() -> None:
    named = {use.destination for use in (*tables.PRODUCTS.values(), *tables.CATEGORIES.values())} | set(tables.NAMES)
    assert named <= set(CLASSES)
    assert all(len(code) == 4 and code.isdecimal() for code in tables.CATEGORIES)


def test_a_row_of_the_tables_is_at_most_as_sure_as_the_cap() -> None:
    uses = (*tables.PRODUCTS.values(), *tables.CATEGORIES.values())
    assert all(0 < use.hundredths <= tables.CAP and use.meaning for use in uses)


pieces = st.builds(
    Evidence,
    st.sampled_from(("product", "category", "agent", "name")),
    st.sampled_from(("METAL", "SECURITIES")),
    st.integers(1, 99),
    st.sampled_from(("one", "two", "three")),
)


def sureness(evidence: list[Evidence], name: str) -> float:
    """Confidence of one class, whichever wins."""
    return combine(piece for piece in evidence if piece.destination == name).confidence


@given(evidence=st.lists(pieces, max_size=8), more=pieces)
def test_more_evidence_for_a_class_never_lowers_its_confidence(evidence: list[Evidence], more: Evidence) -> None:
    assert sureness([*evidence, more], more.destination) >= sureness(evidence, more.destination)
    assert combine([*evidence, more]).confidence >= combine(evidence).confidence


@given(evidence=st.lists(pieces, max_size=8), data=st.data())
def test_the_order_of_evidence_makes_no_difference(evidence: list[Evidence], data: st.DataObject) -> None:
    assert combine(data.draw(st.permutations(evidence))) == combine(evidence)


@given(evidence=st.lists(pieces, min_size=1, max_size=8))
def test_the_winner_is_at_least_as_sure_as_its_best_evidence_and_as_any_other_class(evidence: list[Evidence]) -> None:
    won = combine(evidence)
    assert max(piece.hundredths for piece in evidence) / 100 <= won.confidence <= 0.99
    assert won.confidence == max(sureness(evidence, name) for name in ("METAL", "SECURITIES"))


@given(first=st.integers(1, 99), second=st.integers(1, 99))
def test_two_kinds_combine_as_one_minus_the_product_of_the_doubts(first: int, second: int) -> None:
    found = combine([Evidence("name", "METAL", first, "a"), Evidence("category", "METAL", second, "b")])
    assert found.confidence == pytest.approx(min(0.99, 1 - (1 - first / 100) * (1 - second / 100)))
