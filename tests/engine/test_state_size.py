"""What a customer costs, measured through the whole engine: ordinary people, and one who tries to blow it up."""

from collections.abc import Iterator

import pytest

from monitor.engine.api import Batch, Record
from monitor.engine.engine import Engine
from monitor.engine.state.packing import fingerprint
from monitor.simulator.bank import Plan
from tests.engine.scene import ACCOUNT, CUSTOMER, Scene
from tests.engine.streams import batches, engine, play, records
from topics import cards, customers, names, transfers
from topics.codec import encode

MEDIAN, PERCENTILE_95, HOSTILE = 2_048, 6 * 1024, 64 * 1024
RICH = 10**9
KEY = CUSTOMER.encode()


def sizes(partition: Engine) -> list[int]:
    """Encoded bytes of each customer, smallest first."""
    return sorted(len(value or b"") for key, value in partition.state() if key[:1] == b"c")


def test_a_month_of_the_simulated_bank_costs_little_a_customer() -> None:
    inputs, found = records(Plan(seed=3, customers=120, days=30))
    partition = engine(inputs)
    play(partition, batches(inputs, found, 500))
    found_sizes = sizes(partition)
    median, p95 = found_sizes[len(found_sizes) // 2], found_sizes[len(found_sizes) * 95 // 100]
    print(f"customers {len(found_sizes)}, median {median}, 95th percentile {p95}, largest {found_sizes[-1]} bytes")  # noqa: T201  for the reader, with pytest -s
    assert len(found_sizes) >= 120
    assert median <= MEDIAN
    assert p95 <= PERCENTILE_95
    assert found_sizes[-1] <= HOSTILE


def hostile(distinct: int) -> Iterator[tuple[str, bytes]]:
    """So many devices, payees and merchants, and requests that never end. Values, by topic."""
    scene = Scene()
    common = {"account": ACCOUNT, "amount": 1_00, "currency": "CNY", "credit_debit": "DBIT", "payment_id": "PAY"}
    place = {"acct_seq": 777_001, "balance_after": 777_002}
    shop = {"card_acceptor_id": "SHOP", "merchant_category_code": "5411", "account_kind": "deposit"}
    payee = {"posting_kind": "transfer", "counterparty_account": "PAYEE"}
    moved = encode(scene.make(transfers.TransferPosting, **payee, **common, **place))
    bought = encode(scene.make(cards.CardPosting, posting_kind="clearing", **shop, **common, **place))
    bound = encode(scene.make(customers.DeviceBound, device_id="DEVICE"))
    asked = encode(scene.request(1_00, "PAYEE", payment_id="PAY", device_id="DEVICE"))
    for i in range(distinct):
        yield names.CUSTOMERS, filled(bound, i, 4 * i)
        yield names.TRANSFERS, filled(moved, i, 4 * i + 1, 2 * i + 1)
        yield names.CARD_TRANSACTIONS, filled(bought, i, 4 * i + 2, 2 * i + 2)
        if i % 100 == 0:
            yield names.TRANSFERS, filled(asked, i, 4 * i + 3)


def filled(template: bytes, number: int, event: int, seq: int = 0) -> bytes:
    """A message made from the template: other ids, and its place in the ledger."""
    for place in (b"SHOP", b"PAYEE", b"DEVICE"):
        template = template.replace(place, b"%s-%d" % (place, number))
    template = template.replace(b"777001", b"%d" % seq).replace(b"777002", b"%d" % (RICH - 100 * seq))
    return template.replace(b'"PAY"', b'"pay-%d"' % event).replace(b'"event-', b'"event-%d-' % event)


@pytest.mark.parametrize("distinct", [5_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_a_hostile_customer_stays_bounded_and_no_payee_becomes_new_again(distinct: int) -> None:
    scene = Scene()
    scene.open(RICH)
    messages = list(hostile(distinct))
    for start in range(0, len(messages), 500):
        part = messages[start : start + 500]
        found = tuple(Record(topic, start + i, scene.now, KEY, value) for i, (topic, value) in enumerate(part))
        scene.engine.apply(Batch(1, start, scene.now + start, 0, 0, found))
    (size,) = sizes(scene.engine)
    print(f"{len(messages)} events, {size} bytes")  # noqa: T201  for the reader, with pytest -s
    assert {metric for metric in scene.engine.counters() if metric[0] in ("dead_letters", "repeats")} == set()
    assert size <= HOSTILE
    customer = scene.engine._customers.get(KEY)
    assert customer is not None
    assert all(
        customer.payees.paid(fingerprint(f"{kind}-{i}")) for kind in ("PAYEE", "SHOP") for i in (0, distinct - 1)
    )
