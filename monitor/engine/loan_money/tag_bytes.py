"""The bytes of a tag. Every on-us transfer of loan money pays for them, so `fund_flow.Tag` is not built for it."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from msgspec import Struct

from monitor.engine.context import Context
from monitor.engine.customer import Customer
from monitor.engine.tracing.interval import OTHER, Pair
from monitor.engine.tracing.movements import Envelope, Share, Tag
from topics import fund_flow
from topics.codec import encode_plain
from topics.instants import instant, rfc3339

_TYPE = fund_flow.Tag.__struct_config__.tag


class _Written(Struct, frozen=True, gc=False, tag_field="type", tag=_TYPE):
    """`fund_flow.Tag` in plain form, in its order. Filled by position: a quarter of its cost, two thirds of a dict."""

    schema_version: int
    event_id: str
    event_time: str
    source: None
    trace_id: None
    customer_id: str
    sender_partition: int
    sender: tuple[int, int, int]
    transfer: str
    account: str
    amount: int
    currency: str
    shares: dict[str, tuple[Any, ...]]
    union_certain: int
    union_possible: int
    undo: bool
    composition: dict[str, int]
    whole: dict[str, Pair]


def tag_bytes(ctx: Context, customer: Customer, envelope: Envelope, tag: Tag) -> bytes:
    """The message a tag of `customer` is told by, byte for byte as if from its struct."""
    time, event = _of_batch(ctx.clock, ctx.partition, ctx.epoch, ctx.sequence)
    return encode_plain(
        _Written(
            1,
            f"{event}{ctx.told}",
            time,
            None,
            None,
            envelope.customer,
            ctx.partition,
            (ctx.epoch, ctx.sequence, ctx.told),
            tag.transfer,
            envelope.receiver,
            tag.amount,
            tag.currency,
            _parts(customer, tag.shares),
            tag.union.low,
            tag.union.high,
            tag.undo,
            tag.composition,
            tag.whole,
        )
    )


@lru_cache(maxsize=8)  # the tags of a batch share them
def _of_batch(clock: int, partition: int, epoch: int, sequence: int) -> tuple[str, str]:
    """Event time, and how the event ids begin."""
    return rfc3339(instant(clock)), f"tag-{partition}-{epoch}-{sequence}-"


def _parts(customer: Customer, shares: Mapping[str, Share]) -> dict[str, tuple[Any, ...]]:
    """Each share as a `fund_flow.SharePart`, field by field."""
    parts = {}
    for draw, share in shares.items():
        home = "" if draw == OTHER else share.home or customer.customer_id
        cap, hops, expires, via = share.cap, share.hops, share.expires, share.via
        parts[draw] = share.certain, share.possible, share.point, cap, hops, expires, home, via
    return parts
