"""What analysts found: it releases blocks, quiets alerts, and teaches the model."""

from monitor.engine.context import Context
from monitor.engine.customer import Customer
from monitor.engine.decision import blocks, episodes
from monitor.engine.decision.repeats import event_key
from topics.instants import event_time_ms
from topics.operations import Disposition
from topics.refusals import Reason, Refused

RELEASES = frozenset({"FP_EXPLAINED", "FP_DATA", "POLICY_EXEMPT"})
HABIT = RELEASES - {"FP_DATA"}  # wrong data are nobody's habit, although nobody was guilty
UNDECIDED = frozenset({"INCONCLUSIVE"})  # may still be explained: the model goes on waiting


def apply(ctx: Context, customer: Customer, message: Disposition) -> None:
    """Apply a verdict. Raises `Refused` when it names nothing that is remembered of this customer."""
    event_id = _event_of(customer, message)
    if message.verdict in RELEASES or message.release:
        _release(ctx, customer, message, event_id)
    if message.verdict not in UNDECIDED:
        ctx.model.explain(event_id.encode(), innocent=message.verdict in HABIT)
    ctx.count("dispositions", message.verdict)


def _event_of(customer: Customer, message: Disposition) -> str:
    """The event a verdict speaks of, whatever it names."""
    if message.subject_kind == "alert":
        episode = episodes.find(customer, message.subject_id)
        if episode is not None:
            if message.verdict == "FP_EXPLAINED":
                episode.cool_until = event_time_ms(message) + episodes.COOL_DOWN
            return episode.event_id
    elif message.subject_kind == "block" and message.subject_id in customer.blocks:
        return customer.blocks[message.subject_id].event_id
    elif message.subject_kind == "event" and customer.ids.find(event_key(message.subject_id)) is not None:
        return message.subject_id
    raise Refused(Reason.UNKNOWN_SUBJECT, f"no {message.subject_kind} of this customer has this id")


def _release(ctx: Context, customer: Customer, message: Disposition, event_id: str) -> None:
    named = [b for b, s in customer.blocks.items() if b == message.subject_id or s.event_id == event_id]
    for block_id in sorted(named):
        request = customer.requests.get(customer.blocks[block_id].subject or "")
        if request is not None:
            request.released = True
        blocks.end(ctx, customer, block_id, "RELEASED", f"disposition {message.verdict} by {message.analyst}")
