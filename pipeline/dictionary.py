"""The standard as rows: what the tables `rules`, `datasets` and `columns` say of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.standard import Column, Dataset, Rule, Standard


def rule_rows(standard: Standard) -> Iterator[dict[str, Any]]:
    """A row for every rule: those of reading and checking first, then those across tables."""
    for name, wording in sorted(standard.problems.items()):
        yield {
            "rule": name,
            "stage": "read" if wording["refuses"] == "package" else "check",
            "severity": "warning" if wording["refuses"] == "nothing" else "error",
            "title": wording["title"],
            "why": wording.get("why"),
            "advice": _unfilled(wording["advice"]),
        }
    for rule in standard.rules:
        yield {
            "rule": rule.name,
            "stage": _stage(rule),
            "severity": rule.severity,
            "title": rule.name.replace("_", " ").capitalize(),
            "why": rule.comment["why"].strip(),
            "advice": _unfilled(rule.comment["advice"]),
            "sql": rule.sql,
        }


def dataset_rows(standard: Standard, counts: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    """A row for every table, with its number of rows."""
    for dataset in (*standard.datasets.values(), *standard.derived.values()):
        descriptor = dataset.descriptor
        yield {
            "dataset": dataset.name,
            "title": descriptor["title"],
            "description": descriptor["description"],
            "section": descriptor["section"],
            "owner": dataset.owner,
            "label": descriptor.get("label"),
            "amount_column": dataset.amount.stored_name if dataset.amount else None,
            "facets": ",".join(dataset.stored(name) for name in dataset.listed("facets")) or None,
            "sort": _sort(dataset),
            "row_count": counts[dataset.name],
        }


def column_rows(standard: Standard) -> Iterator[dict[str, Any]]:
    """A row for every column of every table, by its name in SQLite."""
    for dataset in (*standard.datasets.values(), *standard.derived.values()):
        refers = {reference.columns[0]: reference for reference in dataset.references}
        for position, column in enumerate(dataset.columns, 1):
            reference = refers.get(column.name)
            yield _column(column) | {
                "dataset": dataset.name,
                "position": position,
                "refers_to": f"{reference.dataset}.{reference.targets[0]}" if reference else None,
            }


def _column(column: Column) -> dict[str, Any]:
    codes = column.constraints.get("enum")
    return {
        "column": column.stored_name,
        "title": column.title,
        "description": column.descriptor["description"],
        "type": "integer" if column.is_money else column.type,
        "unit": "pence" if column.is_money else column.descriptor.get("unit"),
        "lexical": column.lexical,
        "is_required": int(column.is_required),
        "codes": ", ".join(map(str, codes)) if codes else None,
        "disclosure": column.disclosure or None,
    }


def _stage(rule: Rule) -> str:
    """Where a rule is held against the data: one that compares a package with a release, at its check alone."""
    if rule.compares:
        return "check"
    return "derive" if rule.severity == "warning" else "reconcile"


def _unfilled(template: str) -> str:
    """Advice in general, where that on a row names its own example or codes."""
    return re.sub(r"\{(\w+)\}", lambda match: f"({match[1].replace('_', ' ')})", template)


def _sort(dataset: Dataset) -> str | None:
    sort = dataset.descriptor.get("sort")
    if not sort:
        return None
    return dataset.stored(sort) + (" desc" if dataset.descriptor.get("sort_desc") else "")
