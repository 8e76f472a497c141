"""How one file of a package is laid out, as its resource says: encoding, header, and a field for every column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.rewriting import Rewrite, rewriting, steps
from pipeline.source import ENCODINGS
from pipeline.standard import PROVENANCE, Dataset
from pipeline.structure import Structural


@dataclass(frozen=True)
class Field:
    """A column of the file: its header, the column of the standard that it fills (if any) and how its cells are read."""

    name: str
    label: str
    column: str | None
    missing: frozenset[str]
    redacted: Mapping[str, str]
    rewrite: Rewrite | None
    steps: Mapping[str, Rewrite]

    @property
    def is_plain(self) -> bool:
        """Whether cells are taken as they are, empty ones as missing."""
        return self.rewrite is None and not self.redacted and self.missing == {""}


@dataclass(frozen=True)
class Layout:
    """A file as described. `header_row` is 0 where it has none; `ends_in_cr` where lone carriage returns end its lines."""

    path: str
    encoding: str
    csv: Mapping[str, Any]
    ends_in_cr: bool
    header_row: int
    fields: tuple[Field, ...]
    constants: Mapping[str, str]

    @property
    def python_encoding(self) -> str:
        return ENCODINGS[self.encoding]


def layout_of(resource: Mapping[str, Any], dataset: Dataset, constants: Mapping[str, str]) -> Layout:
    """The layout that a resource describes for a dataset; without a schema its fields come from the header later.

    Raises `Structural` (unknown_encoding, unknown_column, column_filled_twice, field_named_twice).
    """
    dialect = resource.get("dialect", {})
    schema = resource.get("schema", {})
    missing = schema.get("missingValues", [""])
    layout = Layout(
        path=resource["path"],
        encoding=_encoding(resource),
        csv=_csv(resource, dialect),
        ends_in_cr=dialect.get("csv", {}).get("lineTerminator") == "\r",
        header_row=dialect.get("headerRows", [1])[0] if dialect.get("header", True) else 0,
        fields=tuple(_field(field, dataset, missing) for field in schema.get("fields", ())),
        constants=constants,
    )
    refuse_unclear(layout, dataset)
    return layout


def fields_named(header: Sequence[str], dataset: Dataset) -> tuple[Field, ...]:
    """The fields of a file without a schema: its header has names of the standard."""
    return tuple(_field({"name": label.strip()}, dataset, [""]) for label in header)


def refuse_unclear(layout: Layout, dataset: Dataset) -> None:
    """Raises `Structural` where a column does not exist or is filled twice, or two fields have one name."""
    at = {"file": layout.path, "dataset": dataset.name}
    for name in _repeated([field.name for field in layout.fields]):
        raise Structural("field_named_twice", at, field=name)
    filled = [field.column for field in layout.fields if field.column] + list(layout.constants)
    for name in filled:
        if name not in dataset.by_name:
            raise Structural("unknown_column", at, column=name, dataset=dataset.name)
    for name in _repeated(filled):
        raise Structural("column_filled_twice", at, column=name)


def _encoding(resource: Mapping[str, Any]) -> str:
    encoding = str(resource.get("encoding", "utf-8")).lower()
    if encoding not in ENCODINGS:
        raise Structural("unknown_encoding", {"file": resource["path"]}, encoding=encoding, known=", ".join(ENCODINGS))
    return encoding


def _csv(resource: Mapping[str, Any], dialect: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of Python's csv reader, which frictionless uses too."""
    described = dialect.get("csv", {})
    tab = resource.get("format") == "tsv" or resource["path"].lower().endswith(".tsv")
    quote = described.get("quoteChar", '"')
    return {
        "delimiter": described.get("delimiter", dialect.get("delimiter", "\t" if tab else ",")),
        "quotechar": quote or None,
        "quoting": 0 if quote else 3,
        "doublequote": described.get("doubleQuote", True),
        "escapechar": described.get("escapeChar"),
        "skipinitialspace": described.get("skipInitialSpace", False),
        "strict": True,
    }


def _field(field: Mapping[str, Any], dataset: Dataset, missing: Sequence[str]) -> Field:
    column = field.get("columnType", field["name"] if field["name"] in dataset.by_name else None)
    reads = field.get("reads", [])
    lists = [entry for entry in reads if isinstance(entry, dict)]
    redacted = {word: code for entry in lists for word, code in entry.get("redacted", {}).items()}
    dates = [pattern for entry in lists for pattern in entry.get("dates", ())]
    words = [entry for entry in reads if isinstance(entry, str)]
    return Field(
        name=field["name"],
        label=field.get("label", field["name"]),
        column=column,
        missing=frozenset(field.get("missingValues", missing)) | {""},
        redacted=redacted,
        rewrite=rewriting(words, _pattern(field), *dates),
        steps=steps(words, _pattern(field), *dates),
    )


def _pattern(field: Mapping[str, Any]) -> str:
    pattern = str(field.get("format", "default"))
    return "" if pattern in {"default", "any", "%Y-%m-%d"} or field.get("type") != "date" else pattern


def _repeated(names: Sequence[str]) -> Iterator[str]:
    seen: set[str] = set(PROVENANCE)
    for name in names:
        if name in seen:
            yield name
        seen.add(name)
