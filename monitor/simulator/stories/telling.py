"""One story by itself."""

from collections import deque

from monitor.simulator.bank import Bank, Plan
from monitor.simulator.stories.story import Story


def story(case: str, seed: int) -> Story:
    """Play a story with nobody in the background and return it: title, steps and truth.

    Raises KeyError when there is no such story.
    """
    bank = Bank(Plan(seed=seed, customers=0, cases=(case,)))
    deque(bank.stream(), maxlen=0)
    return bank.stories[0]
