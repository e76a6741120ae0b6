"""What a run leaves behind in a folder: events, truth, stories, answers and the rule set, ready for a replay."""

import json
from collections.abc import Iterable
from pathlib import Path

import msgspec

from monitor.demo.chronicle import Chronicle
from monitor.live.seen import Seen
from monitor.simulator import files
from monitor.simulator.stories.story import Step
from monitor.simulator.truth import Truth
from topics.names import BANK_TOPICS, GLOBAL_TOPICS

ANSWERS, RULES, STORY = "answers.jsonl", "rules.toml", "story.jsonl"
_KEPT = frozenset({*BANK_TOPICS, *GLOBAL_TOPICS} - {"controls"})


def keep(
    folder: Path,
    records: Iterable[Seen],
    truth: Iterable[Truth],
    steps: Iterable[Step],
    chronicle: Chronicle,
    rules: str,
) -> None:
    """Write everything. Events stand in the order of the broker's stamps, those of a topic in their own."""
    folder.mkdir(parents=True, exist_ok=True)
    inputs = sorted((seen for seen in records if seen.topic in _KEPT), key=_order)
    (folder / files.EVENTS).write_bytes(b"".join(_event(seen) for seen in inputs))
    files.write_truth(folder, truth)
    _lines(folder / STORY, (msgspec.to_builtins(step) for step in steps))
    _lines(folder / ANSWERS, (msgspec.to_builtins(answer) for answer in [*_flagged(chronicle), *chronicle.alerts]))
    (folder / RULES).write_text(rules, encoding="utf-8")


def _order(seen: Seen) -> tuple[int, bool, str, int, int]:
    return seen.at, seen.topic not in GLOBAL_TOPICS, seen.topic, seen.partition, seen.offset


def _event(seen: Seen) -> bytes:
    line = files.EventLine(
        topic=seen.topic,
        key=(seen.key or b"").decode(errors="replace"),
        append_time=seen.at,
        value=msgspec.Raw(seen.value or b"null"),
    )
    return msgspec.json.encode(line) + b"\n"


def _flagged(chronicle: Chronicle) -> list[object]:
    return [decision for decision, _ in chronicle.decisions.values() if decision.reasons]


def _lines(path: Path, values: Iterable[object]) -> None:
    path.write_text("".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values), encoding="utf-8")
