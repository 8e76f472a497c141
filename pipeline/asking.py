"""`describe` at the command line: its files and folder, and its questions on a terminal."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from pipeline.describe import Ask, Describing
from pipeline.guessing.draft import Draft, Option, Question
from pipeline.guessing.drafting import Drafting
from pipeline.guessing.vocabulary import Vocabulary
from pipeline.site import Site
from pipeline.standard import Standard
from pipeline.telling import next_step, told

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
@click.pass_context
def describe(context: click.Context, /, files: tuple[Path, ...], output: Path | None, **given: str) -> None:
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
        found = Describing(drafting, folder, given["sheet"], asker()).describe(files)
    click.echo(f"{told(found)}\n{next_step(found, folder)}".strip())
    context.exit(REFUSED if found.refused else 0)


def _one_folder(files: Sequence[Path]) -> Path:
    folders = {path.parent for path in files}
    if len(folders) > 1:
        raise click.UsageError("The files lie in several folders: name the package's folder with --output.")
    return folders.pop()


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
