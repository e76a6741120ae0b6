"""A tag is written without its struct: the bytes must be those the struct would give."""

import msgspec

from monitor.engine.context import Context
from monitor.engine.customer import Customer
from monitor.engine.globals import GlobalInputs
from monitor.engine.loan_money import between
from monitor.engine.shared import Shared
from monitor.engine.tracing.interval import NO_CAP, OTHER, Bounds, Pair
from monitor.engine.tracing.movements import Envelope, Share, Tag
from monitor.offline import new_model
from rules import catalogue
from rules.rule_set import parse
from topics import fund_flow
from topics.codec import encode, encode_plain
from topics.keys import partition_of

NOW = 1_750_000_000_123
COMPOSITION = {"d2": 5, "d1": 7, OTHER: 1}  # all in the wrong order
WHOLE = {"d2": Pair(1, 3, 2), "d1": Pair(4, 6, 5)}
ODD = "".join(map(chr, range(32))) + '"\\/\x7f<é中\u2028\uffff\U0001f600'  # what is escaped, what could be, what is not


class Text(msgspec.Struct):
    """Any text."""

    text: str


def sent(tag: Tag, payer: str = "ann", receiver: str = "bob") -> tuple[Context, bytes]:
    rules = catalogue.load()
    rule_set = parse(catalogue.packaged(), rules)
    view = GlobalInputs().reference.view(0)
    ctx = Context(3, Shared(), new_model(), rules, rule_set, view, {}, partitions=8, clock=NOW, epoch=4, sequence=50)
    between.send(ctx, Customer(payer), Envelope(f"{payer}-1", f"{receiver}-1", tag, receiver))
    value = ctx.outputs[0].value
    assert value is not None
    return ctx, value


def test_the_bytes_of_a_tag_are_those_of_its_struct() -> None:
    shares = {
        "d2": Share(1, 3, 2, 9, 2, NOW + 9, "cleo", ("cleo-1", "ann-1")),
        "d1": Share(4, 6, 5, 9, 1, NOW + 8, "", ("ann-1",)),
        OTHER: Share(0, 2, 1, 2, 3, NOW + 7, "", ()),
    }
    plain = Tag("p1", 20, shares, Bounds(5, 11), currency="CNY")
    for tag in (plain, msgspec.structs.replace(plain, transfer="p1<", undo=True, composition=COMPOSITION, whole=WHOLE)):
        ctx, value = sent(tag)
        told = msgspec.json.decode(value, type=fund_flow.Tag)
        assert encode(told) == value
        assert (told.event_id, told.customer_id, told.account) == ("tag-3-4-50-0", "bob", "bob-1")
        assert (ctx.outputs[0].key, ctx.outputs[0].partition) == (b"bob", partition_of(b"bob", 8))
        assert between.tag_of(Customer("cleo"), told) == msgspec.structs.replace(
            tag,
            shares={
                "d2": Share(1, 3, 2, 9, 2, NOW + 9, "", ("cleo-1", "ann-1")),
                "d1": Share(4, 6, 5, 9, 1, NOW + 8, "ann", ("ann-1",)),
                OTHER: Share(0, 2, 1, 2, 3, NOW + 7, "", ()),
            },
        )


def test_a_tag_without_loan_money_is_that_of_its_struct() -> None:
    _, value = sent(Tag("p1", 20, {}, Bounds(0, 0), currency="CNY"))
    assert encode(msgspec.json.decode(value, type=fund_flow.Tag)) == value


def test_odd_names_are_escaped_and_sorted_as_by_the_struct() -> None:
    """By code point U+FFFF comes before U+10000, by UTF-16 after it."""
    draws = "\U00010000", "\uffff", ODD, "é", "d"  # the wrong order
    shares = {draw: Share(1, 2, 2, NO_CAP, 1, NOW, f"{draw}-home", (ODD, "é-1")) for draw in draws[1:]}
    shares[draws[0]] = Share(1, 2, 2, NO_CAP, 1, NOW, "", (ODD,))
    composition, whole = dict.fromkeys(draws, 1), dict.fromkeys(draws, Pair(1, 2, 2))
    tag = Tag(f"{ODD}<", 20, shares, Bounds(5, 10), True, composition, whole, currency="CNY")
    ctx, value = sent(tag, payer=f"{ODD}é", receiver=ODD)
    told = msgspec.json.decode(value, type=fund_flow.Tag)
    assert encode(told) == value
    assert (told.customer_id, told.account, told.shares["\U00010000"].home) == (ODD, f"{ODD}-1", f"{ODD}é")
    assert ctx.outputs[0].key == ODD.encode()
    assert between.tag_of(Customer(f"{ODD}é"), told) == tag


def test_every_character_is_written_as_the_struct_writes_it() -> None:
    every = Text("".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000)))))
    assert encode_plain(every) == encode(every)
