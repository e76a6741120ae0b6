"""Why a message is refused, or accepted only with a tolerance. `docs/bad-input.toml` has one row or more for each."""

from enum import StrEnum


class Reason(StrEnum):
    """Stable reason codes. A code is never renamed or reused: dashboards and runbooks name it."""

    # Decided by the codec, from the record alone.
    EMPTY_KEY = "EMPTY_KEY"
    NULL_VALUE = "NULL_VALUE"
    TOO_LARGE = "TOO_LARGE"
    TOO_DEEP = "TOO_DEEP"
    NOT_JSON = "NOT_JSON"
    NOT_AN_OBJECT = "NOT_AN_OBJECT"
    UNKNOWN_TYPE = "UNKNOWN_TYPE"
    UNKNOWN_VERSION = "UNKNOWN_VERSION"
    MISSING_FIELD = "MISSING_FIELD"
    WRONG_TYPE = "WRONG_TYPE"
    INVALID_VALUE = "INVALID_VALUE"
    FLOAT_MONEY = "FLOAT_MONEY"
    DECIMAL_STRING_MONEY = "DECIMAL_STRING_MONEY"
    NEGATIVE_MONEY = "NEGATIVE_MONEY"
    UNKNOWN_CURRENCY = "UNKNOWN_CURRENCY"
    PAN_SUSPECTED = "PAN_SUSPECTED"
    TIME_ABSENT = "TIME_ABSENT"
    TIME_AHEAD = "TIME_AHEAD"
    TIME_TOO_OLD = "TIME_TOO_OLD"
    KEY_MISMATCH = "KEY_MISMATCH"
    SAME_ACCOUNT = "SAME_ACCOUNT"
    SPLIT_MISMATCH = "SPLIT_MISMATCH"
    RULE_SET_HASH = "RULE_SET_HASH"
    TAG_ORDER = "TAG_ORDER"
    TAG_ABOVE_AMOUNT = "TAG_ABOVE_AMOUNT"

    # Decided by the engine, from the record and what is known.
    CONFLICTING_REPEAT = "CONFLICTING_REPEAT"
    REPEAT_FORGOTTEN = "REPEAT_FORGOTTEN"
    UNKNOWN_REQUEST = "UNKNOWN_REQUEST"
    UNKNOWN_LOAN = "UNKNOWN_LOAN"
    CLOSED_LOAN = "CLOSED_LOAN"
    UNKNOWN_SUBJECT = "UNKNOWN_SUBJECT"
    UNKNOWN_RULE = "UNKNOWN_RULE"
    RULE_SET_INVALID = "RULE_SET_INVALID"
    TAG_MISMATCH = "TAG_MISMATCH"
    TAG_UNMATCHED = "TAG_UNMATCHED"
    UNKNOWN_DRAW = "UNKNOWN_DRAW"

    # Tolerances: the message is applied as the table says, and counted under this code. Never a dead letter.
    UNKNOWN_PAYMENT = "UNKNOWN_PAYMENT"
    REPAYMENT_ABOVE_BALANCE = "REPAYMENT_ABOVE_BALANCE"
    RETURN_ABOVE_PAYMENT = "RETURN_ABOVE_PAYMENT"
    DRAW_DISBURSED = "DRAW_DISBURSED"
    SAME_PARTY = "SAME_PARTY"

    @property
    def tolerated(self) -> bool:
        """Whether the message is applied and counted rather than refused."""
        return self in _TOLERATED

    @property
    def counts_for_flood(self) -> bool:
        """Whether many of these pause the partition.

        Only what the record alone shows to be wrong: a producer is broken then. A worker that starts with an empty
        state meets many unknown loans and requests from before its time, and no producer is to blame.
        """
        return self not in _NEEDS_STATE


class Refused(Exception):  # noqa: N818 - the domain's word; it is an answer, not a failure of ours
    """A message is refused. `detail` says what was wrong and never contains a value of the message."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


_TOLERATED = frozenset(
    {
        Reason.UNKNOWN_PAYMENT,
        Reason.REPAYMENT_ABOVE_BALANCE,
        Reason.RETURN_ABOVE_PAYMENT,
        Reason.DRAW_DISBURSED,
    }
)
_NEEDS_STATE = _TOLERATED | {
    Reason.CONFLICTING_REPEAT,
    Reason.REPEAT_FORGOTTEN,
    Reason.UNKNOWN_REQUEST,
    Reason.UNKNOWN_LOAN,
    Reason.CLOSED_LOAN,
    Reason.UNKNOWN_SUBJECT,
    Reason.UNKNOWN_RULE,
    Reason.RULE_SET_INVALID,
    Reason.TAG_MISMATCH,
    Reason.TAG_UNMATCHED,
    Reason.UNKNOWN_DRAW,
}
