"""Why a partition does not go live. Each has a stable name an operator can look up in docs/adr/0003-journal.md."""


class Refusal(Exception):  # noqa: N818  # not an error of the program: it declines to invent or lose state
    """Recovery would lose or invent state. The partition stays down, by name; other partitions go on."""

    def __init__(self, name: str, partition: int, detail: str) -> None:
        super().__init__(f"{name}: partition {partition}: {detail}")
        self.name = name
        self.partition = partition


class Superseded(Exception):  # noqa: N818  # an ordinary event of a take-over
    """The partition is no longer wanted here; what was begun is dropped."""
