"""Prints one digest of all that a partition says and keeps; run in processes of their own."""

import sys

from tests.engine.streams import LIVELY, batches, digest, engine, play, records, troubled


def fingerprint() -> str:
    """Digest of outputs and final state over a troubled stream."""
    inputs, found = records(LIVELY)
    partition = engine(inputs)
    return digest(play(partition, batches(inputs, troubled(found, 1), 50)), partition.state())


if __name__ == "__main__":
    sys.stdout.write(fingerprint())
