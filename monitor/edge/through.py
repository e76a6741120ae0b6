"""Up to which moment everything that was appended to a partition's inputs has been applied.

The broker is asked now and then where the inputs end. Once the partition has applied that far, all that was appended
before the question is in its state.
"""

from collections import deque
from collections.abc import Mapping

MOST = 120  # questions without an answer that are remembered; a partition so far behind clears nothing anyway


class Through:
    """Of one partition. Times in ms of the worker's clock."""

    def __init__(self) -> None:
        self._asked: deque[tuple[dict[str, int], int]] = deque(maxlen=MOST)
        self._reached = 0

    def note(self, ends: Mapping[str, int], asked_at: int) -> None:
        """The inputs ended here (topic -> next offset to be written) when the broker was asked or later."""
        self._asked.append((dict(ends), asked_at))

    def reached(self, positions: Mapping[str, int]) -> int:
        """The newest moment whose ends `positions` (next offsets to apply) have reached; 0 when there is none yet."""
        while self._asked and all(positions.get(topic, 0) >= end for topic, end in self._asked[0][0].items()):
            self._reached = self._asked.popleft()[1]
        return self._reached
