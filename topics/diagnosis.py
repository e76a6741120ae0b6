"""Why a value does not decode. Slow, and only for values that were refused by the decoder already."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple, get_type_hints

import msgspec
from msgspec import Struct, inspect

from topics.fields import MONEY
from topics.refusals import Reason, Refused

Kinds = tuple[type, ...]


class _Rule(NamedTuple):
    """What one field must be: `kinds` are the Python types its JSON may come as."""

    hint: Any
    required: bool
    kinds: Kinds
    money: inspect.IntType | None


def diagnose(value: bytes, types: Mapping[str, type[Struct]]) -> Refused:
    """Reason why `value` is none of the tagged `types` (tag -> struct)."""
    try:
        document = _object(value)
        return _first_fault(document, _type(document, types)) or _malformed()
    except Refused as refused:
        return refused


def diagnose_as(value: bytes, kind: type[Struct]) -> Refused:
    """Reason why `value` is no `kind`, for topics with one untagged type."""
    try:
        return _first_fault(_object(value), kind) or _malformed()
    except Refused as refused:
        return refused


def _malformed() -> Refused:
    return Refused(Reason.NOT_JSON, "malformed text")


def _not_json(_: str) -> float:
    raise ValueError


def _object(value: bytes) -> dict[str, Any]:
    try:
        document = json.loads(value.decode(), parse_constant=_not_json)
    except (ValueError, RecursionError):
        raise Refused(Reason.NOT_JSON, "the value is not JSON in UTF-8") from None
    if not isinstance(document, dict):
        raise Refused(Reason.NOT_AN_OBJECT, "the value is not a JSON object")
    return document


def _type(document: dict[str, Any], types: Mapping[str, type[Struct]]) -> type[Struct]:
    if "type" not in document:
        raise Refused(Reason.MISSING_FIELD, "type is missing")
    tag = document["type"]
    if not isinstance(tag, str):
        raise Refused(Reason.WRONG_TYPE, "type: expected a string")
    if tag not in types:
        raise Refused(Reason.UNKNOWN_TYPE, f"type: this topic carries {', '.join(types)}")
    return types[tag]


def _first_fault(document: dict[str, Any], kind: type[Struct]) -> Refused | None:
    """Version first, for it says how to read the rest; then what is missing; then the fields in their order."""
    rules = _rules(kind)
    faults = [_version_fault(document)]
    faults += [_absence(name) for name, rule in rules.items() if rule.required and _absent(document, name)]
    faults += [_fault(name, document[name], rule) for name, rule in rules.items() if name in document]
    return next((fault for fault in faults if fault), None)


def _version_fault(document: dict[str, Any]) -> Refused | None:
    if "schema_version" not in document:
        return Refused(Reason.MISSING_FIELD, "schema_version is missing")
    version = document["schema_version"]
    if type(version) is not int:
        return Refused(Reason.WRONG_TYPE, "schema_version: expected an integer")
    return None if version == 1 else Refused(Reason.UNKNOWN_VERSION, "schema_version: expected 1")


def _absent(document: dict[str, Any], name: str) -> bool:
    return name not in document or (name == "event_time" and document[name] is None)


def _absence(name: str) -> Refused:
    return Refused(Reason.TIME_ABSENT if name == "event_time" else Reason.MISSING_FIELD, f"{name} is missing")


def _fault(name: str, raw: Any, rule: _Rule) -> Refused | None:
    try:
        msgspec.convert(raw, rule.hint)
    except msgspec.ValidationError:
        return Refused(*_reason(name, raw, rule))
    return None


def _reason(name: str, raw: Any, rule: _Rule) -> tuple[Reason, str]:
    if rule.money and isinstance(raw, float):
        return Reason.FLOAT_MONEY, f"{name}: expected an integer of minor units, got a float"
    if rule.money and isinstance(raw, str):
        return Reason.DECIMAL_STRING_MONEY, f"{name}: expected an integer of minor units, got a string"
    if rule.money and rule.money.ge == 0 and type(raw) is int and raw < 0:
        return Reason.NEGATIVE_MONEY, f"{name}: expected no negative amount"
    if type(raw) not in rule.kinds:
        return Reason.WRONG_TYPE, f"{name}: wrong JSON type"
    return Reason.INVALID_VALUE, f"{name}: not a value the schema allows"


@cache
def _rules(kind: type[Struct]) -> dict[str, _Rule]:
    hints = get_type_hints(kind, include_extras=True)
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    return {field.name: _rule(hints[field.name], field) for field in info.fields if field.name != "schema_version"}


def _rule(hint: Any, field: inspect.Field) -> _Rule:
    return _Rule(hint=hint, required=field.required, kinds=_kinds(field.type), money=_money(field.type))


def _money(info: inspect.Type) -> inspect.IntType | None:
    """Find the integer that is money, if the field may hold one."""
    match info:
        case inspect.Metadata(type=inspect.IntType() as amount, extra=extra) if extra == MONEY:
            return amount
        case inspect.Metadata(type=inner):
            return _money(inner)
        case inspect.UnionType(types=types):
            return next(filter(None, map(_money, types)), None)
        case _:
            return None


def _kinds(info: inspect.Type) -> Kinds:
    match info:
        case inspect.Metadata(type=inner):
            return _kinds(inner)
        case inspect.UnionType(types=types):
            return tuple(kind for inner in types for kind in _kinds(inner))
        case inspect.StructType(array_like=True):
            return (list,)
        case inspect.LiteralType(values=values):
            return tuple(dict.fromkeys(type(value) for value in values))
        case _:
            return _PLAIN[type(info)]


_PLAIN: Mapping[type[inspect.Type], Kinds] = {
    inspect.NoneType: (type(None),),
    inspect.BoolType: (bool,),
    inspect.IntType: (int,),
    inspect.FloatType: (int, float),
    inspect.StrType: (str,),
    inspect.DateTimeType: (str, datetime),
    inspect.DateType: (str, date),
    inspect.ListType: (list,),
    inspect.DictType: (dict,),
    inspect.StructType: (dict,),
}
