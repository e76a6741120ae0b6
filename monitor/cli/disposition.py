"""`monitor disposition`: an analyst's verdict. It teaches the model and may release a hold or a block."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated
from uuid import uuid4

import typer

from monitor.cli.session import session_of
from topics import names
from topics.codec import encode
from topics.keys import entity_key
from topics.operations import Disposition


class Subject(StrEnum):
    """What the verdict is about."""

    alert = "alert"
    block = "block"
    event = "event"


class Verdict(StrEnum):
    """What was found; see `topics.operations.Disposition`."""

    CASHOUT_CONFIRMED = "CASHOUT_CONFIRMED"
    MISUSE_CONFIRMED = "MISUSE_CONFIRMED"
    ATO = "ATO"
    SCAM_VICTIM = "SCAM_VICTIM"
    MULE = "MULE"
    MERCHANT_COLLUSION = "MERCHANT_COLLUSION"
    FP_EXPLAINED = "FP_EXPLAINED"
    FP_DATA = "FP_DATA"
    INCONCLUSIVE = "INCONCLUSIVE"
    POLICY_EXEMPT = "POLICY_EXEMPT"


def disposition(
    context: typer.Context,
    kind: Annotated[Subject, typer.Argument(help="What the identifier names.")],
    identifier: Annotated[str, typer.Argument(help="alert_id, block_id or event_id.")],
    verdict: Annotated[Verdict, typer.Argument(help="What was found. FP_… and POLICY_EXEMPT also release.")],
    customer: Annotated[str, typer.Option(help="The customer, as on the alert.")],
    analyst: Annotated[str, typer.Option(help="Who decided.")],
    release: Annotated[bool, typer.Option(help="Release the hold or block whatever the verdict.")] = False,
    note: Annotated[str, typer.Option(help="For the audit.")] = "",
) -> None:
    """Tell the monitor what an alert, a block or a decision turned out to be."""
    message = Disposition(
        schema_version=1,
        event_id=str(uuid4()),
        event_time=datetime.now(UTC),
        customer_id=customer,
        subject_kind=kind.value,
        subject_id=identifier,
        verdict=verdict.value,
        analyst=analyst,
        release=release,
        note=note,
    )
    with session_of(context)["bank"](None) as send:
        send(names.DISPOSITIONS, entity_key(message), encode(message))
    typer.echo(f"{verdict.value} on {kind.value} {identifier} is sent; a refusal would show in {names.DEAD_LETTERS}")
