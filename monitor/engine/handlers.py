"""Requests and postings: bring state up to the event, decide, then let the event into the state."""

from monitor.engine.context import Context
from monitor.engine.customer import Customer, DrawState
from monitor.engine.decision import challenges
from monitor.engine.decision.judge import Case, found_loop, judge
from monitor.engine.facts import EventFacts, destination_of
from monitor.engine.loan_money import between, bridges, hubs, late, loops, payers, spending
from monitor.engine.loan_money.settle import settle
from monitor.engine.measures import ATTEMPTS, CASH, MONEY_IN, MONEY_OUT
from monitor.engine.movement import movement_of, traced_posting, traced_request
from monitor.engine.open_requests import MAX_REQUESTS, REQUEST_LIFE, OpenRequest
from monitor.engine.payment import DRAW, Payment, payment_of
from monitor.engine.state.packing import capped, fingerprint
from monitor.engine.tracing.effects import CUT_HUB
from monitor.engine.tracing.movements import TRAIL_ENDED, Movement, Retire
from monitor.engine.tracing.posted import Posted, Status
from monitor.engine.updates import known_loan
from topics.fields import Posting, Request
from topics.loans import DrawRequest, LoanDisbursed, LoanRepaid
from topics.refusals import Reason, Refused


def request(ctx: Context, customer: Customer, message: Request, append_time: int) -> bytes:
    """Judge a request against today's state; it leaves a reservation. -> what is kept of the decision."""
    payment = payment_of(message)
    if isinstance(message, DrawRequest):
        known_loan(customer, message.loan_id)
    facts = EventFacts(ctx, customer, payment, traced_request(customer, payment))
    case = Case(ctx, customer, payment, facts, too_late=_too_late(ctx, message, append_time))
    kept = judge(case)
    customer.windows.add(ATTEMPTS, payment.time, payment.amount if payment.in_yuan else 0)
    customer.last_event = max(customer.last_event, payment.time)
    _note_device(customer, payment)
    _reserve(ctx, customer, case)
    return kept


def _too_late(ctx: Context, message: Request, append_time: int) -> bool:
    return message.deadline_ms is not None and ctx.clock > append_time + message.deadline_ms


def _note_device(customer: Customer, payment: Payment) -> None:
    """A device is first seen when it is bound or first used; a card, when it is first used.

    The first device of all is no news: how long it has been the customer's was never told.
    """
    if payment.device is not None:
        device = fingerprint(payment.device)
        if not customer.devices:
            customer.devices.see(device, 0)
        customer.devices.see(device, payment.time)
    if payment.card is not None:
        customer.cards.see(fingerprint(payment.card), payment.time)


def _reserve(ctx: Context, customer: Customer, case: Case) -> None:
    payment = case.payment
    if len(customer.requests) >= MAX_REQUESTS:
        oldest = min(customer.requests, key=lambda p: (customer.requests[p].expires, p))
        del customer.requests[oldest]
        ctx.count("evicted", "request")
    ctx.mark(customer)
    customer.requests[payment.message.payment_id] = OpenRequest(
        account=payment.account,
        amount=payment.amount,
        expires=ctx.clock + REQUEST_LIFE,
        outgoing=payment.outgoing,
        new_payee=payment.outgoing and payment.in_yuan and case.facts.first_time_payee,
        event_id=payment.message.event_id,
        challenge=challenges.of(payment, case.verdict),
    )


def posting(ctx: Context, customer: Customer, message: Posting, append_time: int) -> bytes:
    """Judge a movement that has happened, then count it as money. -> what is kept."""
    payment = payment_of(message)
    _check_loan(ctx, customer, message)
    destination = destination_of(payment, ctx.view)
    movement = movement_of(ctx, customer, payment, destination)
    posted = customer.ledger.post(movement, ctx.clock)
    if posted.status is Status.REPEAT:
        raise Refused(Reason.REPEAT_FORGOTTEN, "posted before, too long ago to give the first answer again")
    if movement.original and not _known_payment(customer, movement.original, posted):
        ctx.count("tolerated", Reason.UNKNOWN_PAYMENT)
    facts = EventFacts(ctx, customer, payment, traced_posting(customer, posted, payment), destination)
    asked = customer.requests.get(message.payment_id)
    case = Case(ctx, customer, payment, facts, too_late=True, released=asked is not None and asked.released)
    kept = judge(case)
    if payment.outgoing and posted.provisional:
        late.keep(ctx, customer, movement.transfer, message, case.verdict)
    settle(ctx, customer, posted.settled)
    between.note_posting(ctx, customer, movement, payment.other_customer, append_time)
    _let_in(ctx, case, movement)
    return kept


def _known_payment(customer: Customer, original: str, posted: Posted) -> bool:
    """Whether the payment that is given back was seen; if not, what comes is new money."""
    undone = any(passed.undone for passed in posted.passed)
    return undone or original in customer.requests or loops.knows(customer, original)


def _check_loan(ctx: Context, customer: Customer, message: Posting) -> None:
    """A loan posting names an open loan; more repaid than owed, or a draw paid out twice, is applied and counted."""
    if isinstance(message, LoanDisbursed):
        known_loan(customer, message.loan_id)
        if message.draw_id in customer.ledger.uses.by_draw:
            ctx.count("tolerated", Reason.DRAW_DISBURSED)
    elif isinstance(message, LoanRepaid):
        loan = known_loan(customer, message.loan_id)
        if message.principal > loan.owed:
            ctx.count("tolerated", Reason.REPAYMENT_ABOVE_BALANCE)


def _let_in(ctx: Context, case: Case, movement: Movement) -> None:
    """The event becomes history: windows, payees, loans, loops, and the end of its request."""
    customer, payment = case.customer, case.payment
    customer.last_event = max(customer.last_event, payment.time)
    if hubs.note(customer, payment):
        _crowd_reached(ctx, customer)
    if payment.outgoing:
        _money_out(customer, case)
    else:
        if payment.in_yuan:
            customer.windows.add(MONEY_IN, payment.time, payment.amount)
            payers.sent_back(ctx, customer, payment)
        bridges.note_crossed(customer, movement.bridge, payment.amount, payment.time)
        if case.facts.loop is not None:
            loops.remember_return(customer, payment, case.facts.loop, found=found_loop(case.verdict))
    if payment.lane == DRAW:
        _loan_money(ctx, customer, payment)
    customer.requests.pop(payment.message.payment_id, None)


def _crowd_reached(ctx: Context, customer: Customer) -> None:
    """No trail is followed through a crowd: those of other borrowers that are here end."""
    bridges.forget_foreign(customer)
    for account, origin in hubs.foreign(customer):
        settle(ctx, customer, customer.ledger.receive(account, Retire(origin, TRAIL_ENDED, CUT_HUB), ctx.clock))
    ctx.count("tracing", "crowd_reached")


def _money_out(customer: Customer, case: Case) -> None:
    payment, first_time = case.payment, case.facts.first_time_payee
    if payment.in_yuan:
        customer.windows.add(CASH if payment.cash else MONEY_OUT, payment.time, payment.amount)
    if payment.kind == "repayment" or case.facts.own_account:
        return
    if payment.in_yuan:
        customer.amounts.add(payment.amount, payment.time)
        spending.remember(customer, payment, case.facts.destination)
        if customer.draw is not None and first_time:
            customer.draw.to_new_payees = capped(customer.draw.to_new_payees + payment.amount)
    loops.remember_paid(customer, payment)
    if payment.counterparty:
        payee = fingerprint(payment.counterparty)
        customer.payees.see(payee, payment.time, paid=True)
        customer.lately.see(payee, payment.time, new=first_time)


def _loan_money(ctx: Context, customer: Customer, payment: Payment) -> None:
    message = payment.message
    if isinstance(message, LoanDisbursed):
        loan = customer.loans[message.loan_id]
        idle = payment.time - (loan.opened if loan.last_draw is None else loan.last_draw)
        if payment.in_yuan:
            customer.draw = DrawState(payment.amount, payment.time, message.event_id, max(0, idle))
        loan.owed = capped(loan.owed + payment.amount)
        loan.last_draw, loan.looked = payment.time, 0
    elif isinstance(message, LoanRepaid):
        loan = customer.loans[message.loan_id]
        loan.owed = max(0, loan.owed - message.principal)
        if message.payer_account and payment.in_yuan and not customer.ledger.has_account(message.payer_account):
            between.tell_payer(ctx, customer, message)
