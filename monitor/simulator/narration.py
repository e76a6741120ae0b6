"""Stories on disk: `story.jsonl`, one step a line, written while it is told."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from monitor.simulator.stories.story import Step

STORY = "story.jsonl"


def writer(folder: Path) -> Callable[[Step], None]:
    """Return a listener that adds each step to a new `story.jsonl` in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / STORY
    path.write_bytes(b"")

    def write(step: Step) -> None:
        with path.open("ab") as file:
            file.write(msgspec.json.encode(step) + b"\n")

    return write


def read_steps(folder: Path) -> list[Step]:
    """Read the steps told so far."""
    with (folder / STORY).open("rb") as lines:
        return [msgspec.json.decode(line, type=Step) for line in lines]
