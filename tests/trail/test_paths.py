"""The ways: right stops, right amounts, and the payments that prove each step."""

from monitor.trail.paths import End, Way
from tests.trail.bank import Bank
from tests.trail.following import ways_of
from tests.trail.scenes import K, through_friends


def way(ways: tuple[Way, ...], *accounts: str, bucket: str) -> Way:
    """The one way through these accounts to this bucket."""
    (found,) = [way for way in ways if way.accounts == accounts and way.end.bucket == bucket]
    return found


def proof(found: Way) -> list[list[tuple[str, int]]]:
    """Payment and part, step by step."""
    return [[(movement.payment, units) for movement, units in leg.payments] for leg in found.legs]


def test_a_way_through_two_friends_names_every_payment() -> None:
    """40,000 to the broker came by two payments to the first friend and one to the second."""
    found = way(ways_of(through_friends().records), "a-1", "b-1", "d-1", bucket="SECURITIES")
    assert found.end == End("SECURITIES", "x-broker", "明湖证券")
    assert proof(found) == [[("p6", 40 * K)], [("p7", 30 * K), ("p9", 10 * K)], [("p15", 40 * K)], [("p20", 40 * K)]]


def test_money_that_comes_home_is_a_way_of_its_own() -> None:
    """It ends in the account it began in, not spent."""
    found = way(ways_of(through_friends().records), "a-1", "c-1", "d-1", "a-1", bucket="UNSPENT")
    assert (found.amount, len(found.legs)) == (5 * K, 4)


def test_the_biggest_way_comes_first() -> None:
    """And equal ones in a fixed order."""
    amounts = [found.amount for found in ways_of(through_friends().records)]
    assert amounts == sorted(amounts, reverse=True)
    assert ways_of(through_friends().records) == ways_of(through_friends().records)


def test_shops_are_one_end_and_brokers_are_each_their_own() -> None:
    """A hundred shops would hide what matters."""
    bank = Bank({"a": "c-1"})
    bank.draw("a", 10 * K)
    for shop in ("shop-1", "shop-2", "shop-3"):
        bank.spend("a", K, card_acceptor_id=shop)
    bank.invest("a", K)
    ends = {found.end: found for found in ways_of(bank.records)}
    assert set(ends) == {End("CONSUMPTION"), End("SECURITIES", "x-broker", "明湖证券"), End("UNSPENT")}
    assert ends[End("CONSUMPTION")].payees == {"shop-1", "shop-2", "shop-3"}
    assert len(ends[End("CONSUMPTION")].legs[-1].payments) == 3


def test_money_that_goes_round_and_round_is_followed_without_end_in_sight() -> None:
    """A thousand rounds between two accounts are one long way, found without recursion."""
    bank = Bank({"a": "c-1", "b": "c-2"})
    bank.draw("a", K)
    for _ in range(1_000):
        bank.send("a", "b", K)
        bank.send("b", "a", K)
    (found,) = ways_of(bank.records)
    assert (len(found.accounts), found.amount) == (2_001, K)


def test_poison_has_ways_too() -> None:
    """Each payment names the first one that brought the stain."""
    bank = Bank({"a": "c-1", "b": "c-2"})
    bank.open("a", 50 * K)
    bank.draw("a", K)
    bank.send("a", "b", 40 * K)
    bank.invest("b", 30 * K)
    found = way(ways_of(bank.records, "poison"), "a", "b", bucket="SECURITIES")
    assert [leg.amount for leg in found.legs] == [30 * K] * 3
