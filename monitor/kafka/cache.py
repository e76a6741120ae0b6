"""Fetch once, use ever after: a cache entry is either complete or not there."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from monitor.errors import UserError

_COMPLETE = ".complete"


def fetch_once(entry: Path, build: Callable[[Path], None]) -> Path:
    """Return the folder `entry`, filled by `build` if it is not complete yet.

    `build` works in a folder beside it that takes the final name only when it returned, so that a download cut
    short is never used. Of two processes that build at once the first to finish wins.
    """
    if not (entry / _COMPLETE).exists():
        entry.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{entry.name}-", dir=entry.parent))
        try:
            build(partial)
            (partial / _COMPLETE).touch()
            _publish(partial, entry)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return entry


def _publish(partial: Path, entry: Path) -> None:
    if not (entry / _COMPLETE).exists():
        shutil.rmtree(entry, ignore_errors=True)
    try:
        partial.rename(entry)
    except OSError:
        if not (entry / _COMPLETE).exists():
            raise


def pip_install(target: Path, requirement: str) -> None:
    """Install one package with what it needs into `target`, outside of any environment."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--target", str(target), requirement]
    run_tool(pip, f"pip could not install {requirement}", "Check that this machine reaches a Python package index.")


def run_tool(command: Sequence[str], failure: str, remedy: str, *, pythonpath: Path | None = None) -> str:
    """Return what a command printed; raises UserError with its last line of output when it failed."""
    env = os.environ | ({"PYTHONPATH": str(pythonpath)} if pythonpath else {})
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)  # noqa: S603 - fixed commands, no shell
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()[-1]
        raise UserError(f"{failure}: {said}", remedy)
    return done.stdout
