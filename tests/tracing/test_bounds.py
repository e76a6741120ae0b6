"""Bounds, messages and sums that random histories seldom reach."""

from monitor.engine.tracing.account import Account
from monitor.engine.tracing.effects import BAD_TAG, Effects
from monitor.engine.tracing.interval import ANY_LOAN, OTHER, Bounds, Pair, squeeze
from monitor.engine.tracing.ledger import Ledger
from monitor.engine.tracing.limits import LIMITS, Limits
from monitor.engine.tracing.lots import Lots, split
from monitor.engine.tracing.machine import Identity, Machine
from monitor.engine.tracing.movements import Booked, Kind, Movement, Retire, Share, Tag
from monitor.engine.tracing.passing import _union_sent, pass_op, whole
from monitor.engine.tracing.records import Part, Record, record_key
from monitor.engine.tracing.sequence import Place, Sequence
from monitor.engine.tracing.undo import undo
from monitor.engine.tracing.use import MOST_SPENT, Uses
from monitor.engine.tracing.wire import decode_ledger, encode_ledger


def share(certain: int, possible: int, point: int = 0, *, hops: int = 0, expires: int = 0) -> Share:
    return Share(certain, possible, point, 1_000_000, hops, expires)


def tag(transfer: str, amount: int = 10, **shares: Share) -> Tag:
    union = Bounds(sum(one.certain for one in shares.values()), sum(one.possible for one in shares.values()))
    return Tag(transfer, amount, shares, union)


def credit(number: int, amount: int = 10, payment: str = "") -> Movement:
    return Movement(payment or f"t{number}", "A", number, number * amount, amount, True, Kind.INFLOW, peer_account="B")


def booked(effects: Effects) -> list[tuple[str, str, int]]:
    return [(entry.draw, entry.bucket, entry.possible) for entry in effects.booked]


# -- union and squeeze ----------------------------------------------------------------------------------


def test_what_is_cut_from_a_tag_lowers_what_its_union_claims() -> None:
    sent, cut = {"L2": share(0, 50)}, {"L1": Pair(0, 50)}
    assert _union_sent(Bounds(50, 50), sent, cut) == Bounds(0, 50)
    assert _union_sent(Bounds(80, 90), sent, cut) == Bounds(30, 50)
    assert _union_sent(Bounds(10, 40), {"L2": share(20, 50)}, cut) == Bounds(20, 40)


def test_an_amount_is_the_union_less_all_the_others() -> None:
    box = {"L1": Bounds(0, 60), "L2": Bounds(10, 20), ANY_LOAN: Bounds(70, 75)}
    assert squeeze(box) == {"L1": Bounds(50, 60), "L2": Bounds(10, 20), ANY_LOAN: Bounds(70, 75)}
    box = {"L1": Bounds(30, 60), "L2": Bounds(10, 40), ANY_LOAN: Bounds(0, 50)}
    assert squeeze(box) == {"L1": Bounds(30, 40), "L2": Bounds(10, 20), ANY_LOAN: Bounds(40, 50)}


def test_what_has_no_name_is_never_certain() -> None:
    box = {"L1": Bounds(0, 10), OTHER: Bounds(0, 40), ANY_LOAN: Bounds(30, 50)}
    assert squeeze(box)[OTHER] == Bounds(0, 40)


# -- sequence -------------------------------------------------------------------------------------------


def test_a_skipped_range_is_late_at_both_its_ends_and_a_repeat_beyond() -> None:
    sequence = Sequence(LIMITS, last=4)
    assert sequence.skip_to(8) == 3
    places = {seq: sequence.place(seq) for seq in range(3, 10)}
    late = dict.fromkeys((5, 6, 7), Place.LATE)
    assert places == {3: Place.REPEAT, 4: Place.REPEAT, **late, 8: Place.NEXT, 9: Place.AHEAD}


def test_a_late_posting_leaves_the_range_and_only_it() -> None:
    for seq, left in ((5, [[6, 7]]), (6, [[5, 5], [7, 7]]), (7, [[5, 6]])):
        sequence = Sequence(LIMITS, skipped=[[1, 2], [5, 7]])
        sequence.late(seq)
        assert sequence.skipped == [[1, 2], *left]


def test_the_ranges_that_were_given_up_are_bounded() -> None:
    sequence = Sequence(Limits(skipped=2))
    for seq in (3, 6, 9):
        sequence.skip_to(seq)
        sequence.last = seq
    assert sequence.skipped == [[4, 5], [7, 8]]


def test_nothing_is_skipped_where_nothing_is_missing() -> None:
    sequence = Sequence(LIMITS, last=4)
    assert sequence.skip_to(5) == 0
    assert not sequence.skipped


# -- tags --------------------------------------------------------------------------------------------------


def test_an_inbox_takes_so_many_tags_and_ends_the_trail_of_the_next() -> None:
    account, effects = Account("A", Limits(inbox=2)), Effects()
    for number in range(3):
        account.receive(tag(f"t{number}", L=share(1, 2)), effects, 0)
    assert sorted(account.tags.early) == ["t0", "t1"]
    assert effects.events == [BAD_TAG]
    assert booked(effects) == [("L", "TRAIL_ENDED", 2)]


def test_a_tag_that_says_something_else_the_second_time_is_refused() -> None:
    account, effects = Account("A", LIMITS), Effects()
    account.receive(tag("t", L=share(1, 2)), effects, 0)
    account.receive(tag("t", L=share(1, 2)), effects, 0)
    assert not effects.events
    account.receive(tag("t", L=share(2, 2)), effects, 0)
    assert effects.events == [BAD_TAG]


def test_a_relayed_tag_that_was_applied_changes_nothing_for_a_day() -> None:
    account, effects = Account("A", LIMITS), Effects()
    one = tag("t1", L=share(5, 5, 5))
    account.receive(one, effects, 0, offset=0)
    account.append(credit(1), 10, 0, effects)
    account.receive(one, effects, 0, offset=1)
    assert not account.tags.early
    account.expire(effects, LIMITS.inbox_ms - 1)
    assert account.tags.applied
    account.expire(effects, LIMITS.inbox_ms)
    assert not account.tags.applied


def test_so_many_applied_tags_are_remembered_and_the_oldest_goes_also_after_a_restart() -> None:
    ledger = Ledger(Limits(applied=2))
    ledger.open_account("A")
    for clock, name in enumerate(("t9", "t1", "t5"), 1):
        ledger.receive("A", tag(name, L=share(5, 5, 5)), clock, offset=clock)
        ledger.post(credit(clock, payment=name), clock)
        ledger = decode_ledger(encode_ledger(ledger), ledger.limits)
    account = ledger.entries["A"].account
    assert list(account.tags.applied) == ["t1", "t5"]
    assert list(account.tags.deadlines()) == [2 + LIMITS.inbox_ms]
    account.expire(Effects(), 2 + LIMITS.inbox_ms)
    assert list(account.tags.applied) == ["t5"]


def test_what_was_given_up_is_remembered_for_a_day() -> None:
    account, effects = Account("A", LIMITS), Effects()
    account.append(credit(1), 10, 0, effects)
    account.expire(effects, LIMITS.give_up_ms)
    assert list(account.deadlines()) == [LIMITS.give_up_ms + LIMITS.inbox_ms]
    account.expire(effects, LIMITS.give_up_ms + LIMITS.inbox_ms - 1)
    assert account.tags.forced
    account.expire(effects, LIMITS.give_up_ms + LIMITS.inbox_ms)
    assert not account.tags.forced


def test_so_many_given_up_are_remembered_and_the_trail_of_the_others_ends_a_day_after_their_tag() -> None:
    account, effects = Account("A", Limits(forced=2)), Effects()
    for number in range(1, 4):
        account.append(credit(number), 10 * number, number, effects)
        account.expire(effects, number + LIMITS.give_up_ms)
    assert sorted(account.tags.forced) == ["t2", "t3"]
    late = 4 + LIMITS.give_up_ms
    for number in (1, 2):
        account.receive(tag(f"t{number}", L=share(number, number, number)), effects, late)
    assert booked(effects) == [("L", "TRAIL_ENDED", 2)]
    account.expire(effects, late + LIMITS.inbox_ms)
    assert booked(effects) == [("L", "TRAIL_ENDED", 2), ("L", "TRAIL_ENDED", 1)]


def test_a_tag_with_impossible_figures_enters_as_clean() -> None:
    wrong = [
        share(6, 5, 5),
        share(0, 11, 0),
        share(-1, 5, 0),
        share(2, 5, 1),
        share(2, 5, 6),
    ]
    for one in wrong:
        machine, effects = Machine(LIMITS), Effects()
        pass_op(machine, credit(1), tag("t1", L=one), effects)
        assert effects.events == [BAD_TAG]
        assert machine.clean
    for one in (share(0, 0), share(10, 10, 10), share(0, 10, 10), share(0, 10, 0)):
        machine, effects = Machine(LIMITS), Effects()
        pass_op(machine, credit(1), tag("t1", L=one), effects)
        assert not effects.events


def test_an_origin_closed_before_its_credit_came_is_taken_out_of_the_tag() -> None:
    account, effects = Account("A", LIMITS), Effects()
    early = Tag("t1", 100, {"L1": share(10, 30, 20), "L2": share(20, 60, 40)}, Bounds(50, 80))
    account.receive(early, effects, 0)
    account.receive(Retire("L1"), effects, 0)
    assert booked(effects) == [("L1", "CLOSED", 30)]
    assert account.tags.early["t1"].tag.shares.keys() == {"L2"}
    assert account.tags.early["t1"].tag.union == Bounds(20, 70)
    account.receive(Retire("L2"), effects, 0)
    assert account.tags.early["t1"].tag.union == Bounds(0, 0)


def test_the_places_an_origin_was_sent_to_are_bounded_and_told_when_it_closes() -> None:
    account, effects = Account("A", Limits(edges=2)), Effects()
    account.append(draw(100), 100, 0, effects)
    for number, receiver in enumerate(["B", "B", "C", "D"], 2):
        out = Movement(f"o{number}", "A", number, 0, 10, False, Kind.OUTFLOW, peer_account=receiver)
        account.append(out, 0, 0, effects)
    assert account.edges["L"].receivers == [("", "B"), ("", "C")]
    effects = Effects()
    account.receive(Retire("L"), effects, 0)
    assert [envelope.receiver for envelope in effects.outbox] == ["B", "C"]
    assert not account.edges


def test_where_an_origin_was_sent_is_forgotten_at_its_horizon() -> None:
    account, effects = Account("A", LIMITS), Effects()
    account.append(draw(100), 100, 0, effects)
    account.append(Movement("o", "A", 2, 0, 100, False, Kind.OUTFLOW, peer_account="B"), 0, 0, effects)
    account.expire(effects, LIMITS.horizon_ms - 1)
    assert account.edges
    account.expire(effects, LIMITS.horizon_ms)
    assert not account.edges


def draw(amount: int, name: str = "L", number: int = 1) -> Movement:
    return Movement(f"d{number}", "A", number, amount, amount, True, Kind.DRAW, draw_id=name, loan_id=name)


def test_hops_count_between_names_and_end_the_trail_beyond_the_limit() -> None:
    for hops, sent in ((3, True), (4, False)):
        machine, effects = Machine(LIMITS), Effects()
        machine.credit(None, 200_00, {"L": share(200_00, 200_00, 200_00, hops=hops)}, Bounds(200_00, 200_00))
        out = Movement("o", "A", 1, 0, 150_00, False, Kind.OUTFLOW, peer_account="B", same_name=False)
        pass_op(machine, out, tag(""), effects)
        message = effects.outbox[0].message
        assert isinstance(message, Tag)
        assert bool(message.shares) is sent
        assert not sent or message.shares["L"].hops == 4
        assert bool(effects.booked) is not sent


def test_the_smallest_tag_between_names_is_a_hundred_yuan() -> None:
    for amount, sent in ((99_99, False), (100_00, True)):
        machine, effects = Machine(LIMITS), Effects()
        machine.credit(None, 200_00, {"L": share(200_00, 200_00, 200_00)}, Bounds(200_00, 200_00))
        out = Movement("o", "A", 1, 0, amount, False, Kind.OUTFLOW, peer_account="B", same_name=False)
        pass_op(machine, out, tag(""), effects)
        message = effects.outbox[0].message
        assert isinstance(message, Tag)
        assert bool(message.shares) is sent


# -- machine ------------------------------------------------------------------------------------------------


def test_a_second_share_of_an_origin_widens_its_cap_hops_and_horizon() -> None:
    machine = Machine(LIMITS)
    machine.credit(None, 10, {"L": Share(5, 5, 5, 60, 2, 70)}, Bounds(5, 5))
    machine.credit(None, 10, {"L": Share(5, 5, 5, 50, 1, 90)}, Bounds(5, 5))
    source = machine.sources["L"]
    assert (source.cap, source.hops, source.expires) == (60, 2, 90)


def test_a_ninth_origin_makes_the_smallest_join_the_others() -> None:
    machine = Machine(LIMITS)
    for number in range(8):
        amount = 20 + number
        assert not machine.credit(None, amount, {f"L{number}": Share(amount, amount, amount)}, Bounds(amount, amount))
    ended = machine.credit(None, 30, {"L8": Share(30, 30, 30, hops=3, expires=9)}, Bounds(30, 30))
    assert [(one.origin, one.bucket, one.pair) for one in ended] == [("L0", "TRAIL_ENDED", Pair(20, 20, 20))]
    assert (machine.sources[OTHER].low, machine.sources[OTHER].high) == (0, 20)
    assert machine.lots.held(OTHER) == 20


def test_records_are_bounded_and_the_oldest_goes() -> None:
    machine = Machine(Limits(records=2))
    machine.credit(Identity("t1", 0), 10, {"L": share(10, 10, 10)}, Bounds(10, 10))
    machine.debit(Identity("t2", 0), 1)
    machine.debit(Identity("t3", 0), 1)
    assert [record.key for record in machine.records] == [record_key("t2"), record_key("t3")]


def test_a_second_movement_of_one_payment_replaces_its_record() -> None:
    machine = Machine(LIMITS)
    machine.credit(None, 10, {"L": share(10, 10, 10)}, Bounds(10, 10))
    machine.debit(Identity("t", 0), 1)
    machine.debit(Identity("u", 0), 1)
    machine.debit(Identity("t", 0), 3)
    assert [(record.key, record.amount) for record in machine.records] == [(record_key("u"), 1), (record_key("t"), 3)]


def test_an_origin_that_is_gone_is_forgotten_unless_an_undo_can_bring_it_back() -> None:
    machine = Machine(LIMITS)
    machine.credit(None, 10, {"L": share(10, 10, 10)}, Bounds(10, 10))
    machine.debit(Identity("t", 0), 10)
    machine.prune()
    assert "L" in machine.sources
    machine.records.clear()
    machine.prune()
    assert machine.clean


def test_an_undo_in_parts_ends_where_a_whole_one_does() -> None:
    def machine() -> Machine:
        made = Machine(LIMITS, 40)
        made.credit(None, 50, {"L": share(50, 50, 50)}, Bounds(50, 50))
        made.debit(Identity("t", 0), 60)
        made.debit(Identity("u", 0), 10)
        return made

    whole, parts = machine(), machine()
    undo(whole, whole.records[0], 60)
    for _ in range(3):
        undo(parts, parts.records[0], 20)
    for made in (whole, parts):
        assert (made.sources["L"].low, made.sources["L"].high) == (40, 50)
        assert made.balance == 80
        assert made.records[0].amount == 0


# -- points and ledger ----------------------------------------------------------------------------------------


def test_a_mixed_lot_gives_an_exact_part() -> None:
    assert split({"L": 2, "own": 5}, 3) == {"own": 3}
    assert split({"L": 2, "own": 5}, 4) == {"L": 1, "own": 3}
    assert split({"L": 4, "own": 4}, 4) == {"L": 2, "own": 2}
    assert split({"L": 1, "own": 3}, 2) == {"own": 2}


def test_lots_leave_oldest_first_and_what_comes_back_is_the_oldest() -> None:
    lots = Lots(3, [])
    for colour, units in (("own", 5), ("L", 7), ("own", 2), ("own", 1)):
        lots.push({colour: units})
    assert lots.queue == [{"own": 5}, {"L": 7}, {"own": 3}]
    assert lots.take(6) == {"own": 5, "L": 1}
    lots.push({"K": 4}, front=True)
    lots.push({"K": 1})
    assert lots.queue == [{"K": 4, "L": 6}, {"own": 3}, {"K": 1}]
    lots.take_newest({"K": 2, "own": 3})
    assert lots.queue == [{"K": 3, "L": 6}]
    assert (lots.held("K"), lots.held("own")) == (3, 0)


def test_a_bucket_that_is_empty_again_is_gone() -> None:
    uses = Uses(LIMITS)
    uses.draw("D", "L", 100, 0, "A")
    uses.book(Booked("D", "CASH", 1, 3, 2))
    assert uses.by_draw["D"].buckets == {"CASH": [1, 3, 2]}
    uses.book(Booked("D", "CASH", 1, 3, 2, -1))
    assert not uses.by_draw["D"].buckets
    uses.book(Booked("unknown", "CASH", 1, 3, 2))
    assert list(uses.by_draw) == ["D"]


def test_payments_that_are_to_be_named_are_kept_within_a_bound_and_what_came_back_is_taken_off() -> None:
    uses = Uses(LIMITS)
    uses.draw("D", "L", 1_000, 0, "A")
    for number in range(MOST_SPENT + 2):
        uses.book(Booked("D", "CASH", 10, 12, 11, 1, "B", f"P{number}"), elsewhere=True, named=True)
    uses.book(Booked("D", "CASH", 0, 12, 11, 1, "B", "only possible"), elsewhere=True, named=True)
    uses.book(Booked("D", "CASH", 10, 12, 11, 1, "B", "another class"), elsewhere=True)
    uses.book(Booked("D", "CASH", 10, 12, 11, -1, "B", "P3"), elsewhere=True, named=True)
    uses.book(Booked("D", "CASH", 4, 5, 5, -1, "B", "P4"), elsewhere=True, named=True)
    uses.book(Booked("D", "CASH", 4, 5, 5, -1, "B", "P0"), elsewhere=True, named=True)  # forgotten before
    spent = uses.by_draw["D"].spent
    assert [(one.payment, one.certain) for one in spent] == [
        ("P2", 10),
        *((f"P{n}", 10) for n in range(5, 10)),
        ("P4", 6),
    ]


def test_a_running_draw_ends_at_the_horizon_and_is_forgotten_thirty_days_later() -> None:
    uses = Uses(LIMITS)
    use = uses.draw("D", "L", 100, 7, "A")
    end = 7 + LIMITS.horizon_ms
    assert uses.deadlines() == [end]
    uses.expire(end - 1)
    assert not use.ended
    uses.expire(end)
    assert use.ended == end
    assert uses.deadlines() == [end + LIMITS.record_ms]
    uses.expire(end + LIMITS.record_ms - 1)
    assert uses.by_draw
    uses.expire(end + LIMITS.record_ms)
    assert not uses.by_draw


# -- endings --------------------------------------------------------------------------------------------------


def held(machine: Machine, name: str) -> tuple[int, int]:
    return machine.sources[name].low, machine.sources[name].high


def two_loans() -> Machine:
    """A union that is tighter than its parts."""
    machine = Machine(LIMITS, 40)
    machine.credit(None, 60, {"L1": share(20, 50, 30, hops=3, expires=5), "L2": share(0, 50, 30)}, Bounds(60, 60))
    assert (held(machine, "L1"), held(machine, "L2"), held(machine, ANY_LOAN)) == ((20, 50), (10, 40), (60, 60))
    return machine


def test_an_origin_that_ends_takes_its_bounds_out_of_the_union() -> None:
    machine = two_loans()
    assert machine.drop("L1") == Pair(20, 50, 30)
    assert held(machine, ANY_LOAN) == (10, 40)
    machine.sources["L2"].low = 0
    machine.narrow()
    assert held(machine, "L2") == (10, 40)


def test_an_origin_that_ends_lowers_the_union_by_what_it_may_have_been() -> None:
    machine = Machine(LIMITS, 40)
    shares = {"L1": share(20, 50, 30), "L2": share(0, 40, 30), "L3": share(0, 40)}
    machine.credit(None, 60, shares, Bounds(60, 60))
    machine.drop("L1")
    assert held(machine, ANY_LOAN) == (10, 40)
    assert (held(machine, "L2"), held(machine, "L3")) == ((0, 40), (0, 40))


def test_origins_without_a_name_keep_the_largest_hops_and_the_last_horizon() -> None:
    machine = two_loans()
    machine.drop("L1", OTHER)
    machine.drop("L2", OTHER)
    assert (machine.sources[OTHER].hops, machine.sources[OTHER].expires) == (3, 5)
    machine = two_loans()
    machine.drop("L2", OTHER)
    machine.drop("L1", OTHER)
    assert (machine.sources[OTHER].hops, machine.sources[OTHER].expires) == (3, 5)
    assert held(machine, OTHER) == (0, 60)


def test_anchors_of_a_changed_sum_are_void_and_others_stay() -> None:
    def anchored(into: str) -> dict[str, bool]:
        machine = two_loans()
        machine.credit(None, 5, {OTHER: share(0, 5)}, Bounds(0, 5))
        machine.debit(Identity("t", 0), 10)
        machine.drop("L1", into)
        return {name: part.floor is not None for name, part in machine.records[0].parts.items()}

    assert anchored("own") == {"L2": True, ANY_LOAN: False, OTHER: True}
    assert anchored(OTHER) == {"L2": True, ANY_LOAN: False, OTHER: False}


def record(**parts: Part) -> Record:
    return Record(b"t", True, 50, {"L1": 20, "L2": 10, "own": 20}, parts=parts)


def test_a_record_forgets_an_origin_that_ended() -> None:
    one = record(L1=Part(5, 20, 0, 0), L2=Part(0, 30, 0, 0), ANY_LOAN=Part(24, 40, 0, 0))
    one.forget("L1", "own")
    assert one.composition == {"L2": 10, "own": 40}
    assert (one.parts[ANY_LOAN].certain, one.parts[ANY_LOAN].possible) == (4, 30)
    one = record(L1=Part(15, 20, 0, 0), L2=Part(0, 30, 0, 0), ANY_LOAN=Part(10, 40, 0, 0))
    one.forget("L1", "own")
    assert (one.parts[ANY_LOAN].certain, one.parts[ANY_LOAN].possible) == (0, 25)
    assert set(one.parts) == {"L2", ANY_LOAN}


def test_a_record_counts_an_origin_that_lost_its_name_among_the_others() -> None:
    one = record(L1=Part(5, 20, 0, 0), L2=Part(0, 30, 0, 0), ANY_LOAN=Part(24, 40, 0, 0))
    one.forget("L1", OTHER)
    assert one.composition == {"L2": 10, OTHER: 20, "own": 20}
    assert (one.parts[OTHER].certain, one.parts[OTHER].possible) == (0, 20)
    assert (one.parts[ANY_LOAN].certain, one.parts[ANY_LOAN].possible) == (4, 40)
    one.forget("L2", OTHER)
    assert one.parts[OTHER].possible == 50
    one = record(L1=Part(5, 40, 0, 0), OTHER=Part(0, 30, 0, 0), ANY_LOAN=Part(24, 40, 0, 0))
    one.forget("L1", OTHER)
    assert one.parts[OTHER].possible == 50


def test_what_is_left_of_a_record_is_told_by_origin_and_not_by_union() -> None:
    one = record(L1=Part(5, 20, 0, 0), ANY_LOAN=Part(24, 40, 0, 0))
    assert whole(one) == {"L1": Pair(5, 20, 20)}


def test_overdraft_is_own_money_of_the_payment() -> None:
    machine = Machine(LIMITS)
    machine.credit(None, 100, {"L": share(100, 100, 100)}, Bounds(100, 100))
    assert machine.debit(Identity("t", 0), 130).composition == {"L": 100, "own": 30}
    assert (machine.balance, machine.debt) == (0, 30)
    undo(machine, machine.records[0], 130)
    assert (machine.balance, machine.debt, held(machine, "L")) == (100, 0, (70, 100))


def test_a_resync_upwards_brings_own_money_and_downwards_takes_the_oldest() -> None:
    for balance, point in ((150, 30), (100, 30), (50, 25), (0, 0)):
        machine = two_loans()
        ended = machine.resync(balance)
        assert sum(sum(lot.values()) for lot in machine.lots.queue) == balance
        assert all(units for lot in machine.lots.queue for units in lot.values())
        assert machine.lots.held("L1") == point
        assert [one.pair for one in ended] == [Pair(0, 50, 30 - point), Pair(0, 40, 30 - point)]


# -- undoing, by hand ------------------------------------------------------------------------------------------


def paid_out() -> Machine:
    """Balance 100, loan [50, 80]; a payment of 60 carried [10, 60] and left [0, 40] of 40."""
    machine = Machine(LIMITS, 20)
    machine.credit(None, 80, {"L": share(50, 80, 80)}, Bounds(50, 80))
    machine.debit(Identity("t", 0), 60)
    source = machine.sources["L"]
    assert (held(machine, "L"), source.out_sum, source.in_sum) == ((0, 40), 60 - 50, 80 - 10)
    return machine


def test_undoing_a_part_of_an_outflow_moves_sums_and_anchors_as_written() -> None:
    machine = paid_out()
    source, one = machine.sources["L"], machine.records[0]
    part = one.parts["L"]
    assert (part.certain, part.possible, part.floor, part.ceiling) == (10, 60, 50 - 50, 80 - 80)
    back = undo(machine, one, 55).carried
    assert back.bounds["L"] == Bounds(5, 55)
    assert (part.certain, part.possible) == (0, 5)
    assert (source.out_sum, source.in_sum) == (10 - 5, 70 + 55)
    assert (part.floor, part.ceiling) == (0 - 5 + (60 - 5), 0 + (10 - 0) - 55)
    assert held(machine, "L") == (45, 80)
    assert (one.amount, one.composition) == (5, {"own": 5 * 20 // 60, "L": 5 - 5 * 20 // 60})


def test_undoing_an_outflow_without_anchors_adds_the_pair_back() -> None:
    machine = paid_out()
    for part in machine.records[0].parts.values():
        part.void()
    undo(machine, machine.records[0], 55)
    assert held(machine, "L") == (5, 95)


def received() -> Machine:
    """Balance 100, of it a credit of 60 that brought [20, 50]."""
    machine = Machine(LIMITS, 20)
    machine.credit(None, 20, {"L": share(10, 15, 12)}, Bounds(10, 15))
    machine.credit(Identity("t", 0), 60, {"L": share(20, 50, 30)}, Bounds(20, 50))
    assert held(machine, "L") == (30, 65)
    return machine


def test_undoing_a_part_of_an_inflow_moves_sums_and_anchors_as_written() -> None:
    machine = received()
    source, one = machine.sources["L"], machine.records[0]
    part = one.parts["L"]
    assert (part.floor, part.ceiling, source.out_sum, source.in_sum) == (10 - 10, 15 - 15, -30, 65)
    back = undo(machine, one, 45).carried
    assert back.bounds["L"] == Bounds(5, 45)
    assert (part.certain, part.possible) == (0, 15)
    assert (source.out_sum, source.in_sum) == (-30 + 45, 65 - 5)
    assert (part.floor, part.ceiling) == (0 + 45 - (20 - 0), 0 - (50 - 15) + 5)
    assert held(machine, "L") == (10, 30)
    assert machine.balance == 55


def test_undoing_an_inflow_without_anchors_takes_the_pair_away() -> None:
    machine = received()
    machine.credit(None, 100, {}, Bounds(0, 0))
    for part in machine.records[0].parts.values():
        part.void()
    undo(machine, machine.records[0], 45)
    assert held(machine, "L") == (0, 60)
    machine = received()
    for part in machine.records[0].parts.values():
        part.void()
    undo(machine, machine.records[0], 25)
    assert held(machine, "L") == (5, 65)
