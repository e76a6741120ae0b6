"""TCP ports on this machine."""

import random
import socket

HOST = "127.0.0.1"
# Below the range systems use for outgoing connections: a client that keeps dialling a stopped broker's port
# there may end up connected to itself, and the broker finds its own port taken.
_RANGE = range(20_000, 32_000)


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` of the loopback address now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Find a port nobody listens on at this moment."""
    choices = random.SystemRandom().sample(_RANGE, k=len(_RANGE))
    return next(port for port in choices if is_free(port))
