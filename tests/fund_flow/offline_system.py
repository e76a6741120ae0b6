"""The offline tracer as a system under test: messages are collected, and read when all are there."""

from tests.fund_flow.figures import LOAN_CURRENCY, Figure, Limits
from tests.fund_flow.findings import Findings, Said, Use, total
from tests.fund_flow.happenings import Judgement, Message
from tests.fund_flow.offline_tracer import OfflineTracer
from tests.fund_flow.outcome import Draw, Passed

NOTHING = Figure(0, 0)


class OfflineSystem:
    """Knows no delays: what order messages come in is no matter to it."""

    def __init__(self, judgement: Judgement, limits: Limits) -> None:
        self.judgement, self.limits = judgement, limits
        self.messages: list[Message] = []

    def tell(self, message: Message) -> None:
        self.messages.append(message)

    def settle(self) -> None:
        """Nothing is ever on its way."""

    def findings(self) -> Findings:
        return findings_of(OfflineTracer(self.messages, self.judgement, self.limits))


def findings_of(tracer: OfflineTracer) -> Findings:
    """What an offline tracer found, draw by draw."""
    postings = {(passed.account, passed.seq): _said(passed) for passed in tracer.passed}
    sent = {
        transfer: {name: share.figure for name, share in shares.items()} for transfer, shares in tracer.sent.items()
    }
    return Findings(postings, {name: _use(tracer, draw) for name, draw in sorted(tracer.draws.items())}, sent)


def _said(passed: Passed) -> Said:
    return Said(
        figures=passed.figures,
        union=passed.union,
        undone=passed.undone,
        cut=passed.cut,
        nameless=passed.nameless,
        held=passed.held,
        points=passed.points,
        balance=passed.balance,
    )


def _use(tracer: OfflineTracer, draw: Draw) -> Use:
    held = {
        account: purse.figures().get(draw.draw, NOTHING)
        for account, purse in tracer.purses.items()
        if purse.currency == LOAN_CURRENCY
    }
    home = [figure for account, figure in held.items() if tracer.book.openings[account].customer == draw.customer]
    parcels = [parcel for parcel in tracer.parcels.values() if parcel.currency == LOAN_CURRENCY]
    on_its_way = [parcel.shares[draw.draw].figure for parcel in parcels if draw.draw in parcel.shares]
    return Use((draw.draw,), draw.principal, dict(draw.buckets), total(home), total([*held.values(), *on_its_way]))
