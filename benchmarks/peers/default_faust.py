"""Faust as it comes, doing the trivial work: `python -m benchmarks.peers.default_faust BOOTSTRAP PREFIX DATADIR`."""

import sys
from typing import Any

import faust

from benchmarks.peers.merged import MERGED, logical_topic
from benchmarks.trivial import answer
from topics import names


def build(bootstrap: str, prefix: str, data_dir: str) -> Any:
    """One agent, one topic in, one topic out."""
    app = faust.App(
        f"{prefix}faust",
        broker=f"kafka://{bootstrap}",
        datadir=data_dir,
        value_serializer="raw",
        key_serializer="raw",
        topic_disable_leader=True,
        web_enabled=False,
        consumer_auto_offset_reset="earliest",
    )
    merged, decisions = app.topic(prefix + MERGED), app.topic(prefix + names.DECISIONS)

    @app.agent(merged)  # type: ignore[untyped-decorator]  # Faust is untyped here
    async def decide(stream: Any) -> None:
        """Answer event by event, as the guide shows it."""
        async for event in stream.events():
            message = event.message
            topic = logical_topic(message.headers)
            output = answer(topic, message.key, message.value, int(message.timestamp * 1000))
            if output is not None:
                await decisions.send(
                    key=output.key, value=output.value, partition=message.partition, headers=dict(output.headers)
                )

    return app


if __name__ == "__main__":
    app = build(*sys.argv[1:])
    sys.argv = ["faust", "worker", "--loglevel=warn"]
    app.main()
