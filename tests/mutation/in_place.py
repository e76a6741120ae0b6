"""Plants a mutant into a module that is already imported: for pure functions, a thousand times quicker than anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from inspect import isclass, isfunction, signature
from itertools import product
from types import FunctionType, ModuleType
from typing import Any

import pytest

from tests.mutation.mutants import Mutant


@contextmanager
def planted(mutant: Mutant, module: ModuleType) -> Iterator[None]:
    """Let the module's functions behave as the mutant's, for a while; whoever imported them sees it too."""
    changed = ModuleType(module.__name__)
    changed.__file__ = module.__file__
    exec(compile(mutant.source, str(module.__file__), "exec"), changed.__dict__)
    functions = _functions(module)
    before = {name: function.__code__ for name, function in functions.items()}
    try:
        for name, function in _functions(changed).items():
            functions[name].__code__ = function.__code__
        yield
    finally:
        for name, code in before.items():
            functions[name].__code__ = code


def _functions(module: ModuleType) -> dict[str, FunctionType]:
    """Functions and methods that the module itself defines, by qualified name."""
    members = list(vars(module).values())
    members += [member for kind in members if isclass(kind) for member in vars(kind).values()]
    plain = [member.fget if isinstance(member, property) else member for member in members]
    return {f.__qualname__: f for f in plain if isfunction(f) and f.__code__.co_filename == module.__file__}


def calls(tests: ModuleType) -> list[partial[Any]]:
    """Every test of a module that needs no fixture, ready to be called; the quick ones first."""
    functions = [member for name, member in vars(tests).items() if name.startswith("test_") and isfunction(member)]
    ready = [call for function in functions for call in _calls(function)]
    return sorted(ready, key=lambda call: hasattr(call.func, "hypothesis"))


def _calls(function: FunctionType) -> Iterator[partial[Any]]:
    marks = [mark for mark in getattr(function, "pytestmark", ()) if mark.name == "parametrize"]
    names = [mark.args[0].split(", ") if isinstance(mark.args[0], str) else list(mark.args[0]) for mark in marks]
    if set(signature(function).parameters) != {name for group in names for name in group}:
        return
    for row in product(*(mark.args[1] for mark in marks)):
        given: dict[str, Any] = {}
        for group, values in zip(names, row, strict=True):
            given |= dict(zip(group, values if len(group) > 1 else [values], strict=True))
        yield partial(function, **given)


def caught(tests: list[partial[Any]]) -> bool:
    """Whether one of the tests fails."""
    for test in tests:
        try:
            test()
        except (Exception, pytest.fail.Exception):  # noqa: BLE001 - whatever a planted error leads to
            return True
    return False
