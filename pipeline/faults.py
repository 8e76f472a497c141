"""What frictionless finds wrong in rows of text cells. It alone decides; the judge words what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from frictionless import Schema, errors
from frictionless.resources import TableResource

from pipeline.standard import Dataset

_CONSTRAINT = re.compile(r'constraint "(\w+)" is "(.*)"', re.DOTALL)


class Fault(NamedTuple):
    """A cell that is wrong: against a constraint with its limit, or, where there is none, not of its column's type.

    A row that is blank throughout is one fault without a column.
    """

    column: str = ""
    constraint: str = ""
    limit: str = ""


def faults(rows: Sequence[Sequence[str | None]], dataset: Dataset) -> Iterator[list[Fault]]:
    """The faults of each row; its cells stand in the order of the dataset's columns."""
    data = [[column.name for column in dataset.columns], *map(list, rows)]
    with TableResource(data=data, schema=_schema(dataset)) as resource:
        for row in resource.row_stream:
            yield [fault for error in row.errors if (fault := _fault(error)) is not None]


def _fault(error: errors.RowError) -> Fault | None:
    if isinstance(error, errors.BlankRowError):
        return Fault()
    if not isinstance(error, errors.CellError):
        return None
    match = _CONSTRAINT.search(error.note)
    return Fault(error.field_name, match[1], match[2]) if match else Fault(error.field_name)


def _schema(dataset: Dataset) -> Schema:
    """The dataset as frictionless takes it: what it must enforce, and no more."""
    kept = ("name", "type", "format", "constraints")
    fields = [{key: column.descriptor[key] for key in kept if key in column.descriptor} for column in dataset.columns]
    return Schema.from_descriptor({"fields": fields, "missingValues": [""]})
