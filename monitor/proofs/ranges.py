"""Which postings a proof needs: back from the payment to where each account held no loan money."""

from collections import deque
from collections.abc import Iterable

from monitor.proofs.walk import Place, Range, Run, Walk


def needed(walk: Walk, places: Iterable[Place]) -> dict[str, Range]:
    """First and last posting by account, so that these postings can be walked to with all loan money shown.

    Each range begins where the account held none; where loan money came from another account, that one is needed up
    to the debit.
    """
    ranges: dict[str, Range] = {}
    wanted = deque(places)
    while wanted:
        name, upto = wanted.popleft()
        run = walk.runs[name]
        before = ranges.get(name)
        first, last = before or (upto, upto)
        ranges[name] = first, last = min(first, _clean_start(run, upto)), max(last, upto)
        for one in range(first, last + 1):
            if before is None or not before[0] <= one <= before[1]:
                wanted.extend([place] if (place := run.moved[one].comes_from) else [])
    return ranges


def _clean_start(run: Run, number: int) -> int:
    """The last posting up to `number` before which the account held no loan money, else the first there is."""
    first = min(run.moved)
    while number > first and not run.moved[number].clean_before:
        number -= 1
    return number
