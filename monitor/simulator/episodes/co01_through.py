"""CO01 through one intermediary: the paid seller hands the money to a helper, who is the one to give it back.

Beside it: flatmates and a landlord between whom rent and a deposit change hands.
"""

from itertools import pairwise

from monitor.simulator.calendar import DAY, HOUR, MINUTE
from monitor.simulator.episodes import moves
from monitor.simulator.episodes.stage import Part, Stage
from monitor.simulator.kernel import Process
from monitor.simulator.people import YUAN
from monitor.simulator.randomness import share_of, split
from monitor.simulator.transfers import Manner
from monitor.simulator.truth import Grade

_STEP = 10 * YUAN
_WAITS: dict[Grade, tuple[int, int]] = {
    "blatant": (20 * MINUTE, 5 * HOUR),
    "ordinary": (3 * HOUR, 16 * HOUR),
    "careful": (12 * HOUR, 40 * HOUR),
}


def through_another(stage: Stage) -> Process[None]:
    """Pay a seller for nothing; he sends it to a helper, the helper sends it back, each keeps a little."""
    yield stage.prologue()
    drawn = yield from moves.borrow(stage, stage.person.main, honest=False)
    if drawn is None:
        return
    amount, text = share_of(stage.rng, drawn.amount, *moves.haste(stage).sent, _STEP), "goods"
    for payer, payee in pairwise([stage.person, *stage.partners, stage.person]):
        yield stage.wait(*_WAITS[stage.truth.grade])
        manner = Manner(honest=False, text=text)
        sent = yield from moves.pay(stage, payer, payer.main, payee.as_payee(), amount, manner)
        if not sent.accepted:
            return
        amount, text = share_of(stage.rng, amount, 0.965, 0.995, _STEP), ""
    stage.prove(sent.credit_id, sent.posted_at, sent.amount)


def deposit_returned(stage: Stage) -> Process[None]:
    """Move in with a flatmate and pay him a share; he pays the landlord the rent; the landlord returns a deposit."""
    yield stage.prologue(0.1, 0.3)
    drawn = yield from moves.borrow(stage, stage.person.main)
    if drawn is None:
        return
    flatmate, landlord = stage.partners
    rent = share_of(stage.rng, stage.person.salary, 0.2, 0.35, 50 * YUAN)
    people = ((stage.person, flatmate, rent), (flatmate, landlord, 2 * rent), (landlord, stage.person, rent))
    for payer, payee, amount in people:
        yield stage.wait(4 * HOUR, 2 * DAY)
        if payer.main.available >= amount:
            stage.truth.amount += amount
            yield from moves.pay(stage, payer, payer.main, payee.as_payee(), amount)
    for piece in split(stage.rng, share_of(stage.rng, drawn.amount, 0.5, 0.8), 2):
        yield from moves.shop(stage, stage.person.main, "furniture", piece)


EPISODES = (Part("through_another", through_another, (2, 2, 2)),)
LOOK_ALIKES = (Part("deposit_returned", deposit_returned, (2, 2, 2)),)
