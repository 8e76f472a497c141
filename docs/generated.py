"""The parts of these pages that are made from the standard, the questions and the command line; `make docs` renews them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from pipeline.cli import main
from pipeline.front_comment import front_comment
from pipeline.standard import Dataset, Standard

ROOT = Path(__file__).parent.parent
STANDARD = Standard.read(ROOT / "standard")
OWNERS = {
    "P": "the partnership",
    "A": "each agency for itself",
    "PA": "the partnership or an agency",
    "program": "the program",
}


def problems() -> str:
    """Every problem that reading and checking can find, and every rule across tables."""
    lines: list[str] = []
    for refuses, title in (("package", "Problems that refuse a package"), ("row", "Problems that hold a row back"),
                           ("nothing", "Warnings")):  # fmt: skip
        lines += [f"## {title}", ""]
        for name, wording in STANDARD.problems.items():
            if wording["refuses"] == refuses:
                lines += [f"### `{name}`", "", f"{wording['title']}.", "", f"> {wording['message']}", ""]
                lines += [f"What to do: {wording['advice']}", ""]
    return "\n".join([*lines, *_rules()])


def questions() -> str:
    """Every question with what it means, what to beware of, and its parameters."""
    lines: list[str] = []
    for path in sorted((ROOT / "questions").glob("*.sql")):
        comment, _ = front_comment(path)
        lines += [f"### {comment['title']}", "", f"`/community-budget/{path.stem}`: {comment['meaning'].strip()}", ""]
        lines += [f"* {caveat.strip()}" for caveat in comment.get("caveats") or []]
        lines += [
            f"* parameter `{name}`: {parameter['title']}"
            for name, parameter in (comment.get("parameters") or {}).items()
        ]
        lines.append("")
    return "\n".join(lines)


def commands() -> str:
    """The help of every command."""
    context = click.Context(main, info_name="community-budget", terminal_width=100)
    lines = ["```text", main.get_help(context), "```", ""]
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        if command is not None:
            inner = click.Context(command, info_name=name, parent=context, terminal_width=100)
            lines += [f"## {name}", "", "```text", command.get_help(inner), "```", ""]
    return "\n".join(lines)


def dictionary() -> str:
    """Every table with its columns."""
    return "\n".join(line for dataset in _datasets() for line in _dataset(dataset))


def _datasets() -> list[Dataset]:
    return [*STANDARD.datasets.values(), *STANDARD.derived.values()]


def _dataset(dataset: Dataset) -> Iterator[str]:
    descriptor = dataset.descriptor
    yield f"## {descriptor['title']} (`{dataset.name}`)"
    yield ""
    key = ", ".join(f"`{name}`" for name in dataset.primary_key) or "none"
    yield f"{descriptor['description']} Published by {OWNERS[dataset.owner]}. Key: {key}."
    yield ""
    yield "| column | title | what it says | written as |"
    yield "|---|---|---|---|"
    refers = {reference.columns[0]: reference.dataset for reference in dataset.references}
    for column in dataset.columns:
        required = "required" if column.is_required else "may be blank"
        to = f"; names a row of `{refers[column.name]}`" if column.name in refers else ""
        yield f"| `{column.name}` | {column.title} | {column.descriptor['description']} | {_written(column)}; {required}{to} |"
    yield ""


def _written(column: Any) -> str:
    codes = column.constraints.get("enum")
    if codes:
        return "one of " + ", ".join(f"`{code}`" for code in codes)
    lexical = STANDARD.lexicals[column.lexical]
    return f"{column.lexical.replace('_', ' ')}, such as `{lexical.example}`"


def _rules() -> Iterator[str]:
    yield "## Rules across tables"
    yield ""
    for rule in STANDARD.rules:
        yield f"### `{rule.name}`"
        yield ""
        yield f"{' '.join(rule.comment['why'].split())}"
        yield ""
        yield f"> {' '.join(rule.comment['message'].split())}"
        yield ""
        yield f"What to do: {' '.join(rule.comment['advice'].split())} ({rule.severity})"
        yield ""
