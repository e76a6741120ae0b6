"""FR09: a victim pays an account on the official list. Beside it: accounts that look like one, or are off it again."""

from random import Random

from monitor.simulator import transfers
from monitor.simulator.calendar import DAY, HOUR
from monitor.simulator.episodes.stage import Case, Part, Stage
from monitor.simulator.kernel import Process
from monitor.simulator.merchants import outsider
from monitor.simulator.parties import Payee, Person
from monitor.simulator.people import YUAN
from monitor.simulator.randomness import money, share_of
from monitor.simulator.transfers import Manner
from topics.names import REFERENCE
from topics.reference import ListedAccount

_SHARES = {"blatant": (0.5, 0.9), "ordinary": (0.2, 0.5), "careful": (0.01, 0.05)}


def prepare(person: Person, rng: Random, tag: str) -> None:  # noqa: ARG001 - the signature of all
    """Give the actor some savings."""
    person.main.balance = person.salary * 2 + money(rng, 30_000 * YUAN, 0.5)


def pays_listed_account(stage: Stage) -> Process[None]:
    """Believe a story and pay an account the police know."""
    yield stage.prologue()
    result = yield from _pay(stage, stage.rng.choice(stage.town.listed), Manner(honest=False))
    stage.prove(result[0], result[1], result[2])


def similar_account(stage: Stage) -> Process[None]:
    """Pay somebody whose account differs from a listed one in its last place."""
    yield stage.prologue()
    listed = stage.rng.choice(stage.town.listed)
    last = "0" if listed.account[-1] != "0" else "1"
    yield from _pay(stage, Payee(listed.account[:-1] + last, listed.name, agent=listed.agent), Manner())


def cleared_account(stage: Stage) -> Process[None]:
    """Pay somebody who was on the list by mistake and has been taken off."""
    yield stage.prologue(0.1, 0.2)
    cleared = outsider(stage.rng, stage.core.tag, "cleared", stage.person.index)
    _list(stage, cleared, withdrawn=False)
    yield stage.wait(HOUR, 6 * HOUR)
    _list(stage, cleared, withdrawn=True)
    yield stage.wait(DAY, 3 * DAY)
    yield from _pay(stage, cleared, Manner())


def _list(stage: Stage, payee: Payee, *, withdrawn: bool) -> None:
    key = f"listed:{payee.account}"
    message = ListedAccount(
        **stage.core.header(key), account=payee.account, list_name="involved-accounts", withdrawn=withdrawn
    )
    stage.core.publish(REFERENCE, message)


def _pay(stage: Stage, payee: Payee, manner: Manner) -> Process[tuple[str, int, int]]:
    """Pay a share of the balance; return request, its time, the amount."""
    main = stage.person.main
    amount = share_of(stage.rng, main.available, *_SHARES[stage.truth.grade], 10 * YUAN)
    result = yield from transfers.pay_new(stage.core, stage.person, main, payee, amount, manner)
    stage.add(result)
    if stage.truth.kind == "look_alike":
        stage.truth.amount = amount
    return result.request_id, result.request_time, amount


CASE = Case(
    "FR09",
    prepare,
    (Part("pays_listed_account", pays_listed_account),),
    (Part("similar_account", similar_account), Part("cleared_account", cleared_account)),
)
