"""The stories there are."""

from collections.abc import Callable

from monitor.simulator.stories.capital_flow import capital_flow
from monitor.simulator.stories.cash_out import cash_out
from monitor.simulator.stories.fraud import fraud
from monitor.simulator.stories.story import Story

STORIES: dict[str, Callable[[], Story]] = {"fraud": fraud, "capital-flow": capital_flow, "cash-out": cash_out}
