"""Which state and which journal this worker may continue."""

from monitor.edge.refusal import Refusal


def schema(version: str) -> str:
    """The major part of an engine version: the version of the state's encoding and of the engine's behaviour."""
    return version.partition(".")[0]


def check_engine(partition: int, where: str, theirs: str, ours: str) -> None:
    """Refuse what another major version wrote: its state cannot be read, its batches would be decided otherwise."""
    if schema(theirs) != schema(ours):
        raise Refusal(
            "FOREIGN_ENGINE_VERSION",
            partition,
            f"{where} was written by engine {theirs}, this is {ours}; start the old version once, it leaves a snapshot",
        )


def check_rule_set(partition: int, offset: int, theirs: bytes, ours: bytes) -> None:
    """Refuse to replay under another rule set than the one the journal names."""
    if theirs != ours:
        raise Refusal(
            "FOREIGN_RULE_SET",
            partition,
            f"journal offset {offset} was decided by rule set {theirs.hex()}, replayed it is {ours.hex()}; "
            "start the version that wrote it once, it leaves a snapshot",
        )
