"""A publisher's datapackage.json: read with limits, and held against the allow-list of what it may say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema

from pipeline.source import open_regular
from pipeline.structure import Structural

NAME = "datapackage.json"
MAX_BYTES = 1_000_000
MAX_DEPTH = 20

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def read_json(folder: Path, path: str, limit: int = MAX_BYTES) -> Any:
    """The JSON in a file of the package.

    Raises `Structural` (unreadable_json, and those of `open_regular`) where it is not UTF-8 JSON, is longer than
    `limit` bytes, nests deeper than MAX_DEPTH or has a key twice in one object.
    """
    with open_regular(folder, path) as stream:
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise _unreadable(path, f"it is longer than {limit:,} bytes")
    try:
        value = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise _unreadable(path, _reason(error)) from None
    if _depth(value) > MAX_DEPTH:
        raise _unreadable(path, f"it nests deeper than {MAX_DEPTH} levels")
    if _SURROGATE.search(content) and not _is_text(value):
        raise _unreadable(path, "it has half of a character, which cannot be written as UTF-8")
    return value


def not_allowed(descriptor: object, schema: Mapping[str, Any]) -> Iterator[Structural]:
    """What a descriptor says that it may not, or does not say as it must (property_not_allowed, property_wrong)."""
    validator = jsonschema.Draft202012Validator(schema)
    errors = sorted(validator.iter_errors(descriptor), key=lambda error: list(map(str, error.absolute_path)))
    found = [wrong for error in errors for wrong in _worded(error)]
    yield from {repr((wrong.rule, wrong.words)): wrong for wrong in found}.values()


def unanswered(described: Mapping[str, Any], file: str, where: str = "The description") -> Iterator[Structural]:
    """The questions that a resource, a schema or a field still asks (unanswered_question)."""
    if described.get("confirm"):
        asked = described.get("question", "is this right?")
        answers = "; ".join(described.get("answers", ())) or "yes, as it stands"
        yield Structural("unanswered_question", {"file": file}, where=where, question=asked, answers=answers)
    schema = described.get("schema", described)
    for field in schema.get("fields", ()) if isinstance(schema, dict) else ():
        yield from unanswered(field, file, f"The field “{field['name']}”")


def _worded(error: jsonschema.ValidationError) -> Iterator[Structural]:
    where = _place(error.absolute_path)
    if error.validator == "additionalProperties":
        for name in sorted(set(error.instance) - set(error.schema["properties"])):
            yield Structural("property_not_allowed", {"file": NAME}, where=where, property=name)
    else:
        yield Structural("property_wrong", {"file": NAME}, where=where, expected=_expected(error))


def _expected(error: jsonschema.ValidationError) -> str:
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        return f"an object that says its {' and its '.join(missing)}"
    return str(error.schema.get("description", error.validator))


def _place(path: Any) -> str:
    """`resources / 2 / dialect`: positions counted from 1, as people count."""
    steps = [str(step + 1) if isinstance(step, int) else str(step) for step in path]
    return " / ".join(steps) or "its top level"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key “{twice[:100]}” stands twice in one object")
    return content


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a value of JSON")


def _depth(value: object) -> int:
    """The levels of nesting; counted level by level, so that deep nesting cannot exhaust the stack."""
    depth, level = 0, [value]
    while level and depth <= MAX_DEPTH:
        depth += 1
        level = [inner for outer in level for inner in _inside(outer)]
    return depth


def _is_text(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _inside(value: object) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}: {error.msg}"
    return "it nests too deep" if isinstance(error, RecursionError) else str(error)


def _unreadable(path: str, reason: str) -> Structural:
    return Structural("unreadable_json", {"file": path}, reason=reason)
