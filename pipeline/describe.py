"""Describe files as the ledger spat them out: a first datapackage.json, each guess with its evidence, each doubt asked."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.descriptor import NAME
from pipeline.errors import DescriptionError
from pipeline.guessing.draft import Draft, Option, Question, Refused
from pipeline.guessing.drafting import Drafting
from pipeline.guessing.sharing import Habit, drift, habits
from pipeline.guessing.workbook import is_workbook, sheets_in

MAX_BYTES = 200_000_000
Ask = Callable[[Draft, Question], Option | None]


@dataclass
class Described:
    """What was described, what was refused and why, and how one habit of files differs from the one before."""

    drafts: list[Draft] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    drifts: list[str] = field(default_factory=list)

    @property
    def questions(self) -> list[Question]:
        return [question for draft in self.drafts for question in draft.questions]


@dataclass(frozen=True)
class Describing:
    """How files are described: with what, into which folder, and who answers questions (nobody: they are left open)."""

    drafting: Drafting
    folder: Path
    sheet: str = ""
    ask: Ask = lambda _draft, _question: None

    def describe(self, files: Sequence[Path]) -> Described:
        """Writes the description of some files beside them; a spreadsheet's sheets become CSV files, and it is kept."""
        found = Described()
        for path in files:
            self._take(path, found)
        for draft in found.drafts:
            _settle(draft, self.ask)
        self._write(found)
        return found

    def _take(self, path: Path, found: Described) -> None:
        try:
            for name, content in self._contents(path):
                self._draft(name, content, found)
        except Refused as refusal:
            found.refused[path.name] = str(refusal)

    def _draft(self, name: str, content: bytes, found: Described) -> None:
        try:
            draft = self.drafting.draft(content, name)
            self._keep(self.folder / name, content)
        except Refused as refusal:
            found.refused[name] = str(refusal)
            return
        found.drafts.append(draft)

    def _keep(self, path: Path, content: bytes) -> None:
        """Puts what is described into the package, over nothing.

        Raises `Refused` where another file has its name.
        """
        if not path.exists():
            path.write_bytes(content)
        elif path.read_bytes() != content:
            raise Refused(f"Another {path.name} is in {self.folder} already: move it away, or choose another folder.")

    def _contents(self, path: Path) -> Iterator[tuple[str, bytes]]:
        """The file, or the sheets of a spreadsheet as CSV.

        Raises `Refused` where it is too big or no spreadsheet after all.
        """
        if path.stat().st_size > MAX_BYTES:
            raise Refused(f"It is bigger than {MAX_BYTES // 1_000_000} MB: send it in parts.")
        content = path.read_bytes()
        if not is_workbook(content):
            yield path.name, content
            return
        sheets = list(sheets_in(path, self.sheet))
        if path.parent.resolve() != self.folder.resolve():
            shutil.copyfile(path, self.folder / path.name)
        for name, text in sheets:
            yield f"{path.stem}{'' if len(sheets) == 1 else '-' + slug(name)}.csv", text.encode()

    def _write(self, found: Described) -> None:
        if not found.drafts:
            return
        described = self._described()
        paths = {draft.resource["path"] for draft in found.drafts}
        kept = [resource for resource in described["resources"] if resource["path"] not in paths]
        taken = {str(resource["name"]) for resource in kept}
        for draft in found.drafts:
            draft.resource["name"] = _free(slug(Path(str(draft.resource["path"])).stem) or "file", taken)
            taken.add(draft.resource["name"])
        self._write_schemas(found, kept)
        described["resources"] = [*kept, *(_ordered(draft.resource) for draft in found.drafts)]
        _write_json(self.folder / NAME, described)

    def _write_schemas(self, found: Described, kept: Sequence[dict[str, Any]]) -> None:
        """One file for every habit that several files share; the schema of a single file stands in its resource."""
        used = {str(resource.get("schema")) for resource in kept}
        before: dict[str, Habit] = {}
        for habit in habits(found.drafts):
            dataset = str(habit.drafts[0].resource["dataset"])
            self._place_schema(habit, used)
            if dataset in before:
                last, first = before[dataset].drafts[-1].resource["path"], habit.drafts[0].resource["path"]
                found.drifts.append(f"from {last} to {first}: {drift(before[dataset], habit)}")
            before[dataset] = habit

    def _place_schema(self, habit: Habit, used: set[str]) -> None:
        schema: object = {"fields": habit.fields}
        if len(habit.drafts) > 1:
            name = _free(str(habit.drafts[0].resource["dataset"]), {path.removesuffix(".schema.json") for path in used})
            path = f"{name.replace(' ', '-')}.schema.json"
            _write_json(self.folder / path, schema)
            used.add(path)
            schema = path
        for draft in habit.drafts:
            draft.resource["schema"] = schema

    def _described(self) -> dict[str, Any]:
        """The description that stands there already, or a new one.

        Raises `DescriptionError` where what stands there is none.
        """
        path = self.folder / NAME
        if path.exists():
            return _read_json(path)
        publisher = self.folder.resolve().name
        return {"name": slug(publisher) or "package", "publisher": publisher, "resources": []}


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if all(isinstance(resource["path"], str) for resource in content["resources"]):
            return dict(content)
    except (ValueError, KeyError, TypeError) as error:
        raise DescriptionError(f"{path} cannot be read: correct it, or move it away and describe again.") from error
    raise DescriptionError(f"{path} has a file without a path: correct it, or move it away and describe again.")


def slug(words: str) -> str:
    """A short name: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:90].strip("-")


def _settle(draft: Draft, ask: Ask) -> None:
    for question in list(draft.questions):
        option = ask(draft, question)
        if option is not None:
            draft.answer(question, option)


def _free(name: str, taken: set[str]) -> str:
    return name if name not in taken else next(f"{name}-{n}" for n in range(2, 10_000) if f"{name}-{n}" not in taken)


def _ordered(resource: dict[str, Any]) -> dict[str, Any]:
    order = (
        "name",
        "path",
        "dataset",
        "period",
        "constants",
        "encoding",
        "confirm",
        "question",
        "answers",
        "dialect",
        "schema",
    )
    return {name: resource[name] for name in order if name in resource}


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
