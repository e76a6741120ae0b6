"""What the streaming monitor said, read from its topics as anybody could: JSON in, findings out."""

import json
from collections.abc import Iterable
from typing import Any

from tests.fund_flow.figures import UNION, Figure, Span
from tests.fund_flow.findings import Findings, Said, Use, total
from tests.fund_flow.happenings import Message
from tests.fund_flow.use_records import violations
from topics import names


class Answers:
    """Loan money in each decision (a repeat is the same), the newest ledger of each loan, every tag, dead letters.

    Every ledger is looked at when it is published: `checked` is how many there were, `broken` what was wrong with them.
    """

    def __init__(self) -> None:
        self.flows: dict[str, dict[str, Any] | None] = {}
        self.ledgers: dict[str, dict[str, Any]] = {}
        self.tags: dict[str, dict[str, Any]] = {}
        self.dead: list[dict[str, Any]] = []
        self.checked = 0
        self.broken: list[str] = []

    def take(self, outputs: Iterable[tuple[str, bytes | None]]) -> None:
        """Read records of output topics, in order."""
        for topic, value in outputs:
            if value is None:
                continue
            if topic == names.DECISIONS:
                decision = json.loads(value)
                self.flows.setdefault(decision["event_id"], decision["fund_flow"])
            elif topic == names.USE_OF_PROCEEDS:
                self._ledger(json.loads(value))
            elif topic == names.FUND_FLOW:
                self._told(json.loads(value))
            elif topic == names.DEAD_LETTERS:
                self.dead.append(json.loads(value))

    def _ledger(self, record: dict[str, Any]) -> None:
        self.checked += 1
        self.broken += violations(record)
        self.ledgers[record["loan_id"]] = record

    def _told(self, message: dict[str, Any]) -> None:
        if message["type"] == "fund_flow.tag" and message["shares"]:
            self.tags[message["transfer"]] = message

    def findings(self, messages: Iterable[Message]) -> Findings:
        """What was said of the postings among these messages."""
        postings = {
            (str(m["account"]), int(m["acct_seq"])): _said(m, self.flows[m["event_id"]])
            for m in messages
            if "payment_id" in m and "acct_seq" in m
        }
        uses = {loan: _use(record) for loan, record in self.ledgers.items()}
        return Findings(postings, uses, {transfer: _shares(tag) for transfer, tag in self.tags.items()})


def _said(message: Message, flow: dict[str, Any] | None) -> Said:
    """Of what comes in, of a card's own money and of other currencies a decision says nothing."""
    outgoing = message.get("credit_debit") == "DBIT" or message["type"] == "loan.repaid"
    if not outgoing or message.get("account_kind") == "credit_card" or message["currency"] != "CNY":
        return Said()
    if flow is None:
        return Said(figures={})
    figures = {draw: Figure(*figure) for draw, figure in flow["loans"].items()}
    union = Span(flow["certain"], flow["possible"])
    if not flow["provisional"]:
        return Said(figures=figures, union=union)
    return Said(early={**{draw: Span(*figure[:2]) for draw, figure in figures.items()}, UNION: union})


def _shares(tag: dict[str, Any]) -> dict[str, Figure]:
    return {draw: Figure(*share[:3]) for draw, share in tag["shares"].items()}


def _range(told: dict[str, int]) -> Figure:
    return Figure(told["certain"], told["possible"], told["point"])


def _use(record: dict[str, Any]) -> Use:
    home, others = _range(record["unspent"]), _range(record["with_others"])
    buckets = {bucket: _range(told) for bucket, told in record["classes"].items()}
    return Use(tuple(record["draws"]), record["principal"], buckets, home, total([home, others]))
