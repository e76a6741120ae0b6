"""Runs tests against a mutant: in a child process whose importer gives the changed source for one module."""

import importlib
import importlib.abc
import importlib.machinery
import os
import signal
import sys
from collections.abc import Callable, Sequence
from importlib.util import spec_from_loader
from types import ModuleType

import pytest

from tests.mutation.areas import ROOT, Area
from tests.mutation.mutants import Mutant


class _Importer(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        return spec_from_loader(fullname, self) if fullname == self.mutant.module else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.mutant.source, self.mutant.module, "exec"), module.__dict__)


def survives(mutant: Mutant, area: Area) -> bool:
    """Whether all the area's tests pass with the mutant in place. One that crashes or hangs is caught."""
    return survives_quick_check(mutant, area) and _passes(mutant, lambda: _run_pytest(area))


def survives_quick_check(mutant: Mutant, area: Area) -> bool:
    """Whether the area's quick check passes; an area without one lets all pass."""
    return not area.quick or _passes(mutant, lambda: _run_quick(area))


def _passes(mutant: Mutant, run: Callable[[], int]) -> bool:
    child = os.fork()
    if child == 0:
        os._exit(_with(mutant, run))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def _with(mutant: Mutant, run: Callable[[], int]) -> int:
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    _forget("monitor.engine", "rules", "tests")
    sys.meta_path.insert(0, _Importer(mutant))
    os.chdir(ROOT)
    try:
        return run()
    except BaseException:  # noqa: BLE001 - whatever goes wrong shows the mutant
        return 1


def _run_quick(area: Area) -> int:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(area.seconds)  # its default action ends a mutant that hangs
    _assert_plainly()
    importlib.import_module(area.quick).check()
    return 0


def _assert_plainly() -> None:
    """Have modules imported without pytest's rewriting of their asserts, which takes twice as long as the check."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "AssertionRewritingHook"]


def _run_pytest(area: Area) -> int:
    options = ["-x", "-q", "--timeout", str(area.seconds), "-p", "no:cacheprovider", "-m", "not slow and not kafka"]
    return int(pytest.main([*options, *area.tests]))


def _forget(*packages: str) -> None:
    """Have modules imported anew."""
    for name in [name for name in sys.modules if name.startswith(packages)]:
        del sys.modules[name]
