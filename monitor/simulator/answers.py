"""What the bank asks before it goes on with a request: the monitor's word."""

from typing import Protocol

from topics.answers import Action, EnforcementPoint
from topics.fields import Request


class Answers(Protocol):
    """The monitor as core banking sees it. May wait for an answer, never longer than core would."""

    def action(self, request: Request) -> Action:
        """Return what the monitor decided on `request`; core's own fail policy when it is silent."""
        ...

    def in_force(self, customer_id: str, point: EnforcementPoint, subject: str) -> bool:
        """Return whether an armed block hits: `subject` is the merchant, payee or loan asked for."""
        ...


class AcceptAll:
    """A bank without a monitor, or one that does not listen to it."""

    def action(self, request: Request) -> Action:  # noqa: ARG002 - the protocol's signature
        """Allow."""
        return "ALLOW"

    def in_force(self, customer_id: str, point: EnforcementPoint, subject: str) -> bool:  # noqa: ARG002 - as above
        """Nothing is blocked."""
        return False
