"""The documents say what is so: their commands, links and examples are tried, their lists held against the program."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.rewriting import WORDS, rewriting
from pipeline.source import ENCODINGS
from pipeline.standard import Standard

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
DOCUMENTS = [README, *sorted((ROOT / "docs").glob("*.md"))]
PUBLISHING = (ROOT / "docs" / "publishing.md").read_text(encoding="utf-8")

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^`([\w./-]+)`[^\n]*:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")
KINDS = {"resources": "", "dataset": "resource", "fields": "schema", "reads": "field"}
"""A property that tells what an example of JSON describes, and the part of the schema that it is held against."""


def examples() -> list[dict[str, Any]]:
    return [json.loads(text) for language, text in BLOCK.findall(PUBLISHING) if language == "json"]


def is_of_a_receipt(example: Mapping[str, Any]) -> bool:
    return "rule" in example or "received" in example


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the packages of the guide for publishers, each file in the encoding that its description says."""
    files = dict(FILE.findall(PUBLISHING))
    encodings = {
        f"{Path(path).parent}/{resource['path']}": resource.get("encoding", "utf-8")
        for path, text in files.items()
        if path.endswith("datapackage.json")
        for resource in json.loads(text)["resources"]
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding=encodings.get(path, "utf-8"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", main.commands)
def test_every_command_with_its_options_is_in_the_page_of_the_command_line(name: str) -> None:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    section = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert section
    for parameter in main.commands[name].params:
        assert shown(parameter) in section


def shown(parameter: click.Parameter) -> str:
    """How the help of a command names a parameter."""
    name = parameter.opts[0]
    return name if isinstance(parameter, click.Option) else str(parameter.metavar or name.upper())


def test_the_made_parts_of_the_documents_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", "-I", "docs", *map(str, DOCUMENTS)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"run make docs: {done.stdout}{done.stderr}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_relative_link_leads_to_a_file_and_every_anchor_to_a_heading(document: Path) -> None:
    for link in LINK.findall(document.read_text(encoding="utf-8")):
        path, _, anchor = link.partition("#")
        if ":" in path:
            continue
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), f"{document.name} links to {link}"
        assert not anchor or anchor in anchors(target), f"{document.name} links to {link}"


def anchors(document: Path) -> list[str]:
    headings = HEADING.findall(document.read_text(encoding="utf-8"))
    return [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_that_a_document_names_exists(document: Path) -> None:
    for name, rest in re.findall(r"community-budget ([a-z]+)([^`\n]*)", document.read_text(encoding="utf-8")):
        assert name in main.commands, f"{document.name}: community-budget {name}"
        options = {option for parameter in main.commands[name].params for option in parameter.opts} | {"--help"}
        assert set(re.findall(r"--[a-z-]+", rest)) <= options, f"{document.name}: community-budget {name}{rest}"


def test_screenshots_are_small() -> None:
    images = list((ROOT / "docs" / "images").glob("*.png"))
    assert images
    assert all(image.stat().st_size < 150_000 for image in images)


def test_the_guide_for_publishers_has_every_word_of_reads_with_what_it_does() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*`) \| (.*`) \|$", PUBLISHING, re.MULTILINE)
    tried = {word: list(zip(CODE.findall(before), CODE.findall(after), strict=True)) for word, before, after in rows}
    assert set(tried) == set(WORDS)
    for word, cells in tried.items():
        rewrite = rewriting([word], "")
        assert rewrite is not None
        for before, after in cells:
            assert rewrite(before.replace("␣", " ").replace("⏎", "\n")) == after


def test_the_guide_for_publishers_has_every_property_of_a_description(standard: Standard) -> None:
    assert set(properties(standard.package_schema)) <= set(CODE.findall(PUBLISHING))


def properties(schema: object) -> Iterator[str]:
    """The names of all properties that a JSON schema speaks of, at any depth."""
    if isinstance(schema, dict):
        named = schema.get("properties")
        yield from named if isinstance(named, dict) else ()
        for inner in schema.values():
            yield from properties(inner)


def test_the_guide_for_publishers_has_every_encoding_and_every_reason_for_redaction(standard: Standard) -> None:
    said = set(CODE.findall(PUBLISHING))
    assert set(ENCODINGS) <= said
    assert set(standard.datasets["spend"].by_name["redaction"].constraints["enum"]) <= said


def test_the_guide_for_publishers_has_every_dataset_that_agencies_send(standard: Standard) -> None:
    sent = {name for name, dataset in standard.datasets.items() if dataset.owner in {"A", "PA"}}
    assert sent <= set(CODE.findall(PUBLISHING))


def test_every_description_in_the_guide_for_publishers_is_allowed(standard: Standard) -> None:
    described = [example for example in examples() if not is_of_a_receipt(example)]
    assert len(described) > 1
    for example in described:
        kind = next(part for name, part in KINDS.items() if name in example)
        part = {"$ref": f"#/$defs/{kind}", "$defs": standard.package_schema["$defs"]}
        jsonschema.validate(example, part if kind else standard.package_schema)


@pytest.mark.usefixtures("packages")
def test_every_check_in_the_guide_for_publishers_says_what_stands_there() -> None:
    consoles = [text for language, text in BLOCK.findall(PUBLISHING) if language == "console"]
    assert consoles
    for text in consoles:
        command, _, output = text.partition("\n")
        assert command.startswith("$ community-budget ")
        assert CliRunner().invoke(main, command.split()[2:]).output == output


def test_every_package_in_the_guide_for_publishers_can_be_published(packages: Path) -> None:
    for description in sorted(packages.glob("*/datapackage.json")):
        result = CliRunner().invoke(main, ["check", description.parent.name])
        assert result.exit_code == 0, result.output


@pytest.mark.usefixtures("packages")
def test_the_pieces_of_json_receipts_in_the_guide_for_publishers_are_as_written() -> None:
    pieces = [example for example in examples() if is_of_a_receipt(example)]
    written = json.loads(CliRunner().invoke(main, ["check", "thornshire-fire", "--format", "json"]).output)
    assert pieces
    for piece in pieces:
        wholes = [*written["files"], *written["problems"]]
        assert any(piece.items() <= {name: whole[name] for name in piece if name in whole}.items() for whole in wholes)
