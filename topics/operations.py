"""Messages on `dispositions` and `controls`: what people tell the monitor."""

from typing import Annotated, Literal

from msgspec import Meta

from topics.fields import NOT_A_TOKEN, Amount, CustomerMessage, Message, Text


class Disposition(CustomerMessage, kw_only=True, frozen=True, gc=False, tag="disposition"):
    """An analyst's verdict on an alert, a block or a decision. It teaches the model and may release."""

    subject_kind: Annotated[Literal["alert", "block", "event"], Meta(description="What `subject_id` names.")]
    subject_id: Annotated[str, Meta(min_length=1, max_length=96, description="alert_id, block_id or event_id.")]
    verdict: Annotated[
        Literal[
            "CASHOUT_CONFIRMED",
            "MISUSE_CONFIRMED",
            "ATO",
            "SCAM_VICTIM",
            "MULE",
            "MERCHANT_COLLUSION",
            "FP_EXPLAINED",
            "FP_DATA",
            "INCONCLUSIVE",
            "POLICY_EXEMPT",
        ],
        Meta(description="The verdict; FP_EXPLAINED, FP_DATA and POLICY_EXEMPT also release holds and blocks."),
    ]
    analyst: Annotated[str, Meta(min_length=1, max_length=64, description="Who decided.")]
    release: Annotated[bool, Meta(description="Release the hold or block whatever the verdict.")] = False
    amount_confirmed: Annotated[Amount | None, Meta(description="Amount confirmed, minor units.")] = None
    note: Annotated[Text, Meta(description="For the audit.")] = ""


class RuleSetPublished(Message, kw_only=True, frozen=True, gc=False, tag="control.rule_set"):
    """The whole rule set, as one TOML document."""

    document: Annotated[
        str, Meta(min_length=1, max_length=200_000, description="The rule set, TOML.", extra=NOT_A_TOKEN)
    ]
    document_hash: Annotated[str, Meta(description="SHA-256 of the document's UTF-8 bytes, hex.")]
    published_by: Annotated[str, Meta(min_length=1, max_length=64, description="Who published it.")]


class EnforcementSwitched(Message, kw_only=True, frozen=True, gc=False, tag="control.enforcement"):
    """The kill switch: `alert_only` turns every block into an alert; `enforce` lifts it."""

    mode: Annotated[Literal["alert_only", "enforce"], Meta(description="What holds from here on.")]
    ordered_by: Annotated[str, Meta(min_length=1, max_length=64, description="Who ordered it.")]
    reason: Annotated[Text, Meta(description="For the audit.")] = ""


class PartitionResumed(Message, kw_only=True, frozen=True, gc=False, tag="control.resume"):
    """Lets a partition go on that paused itself because of a flood of bad messages."""

    partition: Annotated[int, Meta(ge=0, le=1_000_000, description="The partition.")]
    ordered_by: Annotated[str, Meta(min_length=1, max_length=64, description="Who ordered it.")]
