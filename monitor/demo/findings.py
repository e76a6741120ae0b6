"""What came of a run: the truth beside the answers. Nothing here knows how a story should end."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from monitor.demo.chronicle import Chronicle, Verdict
from monitor.live.delays import REQUESTS
from monitor.live.figures import percentile
from monitor.simulator.score import InnocentCost, score
from monitor.simulator.truth import Truth

_STOPS = ("CHALLENGE", "HOLD", "BLOCK")


@dataclass(frozen=True, slots=True)
class Finding:
    """One planted case of a story and what the monitor made of it. Money in minor units.

    `found` is None when nothing was; `event` of `events` is the judged event at which it was. `provable` is the number
    of the event that first could prove it, None when the case never got that far. `stopped` was refused or held back
    for good; `lost` is what had gone when the case could be proven.
    """

    truth: Truth
    found: Verdict | None
    event: int
    events: int
    provable: int | None
    kind: str
    stopped: int
    lost: int

    @property
    def missed(self) -> bool:
        """Whether a case that could be found was not."""
        return self.found is None


@dataclass(frozen=True, slots=True)
class Delays:
    """From the broker's stamp on the event to its stamp on the decision, ms, over `count` decisions."""

    count: int
    p50: int | None
    p99: int | None
    longest: int | None


@dataclass(frozen=True, slots=True)
class Ordinary:
    """Ordinary people's requests: how many there were, of how many people, and how many met each action."""

    requests: int
    people: int
    actions: Counter[str]


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything the summary says. `missed`: ids of the stories' cases that were not found, and those never begun."""

    stories: list[Finding]
    missed: list[str]
    crowd_found: int
    crowd_cases: int
    cost: InnocentCost
    ordinary: Ordinary
    delays: Delays
    unanswered: int


def findings(
    truth: Sequence[Truth],
    story_ids: Iterable[str],
    chronicle: Chronicle,
    since: int,
    never_begun: Iterable[str] = (),
) -> Findings:
    """Compare. `story_ids`: episode ids of the stories' cases; `since`: start of the live part, ms since the epoch.

    `never_begun`: what should have been played and was not. It cannot have been found, so it was missed.
    """
    own = set(story_ids)
    card = score(truth, *_answers(chronicle, since))
    told = [record for record in truth if record.episode_id in own]
    stories = [_finding(record, chronicle) for record in told if record.kind == "episode"]
    crowd = [record for record in truth if record.episode_id not in own and record.provable_at is not None]
    return Findings(
        stories=stories,
        missed=sorted({finding.truth.episode_id for finding in stories if finding.missed} | set(card.missed) & own)
        + list(never_begun),
        crowd_found=len(crowd) - len(set(card.missed) - own),
        crowd_cases=len(crowd),
        cost=card.innocent,
        ordinary=_ordinary(truth, chronicle, since),
        delays=_delays(chronicle, since),
        unanswered=sum(at >= since and event not in chronicle.decisions for event, (_, at) in chronicle.inputs.items()),
    )


def _answers(chronicle: Chronicle, since: int) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Return decisions and alerts on the events from `since` on, ms since the epoch: the past could not be stopped."""
    live = {event for event, (_, at) in chronicle.inputs.items() if at >= since}
    decisions = [decision for event, (decision, _) in chronicle.decisions.items() if event in live]
    alerts = [alert for alert in chronicle.alerts if alert.event_id in live]
    return [msgspec.to_builtins(decision) for decision in decisions], [msgspec.to_builtins(alert) for alert in alerts]


def _finding(record: Truth, chronicle: Chronicle) -> Finding:
    judged = [event for event in record.event_ids if event in chronicle.inputs]
    judged.sort(key=lambda event: chronicle.inputs[event].at)
    verdicts = [(number, chronicle.verdict(event)) for number, event in enumerate(judged, 1)]
    found = next(((n, v) for n, v in verdicts if v is not None and _says(v, record.code)), None)
    number, verdict = found or (0, None)
    stopped = [chronicle.inputs[event].input for event in record.stopped if event in chronicle.inputs]
    return Finding(
        truth=record,
        found=verdict,
        event=number,
        events=len(judged),
        provable=_number(judged, record.provable_event_id),
        kind=chronicle.inputs[judged[number - 1]].input.type if number else "",
        stopped=sum(each.amount for each in stopped),
        lost=0 if record.provable_event_id in record.stopped else record.amount,
    )


def _says(verdict: Verdict, code: str) -> bool:
    return any(reason.code == code and reason.action != "ALLOW" for reason in verdict.decision.reasons)


def _number(judged: list[str], event: str | None) -> int | None:
    return judged.index(event) + 1 if event in judged else None


def _ordinary(truth: Sequence[Truth], chronicle: Chronicle, since: int) -> Ordinary:
    """Count everybody's requests but those of the people who did wrong; look-alikes are ordinary people."""
    wrongdoers = {person for record in truth if record.kind == "episode" for person in record.people}
    actions, people, requests = Counter[str](), set(), 0
    for event, (found, at) in chronicle.inputs.items():
        decided = chronicle.decisions.get(event)
        if at < since or found.customer_id in wrongdoers or decided is None or found.type not in REQUESTS:
            continue
        requests += 1
        people.add(found.customer_id)
        if decided[0].action in _STOPS:
            actions[decided[0].action] += 1
    return Ordinary(requests, len(people), actions)


def _delays(chronicle: Chronicle, since: int) -> Delays:
    pairs = ((chronicle.inputs.get(event), at) for event, (_, at) in chronicle.decisions.items())
    delays = [at - asked.at for asked, at in pairs if asked is not None and asked.at >= since]
    return Delays(len(delays), percentile(delays, 0.5), percentile(delays, 0.99), max(delays, default=None))
