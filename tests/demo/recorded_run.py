"""A run that was recorded on a real Kafka: the records of the people in its cases, its truth and its stories."""

from pathlib import Path

import msgspec

from monitor.demo.chronicle import Chronicle
from monitor.live.seen import Seen
from monitor.simulator.files import read_truth
from monitor.simulator.narration import read_steps
from monitor.simulator.stories.story import Step
from monitor.simulator.truth import Truth
from topics import names
from topics.answers import Alert, Block, Decision
from topics.codec import decode_answer

FOLDER = Path(__file__).parent / "recorded"
STORIES = {"fraud", "capital-flow", "cash-out"}


class _Line(msgspec.Struct):
    topic: str
    partition: int
    offset: int
    at: int
    key: str
    value: msgspec.Raw


def records() -> list[Seen]:
    """Every record, in the order of the broker's stamps."""
    lines = (FOLDER / "records.jsonl").read_bytes().splitlines()
    found = (msgspec.json.decode(line, type=_Line) for line in lines)
    return [Seen(r.topic, r.partition, r.offset, r.at, r.key.encode(), bytes(r.value)) for r in found]


def truth() -> list[Truth]:
    """What was planted."""
    return read_truth(FOLDER)


def steps() -> list[Step]:
    """What was told."""
    return read_steps(FOLDER)


def story_ids() -> list[str]:
    """Episode ids of the stories' cases."""
    return [record.episode_id for record in truth() if record.variant in STORIES]


def chronicle(without: str = "") -> Chronicle:
    """Everything taken in; `without`: a rule code no answer names, as if that rule had been off."""
    made = Chronicle(names={})
    for seen in records():
        made.see(seen)
        if seen.topic in (names.DECISIONS, names.ALERTS, names.BLOCKS):
            _hear(made, decode_answer(seen.topic, seen.value or b""), seen.at, without)
    return made


def _hear(made: Chronicle, answer: msgspec.Struct, at: int, without: str) -> None:
    match answer:
        case Decision():
            reasons = [reason for reason in answer.reasons if reason.code != without]
            action = answer.action if reasons else "ALLOW"
            made.hear(msgspec.structs.replace(answer, reasons=reasons, action=action), at)
        case Alert() if all(reason.code != without for reason in answer.reasons):
            made.alerts.append(answer)
        case Block():
            made.blocks[answer.block_id] = answer
