"""Citations of answers: whether a release still gives the answer whose hash somebody wrote down."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipeline.errors import ReleaseError
from pipeline.front_comment import front_comment
from pipeline.model import Release
from pipeline.releases import DATABASE


@dataclass(frozen=True)
class Citation:
    """An answer that somebody cited: of which release and question, and its sha256 as CSV."""

    release: str
    question: str
    parameters: Mapping[str, str]
    sql_sha256: str
    sha256: str


def read_citation(text: str) -> Citation:
    """The citation in a JSON text, or within the answer in it. Raises `ReleaseError` where there is none."""
    try:
        said = json.loads(text)
        said = said.get("citation", said)
        return Citation(**{name: said[name] for name in Citation.__dataclass_fields__})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReleaseError(
            "The file has no citation: save an answer of /api/questions/….json, or what it has under citation."
        ) from error


def check_citation(cited: Citation, release: Release, questions: Path) -> None:
    """Asks again. Raises `ReleaseError` where the question is another one by now, or the answer is."""
    if release.release_id != cited.release:
        raise ReleaseError(f"The citation is of release {cited.release}, not of {release.release_id}.")
    path = questions / f"{cited.question}.sql"
    sql = front_comment(path)[1] if path.is_file() and path.parent == questions else ""
    if sha256(sql.encode()).hexdigest() != cited.sql_sha256:
        raise ReleaseError(
            f"The question {cited.question} has changed since it was cited, or is gone: check with its file as it was."
        )
    found = _hash(release, sql, dict(cited.parameters))
    if found != cited.sha256:
        raise ReleaseError(
            f"{cited.question}: the answer is not the one that was cited. Its sha256 is {found}, cited was {cited.sha256}."
        )


class _Hashing:
    """Takes text as a file does, and keeps only its hash."""

    def __init__(self) -> None:
        self.digest = sha256()

    def write(self, text: str) -> int:
        self.digest.update(text.encode())
        return len(text)


def _hash(release: Release, sql: str, parameters: dict[str, Any]) -> str:
    """The sha256 of a whole answer as CSV: RFC 4180, UTF-8, numbers as they are stored, blank for null."""
    address = f"{(release.folder / DATABASE).resolve().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        try:
            answer = connection.execute(sql, parameters)
        except sqlite3.Error as error:
            raise ReleaseError(f"The question cannot be asked of {release.release_id}: {error}.") from error
        hashing = _Hashing()
        writer = csv.writer(hashing)
        writer.writerow([column[0] for column in answer.description])
        writer.writerows(answer)
        return hashing.digest.hexdigest()
