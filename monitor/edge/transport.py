"""The Faust transport: aiokafka keeps membership, assignment and commits; librdkafka fetches the inputs.

All overrides of Faust internals are here and in `consumer.py`. What each is for stands beside it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from faust.transport.drivers import aiokafka as driver

from monitor.edge.consumer import EdgeConsumer

if TYPE_CHECKING:
    from monitor.edge.worker import Edge


class EdgeTransport(driver.Transport):  # type: ignore[misc]  # Faust is untyped here
    """Makes the consumer and knows the worker it belongs to."""

    Consumer: Callable[..., Any] = EdgeConsumer

    def __init__(self, *arguments: Any, edge: "Edge", **options: Any) -> None:
        self.edge = edge
        super().__init__(*arguments, **options)
