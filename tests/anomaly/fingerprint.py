"""Prints a digest of everything a model does on a stream; run in processes of their own by the contract suite."""

import hashlib
import sys

from tests.anomaly.events import odd, ordinary
from tests.anomaly.models import MODELS


def fingerprint(name: str) -> str:
    """Digest of all scores and of the final dump of a model."""
    model, digest = MODELS[name](), hashlib.blake2b()
    for features in (*ordinary(1_500), odd(first_time_payee=1.0, amount_vs_p95=0.95)):
        digest.update(repr(model.score(features)).encode())
        model.learn(features)
    digest.update(model.dump())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.stdout.write(fingerprint(sys.argv[1]))
