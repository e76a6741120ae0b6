"""Class of use of a payment, from everything that speaks for it."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import prod
from typing import NamedTuple

from msgspec import Struct

from monitor.engine.reference import destination_tables as tables
from monitor.engine.reference.names import classes_in
from monitor.engine.reference.view import ReferenceView
from rules.fact_values import Destination

UNKNOWN = Destination("UNKNOWN", 0.0)


class Payee(Struct, frozen=True, kw_only=True, gc=False):
    """What a message tells about where money goes; "" and None mean not told.

    `own_name`: the payee's account is in the customer's name. `agent` None: the account is in this bank.
    """

    account: str = ""
    merchant: str = ""
    agent: str | None = None
    name: str = ""
    category_code: str | None = None
    product_code: str | None = None
    cash: bool = False
    own_name: bool = False


class Evidence(NamedTuple):
    """One thing that speaks for a class. Evidence of one kind counts once per class."""

    kind: str
    destination: str
    hundredths: int
    text: str


def classify(payee: Payee, reference: ReferenceView) -> Destination:
    """Name the class with the highest combined confidence; of equals the first by name; UNKNOWN without evidence."""
    elsewhere = payee.own_name and payee.agent is not None
    told = (payee.product_code, payee.category_code, payee.name, payee.cash, elsewhere)
    curated = tuple(_curated(payee, reference))
    return combine((*curated, *_evidence_of(*told))) if curated else _class_of(*told)


def combine(evidence: Iterable[Evidence]) -> Destination:
    """Combine evidence per class as 1 - prod(1 - confidence) over its kinds, at most .99, and take the best class."""
    by_class: dict[str, dict[str, Evidence]] = {}
    for piece in sorted(evidence, key=lambda piece: (piece.hundredths, piece.text)):
        by_class.setdefault(piece.destination, {})[piece.kind] = piece
    if not by_class:
        return UNKNOWN
    return min((_destination(name, kinds) for name, kinds in by_class.items()), key=_best_first)


@lru_cache(maxsize=16_384)
def _class_of(product: str | None, category: str | None, name: str, cash: bool, elsewhere: bool) -> Destination:
    """Classify by the message alone; payees repeat, so most answers are remembered."""
    return combine(_evidence_of(product, category, name, cash, elsewhere))


def _evidence_of(
    product: str | None, category: str | None, name: str, cash: bool, elsewhere: bool
) -> Iterator[Evidence]:
    yield from _of_product(product)
    yield from _of_category(category)
    for destination, word in classes_in(name) if name else ():
        yield Evidence("name", destination, tables.NAME, f"name contains {word}")
    if cash:
        yield Evidence("transaction", "CASH", tables.PRODUCT, "paid out as cash")
    if elsewhere:
        yield Evidence("own name", "SELF_OFFUS", tables.OWN_NAME, "account in the customer's own name at another bank")


def _destination(name: str, kinds: dict[str, Evidence]) -> Destination:
    """Combine in whole numbers, so that .9 is exactly .9."""
    pieces = sorted(kinds.values(), key=lambda piece: (-piece.hundredths, piece.kind))
    scale = 100 ** len(pieces)
    share = (scale - prod(100 - piece.hundredths for piece in pieces)) / scale
    return Destination(name, min(share, tables.CAP / 100), tuple(piece.text for piece in pieces))


def _best_first(destination: Destination) -> tuple[float, str]:
    return (-destination.confidence, destination.name)


def _curated(payee: Payee, reference: ReferenceView) -> Iterator[Evidence]:
    for kind, identifier in (("account", payee.account), ("merchant", payee.merchant)):
        if identifier and (destination := reference.curated(kind, identifier)):
            yield Evidence("curated", destination, tables.CURATED, f"{kind} on the bank's own list")
    if payee.agent and (destination := reference.curated("agent", payee.agent)):
        yield Evidence("agent", destination, tables.AGENT, f"payee's clearing member {payee.agent}")


def _of_product(code: str | None) -> Iterator[Evidence]:
    use = tables.PRODUCTS.get(code) if code else None
    if use is not None:
        yield Evidence("product", use.destination, use.hundredths, f"product {code}: {use.meaning}")


def _of_category(code: str | None) -> Iterator[Evidence]:
    if not code:
        return
    use = tables.CATEGORIES.get(code) or _ordinary(code)
    if use is not None:
        yield Evidence("category", use.destination, use.hundredths, f"MCC {code} {use.meaning}")


def _ordinary(code: str) -> tables.Use | None:
    if not code.isdecimal():
        return None
    number = int(code)
    ranges = (entry for entry in tables.CONSUMPTION_RANGES if entry.first <= number <= entry.last)
    found = next(ranges, None)
    return None if found is None else tables.Use("CONSUMPTION", tables.CATEGORY, found.meaning)
