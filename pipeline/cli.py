"""The command line: composes the stages, shows what came of it, and turns errors into exit codes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import track
from rich.table import Table

from pipeline import __version__, upkeep
from pipeline.asking import describe
from pipeline.check import check as check_package
from pipeline.check import pounds
from pipeline.earlier import changed_since
from pipeline.errors import PipelineError
from pipeline.example import make
from pipeline.model import CheckedPackage
from pipeline.publish import Published
from pipeline.publish import publish as publish_site
from pipeline.read import read
from pipeline.receipt import FORMATS, Lookup, placed, receipt, written
from pipeline.references import unresolved
from pipeline.releases import DATABASE
from pipeline.serve import serve as serve_site
from pipeline.site import Site
from pipeline.stage import Stage
from pipeline.standard import Standard

REFUSED = 3
WIDE = 200
"""Characters that the table of totals may take; on a narrower terminal its lines wrap, as no digit may be left out."""


class Commands(click.Group):
    """Every `PipelineError` ends the program with its one sentence and exit code 1; a bug keeps its traceback."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except PipelineError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands, epilog="Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a package was refused.")
@click.version_option(__version__, prog_name="community-budget")
def main() -> None:
    """Publish a community budget as open data: data packages in, a site and an open dataset out.

    Run it in a site's folder, the one that has datapackages/.
    """


@main.command(epilog="Example: community-budget publish --as-of 2026-06-30")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day to speak from; today where left out.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to show the totals.")
@click.pass_context
def publish(context: click.Context, as_of: datetime | None, form: str) -> None:
    """Check every package, load what passes, and make it the current release."""
    day = as_of.date() if as_of else date.today()
    published = publish_site(Site(Path.cwd()), day, _watch)
    if form == "json":
        click.echo(json.dumps(_published_json(published), indent=2, ensure_ascii=False))
    else:
        _show(published)
    context.exit(REFUSED if published.refused else 0)


@main.command(epilog="Example: community-budget check datapackages/wexmoor-council --format json")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", help="How to write the receipt.")
@click.option("--output", type=click.File("w", encoding="utf-8"), default="-", help="Where to write it.")
@click.pass_context
def check(context: click.Context, path: Path, form: str, output: Any) -> None:
    """Check one package and write its receipt; nothing is published.

    PATH is the package's folder. In a site's folder, references are looked up in the current release too.
    """
    folder = path.parent if path.name == "datapackage.json" else path
    if not folder.is_dir():
        raise click.UsageError(f"{path} is not a package: give the folder that has datapackage.json.")
    found = _receipt(folder, Site(Path.cwd()))
    output.write(written(found, form))
    context.exit(REFUSED if found["verdict"] == "refused" else 0)


@main.command(epilog="Example: community-budget serve --port 8001")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
def serve(host: str, port: int) -> None:
    """Serve the current release as a site, until it is interrupted."""
    serve_site(Site(Path.cwd()), host, port)


@main.command(epilog="Example: community-budget example wexmoor --rows 15000 --seed 2026")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--rows", default=15_000, show_default=True, type=click.IntRange(1), help="How many payments, about.")
@click.option("--seed", default=2026, show_default=True, help="The same seed makes the same files.")
def example(folder: Path, rows: int, seed: int) -> None:
    """Write the data packages of an illustrative place into DIR/datapackages."""
    packages = folder / "datapackages"
    if packages.exists() and any(packages.iterdir()):
        raise click.UsageError(f"{packages} is not empty: choose another folder, so that nothing is overwritten.")
    with Console(stderr=True).status("Writing the illustrative place …"):
        make(packages, rows=rows, seed=seed)
    click.echo(f"The packages are in {packages}. Next: cd {folder} && community-budget publish")


for command in (*upkeep.COMMANDS, describe):
    main.add_command(command)


def _watch(title: str, steps: Sequence[Any]) -> Iterable[Any]:
    console = Console(stderr=True)
    return track(steps, title, console=console, transient=True) if console.is_terminal else steps


def _receipt(folder: Path, site: Site) -> dict[str, Any]:
    """The receipt of a package, with references where there is a release to look them up in."""
    with tempfile.TemporaryDirectory() as working:
        standard = Standard.read(site.laid_out("standard", Path(working)))
        package = check_package(read(folder, standard), standard, Stage(Path(working) / "stage"))
        current = site.releases.current()
        if current is None:
            return receipt(package, standard)
        database = current.folder / DATABASE
        found = (*unresolved(package, standard, database), *changed_since(package, standard, database))
        return receipt(package, standard, Lookup(current.release_id, found))


def _published_json(published: Published) -> dict[str, Any]:
    return {
        "release": published.release.release_id,
        "is_new": published.is_new,
        "refused": [package.publisher_id for package in published.refused],
        "publishers": _by_publisher(published),
    }


def _by_publisher(published: Published) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    totals: Any = published.release.manifest["totals"]
    for total in totals:
        amount = total["amount_pence"]
        found.setdefault(total["publisher_id"], {})[total["outcome"]] = {
            "rows": total["rows"], "amount_gbp": None if amount is None else pounds(amount)
        }  # fmt: skip
    return found


def _show(published: Published) -> None:
    """What was received, published and held back, by publisher; then what to know about refused packages."""
    titles = [f"{what}\n{unit}" for what in ("Received", "Published", "Held back") for unit in ("rows", "£")]
    table = Table("Publisher", *titles, box=SIMPLE_HEAD)
    for column in table.columns:
        column.no_wrap = True
        column.justify = "left" if column.header == "Publisher" else "right"
    for publisher, outcomes in _by_publisher(published).items():
        table.add_row(publisher, *_cells(outcomes))
    Console(width=max(Console().width, WIDE)).print(table)
    for package in published.refused:
        click.echo(
            f"Refused: {package.publisher_id}. {placed(vars(package.problems[0]))} {_instead(published, package)}"
            f" See: community-budget check datapackages/{package.publisher_id}"
        )
    if published.is_new:
        click.echo(f"Published {published.release.release_id}.")
    else:
        click.echo(f"Nothing to do: {published.release.release_id} already has all of this.")


def _instead(published: Published, package: CheckedPackage) -> str:
    """What stands in the release in place of a refused package."""
    entries: Any = published.release.manifest["packages"]
    verdicts = {entry["publisher"]: entry["verdict"] for entry in entries}
    if verdicts.get(package.publisher_id) == "last_accepted":
        return "Its last accepted version is used."
    return "Nothing of it is published: the stage has no accepted version of it."


def _cells(outcomes: dict[str, Any]) -> list[str]:
    cells: list[str] = []
    for outcome in ("received", "published", "held_back"):
        total = outcomes.get(outcome, {"rows": 0, "amount_gbp": None})
        amount = total["amount_gbp"]
        cells += [f"{total['rows']:,}", "" if amount is None else f"{Decimal(amount):,.2f}"]
    return cells
