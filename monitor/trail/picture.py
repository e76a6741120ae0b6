"""The ways as a graph: accounts and ends, joined by what flowed between them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from monitor.trail.followed import Followed
from monitor.trail.movements import OVERDRAFT, REPAID
from monitor.trail.paths import PLACES, End, Leg, Way
from rules.uses import ALERT_ONLY, FORBIDDEN

Kind = Literal["home", "other", "forbidden", "doubtful", "ordinary", "over"]
_DOUBTFUL: Final = frozenset({*ALERT_ONLY, "UNKNOWN", "TRAIL_ENDED", "SELF_OFFUS", "CASH", "ON_THE_WAY"})
_OVER: Final = frozenset({REPAID, OVERDRAFT, "CARD_DEBT", "CLOSED", "ACCOUNT_CLOSED"})


@dataclass(slots=True)
class Node:
    """An account or an end. `layer`: steps from the draw. `held`: loan money in it now; `amount`: that came to it."""

    kind: Kind
    account: str = ""
    end: End | None = None
    layer: int = 0
    amount: int = 0
    held: int = 0
    payees: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Arrow:
    """What flowed from one node to another on all ways, and the payments that prove it."""

    source: str
    target: str
    leg: Leg

    @property
    def amount(self) -> int:
        """Minor units."""
        return self.leg.amount

    def add(self, leg: Leg) -> None:
        """Count a step of a way in; one without payments (an overdraft took it) has its amount only."""
        for movement, units in leg.proof.values():
            self.leg.add(movement, units)
        self.leg.amount += 0 if leg.proof else leg.amount


@dataclass(slots=True)
class Picture:
    """Nodes and arrows by key, in the order of the ways. `drawn`: account's key -> what was drawn into it."""

    nodes: dict[str, Node] = field(default_factory=dict)
    arrows: dict[tuple[str, str], Arrow] = field(default_factory=dict)
    drawn: dict[str, int] = field(default_factory=dict)


def draw(ways: Sequence[Way], followed: Followed) -> Picture:
    """Draw these ways of a loan that was followed."""
    picture, home = Picture(), followed.home
    for movement in followed.draws.values():
        key = f"account {movement.account}"
        picture.drawn[key] = picture.drawn.get(key, 0) + movement.amount
    for way in ways:
        _add(picture, way, home)
    for node in picture.nodes.values():
        if node.end is not None:
            node.layer += 1
    return picture


def _add(picture: Picture, way: Way, home: frozenset[str]) -> None:
    keys = [_account(picture, account, layer, home) for layer, account in enumerate(way.accounts)]
    for source, target, leg in zip(keys, keys[1:], way.legs[1:], strict=False):
        _join(picture, source, target, leg)
    if way.end.bucket in PLACES:
        picture.nodes[keys[-1]].held += way.amount
        return
    out = way.legs[-1] if len(way.legs) > len(way.accounts) else Leg(way.accounts[-1], "", way.amount)
    _join(picture, keys[-1], _ended(picture, way), out)


def _account(picture: Picture, account: str, layer: int, home: frozenset[str]) -> str:
    """An account lies as near to the draw as its shortest way."""
    key = f"account {account}"
    kind: Kind = "home" if account in home else "other"
    node = picture.nodes.setdefault(key, Node(kind, account, layer=layer))
    node.layer = min(node.layer, layer)
    return key


def _ended(picture: Picture, way: Way) -> str:
    """An end lies one step behind the farthest account that paid into it."""
    key = f"end {way.end.bucket} {way.end.payee}"
    node = picture.nodes.setdefault(key, Node(_kind(way.end), end=way.end))
    node.layer = max(node.layer, picture.nodes[f"account {way.accounts[-1]}"].layer)
    node.payees |= way.payees
    return key


def _kind(end: End) -> Kind:
    if end.bucket in FORBIDDEN:
        return "forbidden"
    if end.bucket in _DOUBTFUL:
        return "doubtful"
    return "over" if end.bucket in _OVER else "ordinary"


def _join(picture: Picture, source: str, target: str, leg: Leg) -> None:
    picture.arrows.setdefault((source, target), Arrow(source, target, Leg(source, target))).add(leg)
    picture.nodes[target].amount += leg.amount
