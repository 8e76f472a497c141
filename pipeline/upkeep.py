"""The commands that look after a site's releases: what there is, what changed, undo, and whether every byte is whole."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO

import click

from pipeline.changes import changes, write_csv
from pipeline.citation import check_citation, read_citation
from pipeline.differences import Answered, Moved, answered, moved
from pipeline.doctor import Finding, examine
from pipeline.errors import ReleaseError
from pipeline.model import Release
from pipeline.new import write_site
from pipeline.releases import faults
from pipeline.site import Site
from pipeline.standard import Standard


@click.command(epilog="Example: community-budget releases")
def releases() -> None:
    """List the releases of this site, in the order in which they were made; the current one is marked."""
    kept = Site(Path.cwd()).releases
    current = kept.current()
    for release in kept.history():
        mark = "current" if current and release.release_id == current.release_id else ""
        click.echo(f"{release.release_id}  as of {release.manifest['as_of']}  {mark}".rstrip())
    if not kept.history():
        click.echo("There is no release yet: run community-budget publish.")


@click.command(epilog="Example: community-budget diff 2026-05-31-77ab 2026-06-30-4f1c")
@click.argument("before")
@click.argument("after")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", help="How to show it.")
def diff(before: str, after: str, form: str) -> None:
    """Show what moved between two releases: rows and money by dataset and publisher, and answers of questions.

    As CSV it gives every change of every row and cell. BEFORE and AFTER may be the beginnings of their ids.
    """
    site = Site(Path.cwd())
    old, new = site.releases.find(before), site.releases.find(after)
    with TemporaryDirectory() as working:
        standard = Standard.read(site.laid_out("standard", Path(working)))
        if form == "csv":
            write_csv(changes(old, new, standard), sys.stdout)
            return
        rows = list(moved(old, new, standard))
        answers = list(answered(old, new, site.laid_out("questions", Path(working))))
    if form == "json":
        found = {"datasets": list(map(asdict, rows)), "questions": list(map(asdict, answers))}
        click.echo(json.dumps({"before": old.release_id, "after": new.release_id} | found, indent=2))
    else:
        _show((old, new), rows, answers)


@click.command(epilog="Example: community-budget rollback 2026-06-30-4f1c")
@click.argument("release_id")
def rollback(release_id: str) -> None:
    """Make an earlier release the current one again; RELEASE_ID may be the beginning of its id.

    The release is verified first: one that is damaged is not switched to.
    """
    kept = Site(Path.cwd()).releases
    release = kept.find(release_id)
    _refuse_damaged(release)
    with kept.alone():
        kept.switch(release)
    click.echo(f"{release.release_id} is the current release.")


@click.command(epilog="Example: community-budget verify 2026-06-30-4f1c")
@click.argument("release_id", required=False)
@click.option("--citation", type=click.File(encoding="utf-8"), help="An answer or its citation, as JSON, to check.")
def verify(release_id: str | None, citation: TextIO | None) -> None:
    """Hold every byte of a release against its manifest: the current release, or the one named.

    With --citation, also ask the question of a citation again of its release, and hold the answer against its hash.
    """
    cited = read_citation(citation.read()) if citation else None
    release_id = release_id or (cited.release if cited else None)
    kept = Site(Path.cwd()).releases
    release = kept.find(release_id) if release_id else kept.current()
    if release is None:
        raise ReleaseError("There is no release to verify: run community-budget publish first.")
    _refuse_damaged(release)
    files: Any = release.manifest["files"]
    click.echo(f"{release.release_id}: all {len(files)} files are as they were published.")
    if cited:
        with TemporaryDirectory() as working:
            check_citation(cited, release, Site(Path.cwd()).laid_out("questions", Path(working)))
        click.echo(f"{cited.question}: the answer is the one that was cited.")


@click.command(epilog="Example: community-budget prune --keep 12")
@click.option("--keep", required=True, type=click.IntRange(1), help="How many of the last releases to keep.")
def prune(keep: int) -> None:
    """Remove old releases; the last ones and the current one stay."""
    kept = Site(Path.cwd()).releases
    with kept.alone():
        gone = kept.prune(keep)
    for release in gone:
        click.echo(f"Removed {release.release_id}.")
    click.echo(f"{len(kept.history())} releases are kept.")


@click.command(epilog="Example: community-budget doctor")
@click.pass_context
def doctor(context: click.Context) -> None:
    """Examine this machine and the site's folder, and say what to do about what is wrong."""
    findings = examine(Site(Path.cwd()))
    for finding in findings:
        click.echo(_finding(finding))
    context.exit(0 if all(finding.is_well for finding in findings) else 1)


@click.command(epilog="Example: community-budget new our-place")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
def new(folder: Path) -> None:
    """Write a fresh site into DIR: the partnership's package with empty tables to fill, and what the site says of itself."""
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty: choose another folder, so that nothing is overwritten.")
    with TemporaryDirectory() as working:
        write_site(folder, Standard.read(Site(folder).laid_out("standard", Path(working))))
    click.echo(
        f"The site is in {folder}. Fill the files in {folder}/datapackages/partnership, then publish in {folder}."
    )


def _refuse_damaged(release: Release) -> None:
    found = list(faults(release))
    if found:
        raise ReleaseError(
            f"{release.release_id} is damaged: {' '.join(found)} Restore its folder from a copy, or publish again."
        )


def _show(releases: tuple[Release, Release], rows: Sequence[Moved], answers: Sequence[Answered]) -> None:
    before, after = releases
    click.echo(f"From {before.release_id} to {after.release_id}")
    for row in rows:
        click.echo(
            f"  {row.dataset}, {row.publisher_id}: {row.added:,} rows more, {row.removed:,} rows fewer{_money(row)}"
        )
    for answer in answers:
        click.echo(f"  {answer.title} ({answer.question}): {answer.added:,} rows more, {answer.removed:,} rows fewer")
    if not rows and not answers:
        click.echo("  Nothing moved.")


def _money(row: Moved) -> str:
    change = (row.pence_after or 0) - (row.pence_before or 0)
    sign = "-" if change < 0 else "+"
    return f", {sign}£{abs(change) // 100:,}.{abs(change) % 100:02}" if change else ""


def _finding(finding: Finding) -> str:
    return f"{'well ' if finding.is_well else 'wrong'}  {finding.what}" + (
        "" if finding.is_well else f" {finding.advice}"
    )


COMMANDS = (releases, diff, rollback, verify, prune, doctor, new)
