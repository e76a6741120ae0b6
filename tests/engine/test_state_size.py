"""How much state a customer of the simulated bank costs, and one who tries to cost more."""

from collections.abc import Sequence

from monitor.engine import customer as customers
from monitor.engine.customer import Customer

MEDIAN, MOST, HOSTILE = 2_048, 6_144, 65_536  # bytes encoded: median, 95th percentile, and whoever tries


def size(customer: Customer) -> int:
    """Bytes of the customer as a snapshot holds them."""
    return len(customers.encode(customer))


def parts(customer: Customer) -> dict[str, int]:
    """Bytes of each part of the customer, by field."""
    alone = ((name, getattr(customer, name)) for name in customer.__struct_fields__)
    return {name: len(customers._encoder.encode(part)) for name, part in alone}


def percentile(sizes: Sequence[int], percent: int) -> int:
    """The smallest size that `percent` of all do not exceed."""
    return sorted(sizes)[-(-len(sizes) * percent // 100) - 1]
