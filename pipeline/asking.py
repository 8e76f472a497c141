"""`describe` at the command line: its files and folder, and who answers its questions."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from pipeline.describe import Ask, Describing
from pipeline.guessing.draft import Draft, Option, Question
from pipeline.guessing.drafting import Drafting
from pipeline.guessing.vocabulary import Vocabulary
from pipeline.site import Site
from pipeline.standard import Standard
from pipeline.telling import next_step, noted, told

REFUSED = 3


@click.command(epilog="Example: community-budget describe datapackages/wexmoor-council/spend-2024-05.csv")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="The package's folder; that of the files where left out.",
)
@click.option("--dataset", default="", help="The dataset that the files fill; found out where left out.")
@click.option("--sheet", default="", help="The sheet of a spreadsheet; all that have a table where left out.")
@click.option(
    "--answer", "answers", multiple=True, metavar="KEY=N", help="Answer a question: its key in --notes, and which."
)
@click.option("--notes", type=click.File("w", encoding="utf-8", lazy=True), help="Also write what was found as JSON.")
@click.pass_context
def describe(context: click.Context, /, files: tuple[Path, ...], output: Path | None, **given: Any) -> None:
    """Describe files as they are: write a first datapackage.json and list each guess with its evidence.

    FILES are CSV, TSV, XLSX, XLS or ODS. What a file cannot tell is asked on a terminal, or left in the description as
    "confirm": true, which check refuses until it is answered.
    """
    folder = output or _one_folder(files)
    with tempfile.TemporaryDirectory() as working:
        rules = Site(Path.cwd()).laid_out("standard", Path(working))
        standard = Standard.read(rules)
        if given["dataset"] and given["dataset"] not in {dataset.name for dataset in standard.sent}:
            raise click.UsageError(f"{given['dataset']} is no dataset that publishers send, such as spend or outcomes.")
        drafting = Drafting(standard, Vocabulary.read(rules, standard), given["dataset"])
        folder.mkdir(parents=True, exist_ok=True)
        asked = _answered(_numbers(given["answers"]), asker())
        found = Describing(drafting, folder, given["sheet"], asked).describe(files)
    if given["notes"]:
        given["notes"].write(json.dumps(noted(found), indent=2, ensure_ascii=False) + "\n")
    click.echo(f"{told(found)}\n{next_step(found, folder)}".strip())
    context.exit(REFUSED if found.refused else 0)


def _one_folder(files: Sequence[Path]) -> Path:
    folders = {path.parent for path in files}
    if len(folders) > 1:
        raise click.UsageError("The files lie in several folders: name the package's folder with --output.")
    return folders.pop()


def _numbers(answers: Sequence[str]) -> dict[str, int]:
    pairs = [answer.partition("=")[::2] for answer in answers]
    if not all(key and number.isdecimal() for key, number in pairs):
        raise click.UsageError("An answer is the key of a question, = and the number of the answer: 3f2a…=1.")
    return {key: int(number) for key, number in pairs}


def _answered(numbers: Mapping[str, int], otherwise: Ask) -> Ask:
    """Answers given beforehand go first; one that fits no question, or no option of it, leaves it to the others."""

    def ask(draft: Draft, question: Question) -> Option | None:
        number = numbers.get(question.key(draft.resource["path"]), 0)
        is_option = 0 < number <= len(question.options)
        return question.options[number - 1] if is_option else otherwise(draft, question)

    return ask


def asker() -> Ask:
    """Who answers: the person at the terminal, or nobody where there is none."""
    return _ask if sys.stdin.isatty() and sys.stdout.isatty() else _leave


def _ask(draft: Draft, question: Question) -> Option | None:
    """The option that the person chooses; none for 0, which leaves the question open."""
    click.echo(f"{draft.resource['path']}: {question.text}")
    for number, option in enumerate(question.options, 1):
        click.echo(f"  {number}. {option.words}")
    chosen = click.prompt("  Which? (0 leaves it open)", type=click.IntRange(0, len(question.options)))
    return question.options[chosen - 1] if chosen else None


def _leave(_draft: Draft, _question: Question) -> None:
    return None
