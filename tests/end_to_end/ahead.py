"""`monitor` on a machine whose clock is ahead: `python -m tests.end_to_end.ahead worker`, AHEAD_MS in the environment.

What takes a day to expire cannot be waited for. Only the clock that batches are stamped with is another one.
"""

import os

from monitor.cli.main import main
from monitor.edge import worker


def set_ahead(ms: int) -> None:
    """Let batches read a clock that is `ms` ahead of the machine's."""
    machine = worker.now_ms
    worker.now_ms = lambda: machine() + ms


if __name__ == "__main__":
    set_ahead(int(os.environ["AHEAD_MS"]))
    main()
