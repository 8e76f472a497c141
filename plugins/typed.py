"""What an answer is for a program: its columns with types and units, its rows as CSV, and the sha256 of all of them.

`datasette.typed` has them. The CSV is RFC 4180 in UTF-8, numbers as they are stored, blank where there is nothing: the same
bytes from the same release, so that anyone can check a citation.
"""

import csv
import io
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
KEPT = 1000


@dataclass
class Typed:
    """What takes long to work out, the hash and the columns, of the answers last asked for."""

    kept: OrderedDict[str, tuple[str, list[dict[str, Any]]]] = field(default_factory=OrderedDict)

    def of(self, key: str, answer: Any) -> tuple[str, list[dict[str, Any]]]:
        """The sha256 of an answer as CSV, and its fields; the key tells answers and releases apart."""
        if key not in self.kept:
            self.kept[key] = sha256(as_csv(answer, answer.rows)).hexdigest(), fields_of(answer)
        self.kept.move_to_end(key)
        while len(self.kept) > KEPT:
            self.kept.popitem(last=False)
        return self.kept[key]

    def as_csv(self, answer: Any, rows: Any) -> bytes:
        """Some rows of an answer as CSV."""
        return as_csv(answer, rows)


@hookimpl
def startup(datasette: Datasette) -> None:
    """Offers it to other plugins."""
    datasette.typed = Typed()


def as_csv(answer: Any, rows: Any) -> bytes:
    """Rows as CSV: RFC 4180 in UTF-8, a blank for what is not there."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.name for column in answer.columns])
    writer.writerows(row.values() for row in rows)
    return text.getvalue().encode()


def fields_of(answer: Any) -> list[dict[str, Any]]:
    """The columns of an answer as a Table Schema describes fields; amounts are whole pence."""
    return [_field(column, {row[column.name] for row in answer.rows} - {None}) for column in answer.columns]


def _field(column: Any, values: set[Any]) -> dict[str, Any]:
    said = {"name": column.name, "title": column.title, "type": _type(column.name, values)}
    if said["type"] == "boolean":
        return said | {"trueValues": ["1"], "falseValues": ["0"]}
    if column.unit == "gbp":
        return said | {"unit": "pence", "currency": "GBP"}
    return said | ({"unit": column.unit} if column.unit else {})


def _type(name: str, values: set[Any]) -> str:
    kinds = {type(value) for value in values}
    if name.startswith("is_") and values <= {0, 1}:
        return "boolean"
    if kinds <= {str}:
        return _type_of_text(name, values)
    if kinds <= {int, float}:
        return "integer" if kinds == {int} else "number"
    return "any"


def _type_of_text(name: str, values: set[str]) -> str:
    if not values:
        return "integer" if name.endswith(("_pence", "_bps")) else "string"
    return "date" if all(DAY.fullmatch(value) for value in values) else "string"
