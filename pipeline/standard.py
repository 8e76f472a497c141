"""The standard as it stands in `standard/`: datasets, their columns, derived tables and rules across tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import StandardError
from pipeline.front_comment import front_comment
from pipeline.model import Problem

PROVENANCE = ("publisher_id", "file_id", "line")
"""Columns that every published row carries: who sent it, the file as sent, and the line in it."""

_SQL_TYPES = {"string": "TEXT", "date": "TEXT", "integer": "INTEGER", "boolean": "INTEGER", "number": "REAL"}


@dataclass(frozen=True)
class Lexical:
    """How a cell of some kind must read."""

    expression: str
    means: str
    example: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.expression)

    @property
    def linear_expression(self) -> str:
        """The expression as engines of linear time write it, whose end of text is a small z."""
        return self.expression.replace(r"\Z", r"\z")


@dataclass(frozen=True)
class Column:
    """A column of a dataset, as its descriptor has it."""

    descriptor: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.descriptor["name"])

    @property
    def title(self) -> str:
        return str(self.descriptor["title"])

    @property
    def type(self) -> str:
        return str(self.descriptor["type"])

    @property
    def lexical(self) -> str:
        return str(self.descriptor["lexical"])

    @property
    def disclosure(self) -> str:
        return str(self.descriptor.get("disclosure", ""))

    @property
    def default(self) -> str:
        return str(self.descriptor.get("default", ""))

    @property
    def constraints(self) -> Mapping[str, Any]:
        return dict(self.descriptor.get("constraints", {}))

    @property
    def is_required(self) -> bool:
        return bool(self.constraints.get("required"))

    @property
    def is_money(self) -> bool:
        return self.name.endswith("_gbp")

    @property
    def stored_name(self) -> str:
        """The name in SQLite, where money is integer pence."""
        return self.name.removesuffix("_gbp") + "_pence" if self.is_money else self.name

    @property
    def sql_type(self) -> str:
        return "INTEGER" if self.is_money else _SQL_TYPES[self.type]


@dataclass(frozen=True)
class Reference:
    """A foreign key: `columns` of this dataset name a row of `dataset` by its `targets`."""

    columns: tuple[str, ...]
    dataset: str
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Dataset:
    """A kind of table that publishers send, that the program makes, or that is derived."""

    descriptor: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.descriptor["name"])

    @property
    def owner(self) -> str:
        return str(self.descriptor["owner"])

    @property
    def is_sent(self) -> bool:
        """Whether publishers send it; the rest is made by the program."""
        return self.owner != "program"

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return tuple(Column(field) for field in self.descriptor["fields"])

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def amount(self) -> Column | None:
        """The column that conservation of money adds up."""
        return self.by_name.get(str(self.descriptor.get("amount", "")))

    @property
    def primary_key(self) -> tuple[str, ...]:
        return tuple(self.descriptor.get("primaryKey", ()))

    @cached_property
    def stored_key(self) -> tuple[str, ...]:
        """The names in SQLite of the columns of its key."""
        return tuple(self.stored(name) for name in self.primary_key)

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        return tuple(_reference(self.name, key) for key in self.descriptor.get("foreignKeys", ()))

    def stored(self, name: str) -> str:
        """The name in SQLite of a column of this dataset or of its provenance."""
        return self.by_name[name].stored_name if name in self.by_name else name

    def listed(self, name: str) -> tuple[str, ...]:
        """A list of column names that the descriptor has under `name`, such as `search` or `facets`."""
        return tuple(self.descriptor.get(name, ()))


@dataclass(frozen=True)
class Rule:
    """A rule across tables: SQL that selects the failing rows, and what to say of them."""

    name: str
    comment: Mapping[str, str]
    sql: str

    @property
    def severity(self) -> str:
        return self.comment["severity"]

    @property
    def compares(self) -> bool:
        """Whether it compares a package with a release, `before`: at its check alone, as a release depends on no other."""
        return self.comment.get("compares_with") == "before"


@dataclass(frozen=True)
class Standard:
    """The whole standard; `fingerprint` changes when any file of it does."""

    version: str
    title: str
    lexicals: Mapping[str, Lexical]
    datasets: Mapping[str, Dataset]
    derived: Mapping[str, Dataset]
    derivations: Mapping[str, str]
    rules: tuple[Rule, ...]
    protection: Mapping[str, Any]
    problems: Mapping[str, Mapping[str, str]]
    package_schema: Mapping[str, Any]
    fingerprint: str

    @classmethod
    def read(cls, folder: Path) -> Standard:
        """The standard in `folder`.

        Raises `StandardError` where a file is missing or does not say what it must.
        """
        try:
            return _read(folder)
        except (OSError, ValueError, KeyError, yaml.YAMLError) as error:
            raise StandardError(f"The standard in {folder} cannot be read: {error}") from error

    @property
    def sent(self) -> Iterable[Dataset]:
        """The datasets that publishers send, referenced before referring."""
        return (dataset for dataset in self.datasets.values() if dataset.is_sent)

    def waves(self) -> Iterator[list[str]]:
        """The derived tables, wave after wave: a table comes after all that stand before it and that its SQL names."""
        waves: dict[str, int] = {}
        for name, sql in self.derivations.items():
            words = set(re.findall(r"\w+", sql))
            waves[name] = 1 + max((waves[other] for other in waves if other in words), default=0)
        for wave in sorted(set(waves.values())):
            yield [name for name in waves if waves[name] == wave]

    def problem(self, rule: str, at: Mapping[str, Any] | None = None, **words: object) -> Problem:
        """The problem of a rule in `problems.yml`, worded; `at` has fields of `Problem` that say where it is."""
        wording, at = self.problems[rule], at or {}
        words = {**at, **words}
        return Problem(rule, wording["message"].format(**words), wording["advice"].format(**words), **at)


def _read(folder: Path) -> Standard:
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return Standard(
        version=package["version"],
        title=package["title"],
        lexicals={name: Lexical(**kind) for name, kind in _json(folder / "lexical.json").items()},
        datasets={name: Dataset(_json(folder / "tables" / f"{name}.json")) for name in package["tables"]},
        derived={name: Dataset(_json(folder / "derived" / f"{name}.json")) for name in package["derived"]},
        derivations={name: (folder / "derived" / f"{name}.sql").read_text("utf-8") for name in package["derived"]},
        rules=tuple(_rule(path) for path in sorted((folder / "rules").glob("*.sql"))),
        problems=yaml.safe_load((folder / "problems.yml").read_text(encoding="utf-8")),
        package_schema=_json(folder / "package.schema.json"),
        protection=_yaml(folder / "protection.yml") | _yaml(folder / "protection_of_place.yml"),
        fingerprint=_fingerprint(folder),
    )


def _json(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _yaml(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def _rule(path: Path) -> Rule:
    comment, sql = front_comment(path)
    for key in ("message", "advice", "severity", "why"):
        if key not in comment:
            raise StandardError(f"The rule {path.name} does not say its {key}.")
    return Rule(path.stem, comment, sql)


def _reference(dataset: str, key: Mapping[str, Any]) -> Reference:
    target = key["reference"]
    return Reference(tuple(key["fields"]), target.get("resource") or dataset, tuple(target["fields"]))


def _fingerprint(folder: Path) -> str:
    digest = sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()
