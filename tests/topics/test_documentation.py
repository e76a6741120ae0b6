"""Nothing on a topic goes undocumented, and no topic is named in the code without a file."""

import ast
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from msgspec import Struct, inspect

import monitor
import topics
from topics import fund_flow, loan_money, names
from topics.codec import MESSAGE_TYPES

NAMES = [found.name for found in iter_modules(topics.__path__)]
MODULES = [import_module(f"topics.{name}") for name in NAMES if name != "catalogue"]
STRUCTS = [
    kind
    for module in MODULES
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Struct) and kind.__module__ == module.__name__
]
FIELDS = [
    pytest.param(field.type, id=f"{kind.__name__}.{field.name}")
    for kind in STRUCTS
    for field in inspect.type_info(kind).fields  # type: ignore[attr-defined]
]
TAKES_A_TOPIC = {"send", "Output", "Record", "Event", "decode", "decode_answer", "topic"}


def test_every_message_is_looked_at_and_what_is_inside_it() -> None:
    inputs = {kind for kinds in MESSAGE_TYPES.values() for kind in kinds}
    inside = {loan_money.Range, loan_money.Limit, loan_money.BlockInForce, fund_flow.SentFrom, fund_flow.SharePart}
    assert set(STRUCTS) > inputs | inside | {loan_money.UseOfProceeds, loan_money.Headroom}


def description(info: inspect.Type) -> str | None:
    match info:
        case inspect.Metadata(type=inner, extra_json_schema=schema):
            return (schema or {}).get("description") or description(inner)
        case inspect.UnionType(types=types):
            return next(filter(None, map(description, types)), None)
        case inspect.ListType(item_type=inner):
            return description(inner)
        case inspect.StructType(cls=cls):
            return cls.__doc__
        case _:
            return None


@pytest.mark.parametrize("info", FIELDS)
def test_every_field_is_described(info: inspect.Type) -> None:
    assert description(info)


@pytest.mark.parametrize("kind", STRUCTS)
def test_every_message_is_described(kind: type[Struct]) -> None:
    assert kind.__doc__


def literals(source: str) -> set[str]:
    """Names given as text where a topic is meant: `send("decisions", ...)`, `Output("blocks", ...)`."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args)
    meant = (call for call in calls if getattr(call.func, "attr", getattr(call.func, "id", "")) in TAKES_A_TOPIC)
    first = (call.args[0] for call in meant)
    return {arg.value for arg in first if isinstance(arg, ast.Constant) and isinstance(arg.value, str)}


def test_no_topic_is_named_in_the_monitor_without_a_file() -> None:
    sources = Path(str(monitor.__file__)).parent.rglob("*.py")
    assert set().union(*(literals(path.read_text()) for path in sources)) <= set(names.ALL_TOPICS)


def test_a_topic_without_a_file_would_be_found() -> None:
    assert literals('ctx.send("rumours", key, value)') == {"rumours"}


@pytest.mark.parametrize("name", [n for n in vars(names) if n.isupper() and not n.endswith("_TOPICS")])
def test_every_topic_constant_is_in_exactly_one_group(name: str) -> None:
    groups = (names.INPUT_TOPICS, names.GLOBAL_TOPICS, names.OUTPUT_TOPICS, names.INTERNAL_TOPICS)
    assert sum(getattr(names, name) in group for group in groups) == 1
