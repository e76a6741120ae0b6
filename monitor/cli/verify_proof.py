"""`monitor verify-proof`: what a proof shows, or what is wrong with it."""

from typing import Annotated

import typer

from monitor.proofs import verifier


def verify_proof(
    files: Annotated[list[str], typer.Argument(help="Proofs, as `proofs` carries them; - reads one from stdin.")],
) -> int:
    """Work out every figure of a proof again from the bank's messages in it. One line each; exit code 1 when wrong."""
    return verifier.main(files)
