"""How well the monitor does on banks that nobody tuned it on: recall, BLOCK precision, innocents, uses of loans.

    python -m tests.fund_flow.unseen --seeds 1009,2003,3001 [--customers N] [--days N] [--share S]

Each bank is played and decided by `rules/enforce_all.toml`. Nobody obeys: every case goes on to its end, so what is
stopped early can be found later, too. What is counted:

**Recall** is of the episodes that could be proven, per code and grade, as `monitor replay --truth` counts: a rule asked
for more than ALLOW and named an event of the episode, or, as after a timer, its customer. Strict: the rule of the
episode's own code. Family: a rule that tells the same fraud will do. Siblings are CO01 and CO13 (money paid away comes
home; a seller and his helper are a ring of three), and FF01 and FF02 (loan money reaches a forbidden use, by the
borrower's own hand or by others'). No other codes are: FF03 and FF04 ask the same of the borrower, but for different
reasons.

**BLOCK precision** is the share of blocks on people who take part in an episode. A block is an event for which a rule
asked for BLOCK; an event that two rules block counts for each. Who takes part knows what he does, so all of them count,
also where nobody could prove it yet.

**Innocents blocked by money that was no loan money**: people in no episode, with a payment blocked for a certain part
that holds less of a loan than was called certain under some conserving method of `monitor.trail`. Those methods share
no code with the engine. The sum over loans is asked of methods blind to whose money it is; each loan by itself of all.

**Uses**: for each planted case, guilty or innocent, its loans by what its people meant (`uses` of the truth) against
the points of `use-of-proceeds` at the end. Right is, class by class, the smaller of the two. A loan is spent once: uses
are taken in the order in which they were begun, up to what was drawn; the rest was other money. What was drawn and not
used is not asked for. What is not right has two causes. *Not gone*: the point says that the loan is still with people,
more of it than was meant to stay; first in first out lets the money go first that lay there before. *Elsewhere*: the
point names another class. `forbidden` is the other side: of the points told to be at a forbidden use, the share that
was meant for that use. Money has no mark on it: what its people meant is one way of counting, first in first out
another. How far they differ without any monitor is told beside it, by the methods of `monitor.trail`.

**Destinations** leave that choice aside: of the value that the points say left with payments to others outside, in all
of the bank, the share whose class is what the simulator knows the payee to be. A shop paid by transfer is consumption;
a private person is unknown to everybody.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import msgspec

from monitor.offline import Answer, Event, OfflineMonitor
from monitor.simulator.bank import Bank, Plan
from monitor.simulator.casting import Shares
from monitor.simulator.merchants import Town
from monitor.simulator.score import GradeScore, Scorecard, score
from monitor.simulator.truth import DEALT, GRADES, Code, Grade, Truth
from monitor.trail.followed import Followed
from monitor.trail.following import follow
from monitor.trail.lots import is_loan, total
from monitor.trail.methods import METHODS
from monitor.trail.movements import ON_THE_WAY, UNKNOWN, UNSPENT, WITH_OTHERS, Step
from monitor.trail.order import in_order, reached
from monitor.trail.reading import Record, read
from rules import catalogue
from rules.uses import FORBIDDEN
from topics import names
from topics.cards import CardPosting
from topics.fields import Posting
from topics.loans import LoanDisbursed
from topics.transfers import TransferPosting

DAYS: Final = 36  # FF04 speaks 30 days after a draw
AFTER_MS: Final = 10 * 60_000  # by then the last word has been given
PARTITIONS: Final = 4
SIBLINGS: Final[Mapping[str, str]] = {"CO01": "CO13", "CO13": "CO01", "FF01": "FF02", "FF02": "FF01"}
CONSERVING: Final = [method for method in METHODS.values() if method.conserves]
BLIND: Final = frozenset({"fifo", "lifo", "haircut"})
"""Methods that choose by time or share, whosever the money is: what they say of several loans adds up."""

Message = dict[str, Any]


@dataclass
class Uses:
    """Loan value in minor units, and how much of it is right, or told to be still with people (`kept`).

    `forbidden`: told to be at a forbidden use; `meant`: of it, what was meant for it.
    """

    value: int = 0
    right: int = 0
    kept: int = 0
    forbidden: int = 0
    meant: int = 0

    def add(self, other: "Uses") -> None:
        """Add up."""
        self.value, self.right, self.kept = self.value + other.value, self.right + other.right, self.kept + other.kept
        self.forbidden, self.meant = self.forbidden + other.forbidden, self.meant + other.meant


@dataclass
class Wrong:
    """An answer that asked for a block of an innocent, and how much of what was called certain some method denies."""

    answer: Message
    denied: int


@dataclass
class Measured:
    """What came of banks: the truth, the answers that say more than ALLOW, and what was counted besides.

    `innocent`: blocks of people in no episode. `uses`: by the code and variant of the case; `by_method`: what the
    methods of `monitor.trail` say of the same loans. `reached`: class of the payee, and class told -> minor units.
    """

    truth: list[Truth] = field(default_factory=list)
    decisions: list[Message] = field(default_factory=list)
    alerts: list[Message] = field(default_factory=list)
    innocent: list[Wrong] = field(default_factory=list)
    uses: defaultdict[tuple[str, str], Uses] = field(default_factory=lambda: defaultdict(Uses))
    by_method: defaultdict[str, Uses] = field(default_factory=lambda: defaultdict(Uses))
    reached: Counter[tuple[str, str]] = field(default_factory=Counter)

    def card(self, *, family: bool = False) -> Scorecard:
        """Score it; `family`: with the words of siblings."""
        decisions, alerts = self.decisions, self.alerts
        if family:
            decisions, alerts = [with_siblings(d) for d in decisions], [with_siblings(a) for a in alerts]
        return score(self.truth, decisions, alerts)

    @property
    def all_uses(self) -> Uses:
        """Of all cases."""
        found = Uses()
        for uses in self.uses.values():
            found.add(uses)
        return found

    def add(self, other: "Measured") -> None:
        """Put another bank beside."""
        self.truth += other.truth
        self.decisions += other.decisions
        self.alerts += other.alerts
        self.innocent += other.innocent
        for case, uses in other.uses.items():
            self.uses[case].add(uses)
        self.reached.update(other.reached)
        for method, uses in other.by_method.items():
            self.by_method[method].add(uses)


def with_siblings(answer: Message) -> Message:
    """An answer in which each reason is given under the sibling's code, too."""
    reasons = answer["reasons"]
    told = [{**reason, "code": SIBLINGS[reason["code"]]} for reason in reasons if reason["code"] in SIBLINGS]
    return {**answer, "reasons": [*reasons, *told]}


@dataclass
class BankUnderTest:
    """A bank while it is decided: its records, whose loan each draw is of, and the newest ledger of each loan.

    `posted`: payments that were made, not only asked for. `payees`: posting that left the bank -> its payee's class.
    """

    plan: Plan
    records: list[Record] = field(default_factory=list)
    posted: set[str] = field(default_factory=set)
    payees: dict[str, str] = field(default_factory=dict)
    loan_of_event: dict[str, str] = field(default_factory=dict)
    loan_of_draw: dict[str, str] = field(default_factory=dict)
    ledgers: dict[str, Message] = field(default_factory=dict)
    found: Measured = field(default_factory=Measured)

    def play(self) -> None:
        """Play it to its end and hear every answer."""
        bank, monitor = Bank(self.plan), OfflineMonitor(catalogue.packaged("enforce_all"), partitions=PARTITIONS)
        for answer in monitor.play(self._events(bank)):
            self._hear(answer)
        for answer in monitor.wait_until(self.records[-1].append_time + AFTER_MS):
            self._hear(answer)
        self.found.truth = list(bank.truth)

    def _events(self, bank: Bank) -> Iterator[Event]:
        encode, known = msgspec.json.Encoder().encode, _classes(bank.town)
        for delivery in bank.stream():
            message = delivery.message
            if isinstance(message, LoanDisbursed):
                self.loan_of_event[message.event_id] = message.loan_id
                self.loan_of_draw[message.draw_id] = message.loan_id
            if isinstance(message, Posting):
                self.posted.add(message.payment_id)
                if payee := payee_of(message, known):
                    self.payees[message.event_id] = payee
            event = Event(delivery.topic, delivery.key, delivery.append_time, encode(message))
            self.records.append(Record(*event))
            yield event

    def _hear(self, answer: Answer) -> None:
        topic, value = answer.output.topic, answer.output.value
        if value is None or topic not in (names.DECISIONS, names.ALERTS, names.USE_OF_PROCEEDS):
            return
        told: Message = json.loads(value)
        if topic == names.USE_OF_PROCEEDS:
            self.ledgers[told["loan_id"]] = told
        elif topic == names.ALERTS:
            self.found.alerts.append(told)
        else:
            self.take(told)

    def take(self, decision: Message) -> None:
        """Keep a decision that says more than ALLOW, and count the loan money that left with a payment."""
        flow, payee = decision["fund_flow"], self.payees.get(decision["event_id"])
        if payee and flow:
            self.found.reached[payee, flow["destination_class"]] += flow["point"]
        if decision["reasons"]:
            self.found.decisions.append(decision)

    def count_uses(self) -> None:
        """Compare what was meant with what was told, case by case."""
        for record in self.found.truth:
            loans = {self.loan_of_event[event] for event in record.event_ids if event in self.loan_of_event}
            ledgers = [self.ledgers[loan] for loan in sorted(loans)]
            if not record.uses or not ledgers:
                continue
            self.found.uses[record.code, record.variant].add(compare_uses(record.uses, ledgers))
            for counts in zip(*(self.followed(loan) for loan in sorted(loans)), strict=True):
                told = compare_uses(record.uses, map(_as_ledger, counts))
                self.found.by_method[counts[0].method.name].add(told)

    def find_innocents(self) -> None:
        """Look at everything that asked for a block of somebody in no episode."""
        guilty = {person for record in self.found.truth if record.kind == "episode" for person in record.people}
        said = {
            answer["event_id"]: answer for answer in [*self.found.alerts, *self.found.decisions] if _blocks_of(answer)
        }
        for answer in said.values():
            if answer["customer_id"] not in guilty:
                self.found.innocent.append(Wrong(answer, self.denied(answer)))

    def denied(self, answer: Message) -> int:
        """The most by which a conserving method says less than what was called certain; 0 when none does."""
        flow = answer.get("fund_flow")
        if not flow or not flow["certain"] or answer["payment_id"] not in self.posted:
            return 0
        said: defaultdict[str, int] = defaultdict(int)
        for draw, (certain, *_) in flow["loans"].items():
            said[self.loan_of_draw[draw]] += certain
        denied, sums = 0, defaultdict[str, int](int)
        for loan, certain in said.items():
            for followed in self.followed(loan):
                payment = followed.payments.get(answer["payment_id"])  # None: no account that the loan came to
                part = total(filter(is_loan, payment.whole)) if payment else 0
                sums[followed.method.name] += part
                denied = max(denied, certain - part)
        certain = int(flow["certain"])
        return max([denied, *(certain - part for name, part in sums.items() if name in BLIND)])

    def followed(self, loan: str) -> list[Followed]:
        """The loan under every conserving method."""
        accounts = reached(self._steps, loan)
        here = [step for step in self._steps if step.account in accounts or not step.account]
        return [follow(here, loan, method) for method in CONSERVING]

    @cached_property
    def _steps(self) -> list[Step]:
        return list(in_order(read(self.records).steps))


def _classes(town: Town) -> dict[str, str]:
    """Account or merchant -> class of use, of everybody of the town who is not a private person."""
    known = {payee.account: use for use, payees in town.destinations.items() for payee in payees}
    for shop in town.all_shops():
        known[shop.settlement.account] = "CASH" if shop.category == "wallet" else "CONSUMPTION"
        known[shop.card_acceptor_id] = "CASH" if shop.category in {"machine", "wallet"} else "CONSUMPTION"
    return known


def payee_of(posting: Posting, known: Mapping[str, str]) -> str:
    """Class of who was paid outside the bank; "" when nobody was."""
    if isinstance(posting, CardPosting) and posting.credit_debit == "DBIT":
        return known.get(posting.card_acceptor_id, UNKNOWN)
    if not isinstance(posting, TransferPosting) or posting.credit_debit == "CRDT" or posting.counterparty_customer_id:
        return ""
    if posting.posting_kind == "cash":
        return "CASH"
    return "SELF_OFFUS" if posting.same_name else known.get(posting.counterparty_account or "", UNKNOWN)


def _blocks_of(answer: Message) -> list[str]:
    """Rules that asked for a block."""
    return [reason["code"] for reason in answer["reasons"] if reason["action"] == "BLOCK"]


def _as_ledger(followed: Followed) -> Message:
    """What a method says of a loan, in the form of `use-of-proceeds`."""
    points = {bucket: {"point": amount} for bucket, amount in followed.ledger.items()}
    nothing = {"point": 0}
    unspent = points.pop(UNSPENT, nothing)
    others = {"point": points.pop(WITH_OTHERS, nothing)["point"] + points.pop(ON_THE_WAY, nothing)["point"]}
    return {"principal": followed.principal, "unspent": unspent, "with_others": others, "classes": points}


def compare_uses(meant: Mapping[str, int], ledgers: Iterable[Message]) -> Uses:
    """Compare one case: class of use -> amount meant, in order, with the ledgers of its loans."""
    drawn, kept, points = 0, 0, defaultdict[str, int](int)
    for ledger in ledgers:
        drawn += ledger["principal"]
        kept += ledger["unspent"]["point"] + ledger["with_others"]["point"]
        for use, told in ledger["classes"].items():
            points[use] += told["point"]
    found, asked = Uses(), dict[str, int]()
    for use, amount in meant.items():
        asked[use] = min(amount, drawn - sum(asked.values()))
    found.value = sum(asked.values())
    found.right = sum(min(amount, points[use]) for use, amount in asked.items())
    found.kept = max(0, min(found.value - found.right, kept - (drawn - found.value)))
    found.forbidden = sum(points[use] for use in FORBIDDEN)
    found.meant = sum(min(asked.get(use, 0), points[use]) for use in FORBIDDEN)
    return found


def measure(plan: Plan) -> Measured:
    """Play one bank, decide it, count."""
    bank = BankUnderTest(plan)
    bank.play()
    bank.count_uses()
    bank.find_innocents()
    return bank.found


def report(found: Measured) -> str:
    """All figures in tables."""
    return "\n".join([*_recall(found), "", *_blocks(found), "", *_uses(found), ""])


def _recall(found: Measured) -> Iterator[str]:
    strict, family = found.card(), found.card(family=True)
    yield "recall: found by the own rule, with siblings, of provable episodes; both shares"
    yield f"{'':6}" + "".join(f"{grade:>28}" for grade in GRADES)
    for name, codes in [*((code, (code,)) for code in DEALT), ("all", DEALT)]:
        yield f"{name:6}" + "".join(_cell(_grade(strict, codes, g), _grade(family, codes, g)) for g in GRADES)
    yield f"not found, siblings counted: {' '.join(family.missed) or '-'}"


def _grade(card: Scorecard, codes: Iterable[Code], grade: Grade) -> GradeScore:
    """Some codes in one grade."""
    scores = [card.codes[code].grades.get(grade, GradeScore(0, 0)) for code in codes]
    return GradeScore(sum(one.episodes for one in scores), sum(one.found for one in scores))


def _cell(own: GradeScore, siblings: GradeScore) -> str:
    shares = f"{_share(own.found, own.episodes)} {_share(siblings.found, siblings.episodes)}"
    return f"{own.found:7}{siblings.found:4} /{own.episodes:3}{shares:>12}"


def _blocks(found: Measured) -> Iterator[str]:
    codes = found.card().codes
    asked = {code: row for code, row in sorted(codes.items()) if row.blocks}
    blocks, right = sum(row.blocks for row in asked.values()), sum(row.right_blocks for row in asked.values())
    lowered = sum(bool(decision["budget_exceeded"]) for decision in found.decisions)
    yield f"BLOCK precision {_share(right, blocks)}, {right} of {blocks}; {lowered} answers lowered by a budget"
    yield "  " + ", ".join(f"{code} {row.right_blocks}/{row.blocks}" for code, row in asked.items())
    people = {wrong.answer["customer_id"] for wrong in found.innocent}
    denied = {wrong.answer["customer_id"] for wrong in found.innocent if wrong.denied > 0}
    yield f"innocents blocked: {len(people)}; by a certain part that was not loan money: {len(denied)}"
    cases = {person: f"{record.code} {record.variant}" for record in found.truth for person in record.people}
    for wrong in found.innocent:
        answer, flow = wrong.answer, wrong.answer.get("fund_flow") or {}
        who = f"{answer['customer_id']} ({cases.get(answer['customer_id'], 'in no case')})"
        yield f"  {who} {answer['event_id']} {'+'.join(_blocks_of(answer))} certain {flow.get('certain', 0)}"


def _uses(found: Measured) -> Iterator[str]:
    uses = found.all_uses
    yield f"of the points told to be at a forbidden use {_share(uses.meant, uses.forbidden)} was meant for it"
    yield f"{'use of loans, CNY':36}{'value':>12}  right  not gone  elsewhere  right of what is gone"
    rows = [(f"{code} {variant}", one) for (code, variant), one in sorted(found.uses.items())]
    for name, one in [*rows, ("all", uses)]:
        gone = one.value - one.kept
        shares = f"{_share(one.right, one.value):>7}{_share(one.kept, one.value):>10}"
        shares += f"{_share(gone - one.right, one.value):>11}{_share(one.right, gone):>23}"
        yield f"  {name:34}{one.value / 100:12,.0f}{shares}"
    counted = (f"{name} {_share(one.right, one.value)}" for name, one in found.by_method.items())
    yield f"right of the same, by how money is counted: {', '.join(counted)}"
    reached, right = found.reached.total(), sum(n for (payee, told), n in found.reached.items() if payee == told)
    yield f"destinations: {_share(right, reached)} of CNY {reached / 100:,.0f} that left, of the payee's own class"
    wrong = [(units, pair) for pair, units in found.reached.items() if len(set(pair)) > 1 and units]
    for units, (payee, told) in sorted(wrong, reverse=True):
        yield f"  {payee} told as {told}: {units / 100:,.0f}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:5.3f}" if whole else "    -"


def main() -> None:
    """Read the command line, measure, print: each bank, then all."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fund_flow.unseen",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seeds", default="1009,2003,3001", help="with commas between")
    parser.add_argument("--customers", type=int, default=1_000)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--share", type=float, default=0.25, help="of customers in an episode; as many innocents")
    options = parser.parse_args()
    shares, together = Shares(episodes=options.share, look_alikes=options.share), Measured()
    for seed in map(int, options.seeds.split(",")):
        found = measure(Plan(seed=seed, customers=options.customers, days=options.days, shares=shares))
        sys.stdout.write(f"seed {seed}\n{report(found)}\n")
        sys.stdout.flush()
        together.add(found)
    sys.stdout.write(f"all seeds\n{report(together)}")


if __name__ == "__main__":
    main()
