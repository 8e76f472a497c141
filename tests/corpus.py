"""Real files described and checked one by one, and how that ended: `make corpus` prints it, a test asserts the goals.

right: rows, credits and net total are those of ANSWERS.csv, or of a count by the csv module where it has none;
asking: the description names what the file cannot tell (and is right once that is answered); refused: the file is no
such table, and the program says why; wrong: none of these, the one thing that must never happen.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from real_files import FOLDER, Count, amount_in, answers, count

from pipeline.check import check
from pipeline.describe import Describing
from pipeline.guessing.draft import Draft, Option, Question
from pipeline.guessing.drafting import Drafting
from pipeline.guessing.grid import grid_of
from pipeline.guessing.vocabulary import Vocabulary
from pipeline.layout import layout_of
from pipeline.model import CheckedFile
from pipeline.read import read
from pipeline.site import shipped_parts
from pipeline.stage import Stage
from pipeline.standard import Standard

LAMBETH = "spend/lambeth/2012-06-payments.csv"
CORRECTED = {LAMBETH: Count(2516, 0, Decimal("39775940.53"))}
"""ANSWERS.csv counts the row “Total” as a payment and, in eleven rows whose cells are fused, the 17 of “SECTION 17” as pounds."""
SENDING = ("spend", "uk25k")
OTHERS = ("outcomes", "messy")


@dataclass(frozen=True)
class Ending:
    """How a file ended: right, asking, refused or wrong; what there is to say, and how long it took."""

    path: str
    ending: str
    words: str
    seconds: float
    is_answered_right: bool = True


@dataclass(frozen=True)
class Corpus:
    """Runs single files through `describe` and `check`."""

    standard: Standard
    drafting: Drafting

    @classmethod
    def read(cls) -> Corpus:
        folder = shipped_parts() / "standard"
        standard = Standard.read(folder)
        return cls(standard, Drafting(standard, Vocabulary.read(folder, standard)))

    def run(self, path: Path) -> Ending:
        """Describes a file in a package of its own, with its questions open; then answers them, checks it and counts."""
        started = time.monotonic()
        name = path.relative_to(FOLDER).as_posix()
        with tempfile.TemporaryDirectory() as working:
            folder = Path(working) / "publisher"
            folder.mkdir()
            (folder / path.name).write_bytes(path.read_bytes())
            found = Describing(self.drafting, folder).describe([folder / path.name])
            if not found.drafts:
                return Ending(name, "refused", "; ".join(found.refused.values()), time.monotonic() - started)
            asked = "; ".join(question.text for question in found.questions)
            if asked:
                package = read(folder, self.standard)
                assert {problem.rule for problem in package.problems} == {"unanswered_question"}, name
                Describing(self.drafting, folder, ask=Truth(name).answer).describe([folder / path.name])
            is_right, words = self._counted(folder, name)
        ending = "asking" if asked else "right" if is_right else "wrong"
        return Ending(name, ending, f"{asked} {words}".strip(), time.monotonic() - started, is_right)

    def _counted(self, folder: Path, name: str) -> tuple[bool, str]:
        """Whether what was received is what should be, and what both are."""
        package = read(folder, self.standard)
        checked = check(package, self.standard, Stage(folder.parent / "stage"))
        if not checked.files:
            return False, "; ".join(problem.message for problem in checked.problems)
        if checked.files[0].dataset != "spend":
            return True, f"{checked.files[0].dataset}: {checked.files[0].received.rows} rows"
        expected = expected_of(name) or self._independent(folder)
        totals = [readable(file) for file in checked.files]
        passed = [
            Count(f.published.rows, f.published.credits, _pounds(f.published.amount_pence)) for f in checked.files
        ]
        words = f"{checked.verdict}: {_sum(totals)}, expected {expected}"
        return expected in {_sum(totals), _sum(passed)}, words

    def _independent(self, folder: Path) -> Count:
        """The amounts of the file by the csv module and an expression of our own, in the column that the description names."""
        found: list[Decimal] = []
        described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        for resource in described["resources"]:
            schema = resource["schema"]
            resource["schema"] = schema if isinstance(schema, dict) else json.loads((folder / schema).read_text())
            layout = layout_of(resource, self.standard.datasets["spend"], {})
            text = (folder / resource["path"]).read_bytes().decode(layout.python_encoding)
            place = [field.column for field in layout.fields].index("amount_gbp")
            rows = grid_of(text.removeprefix("\ufeff"), lambda _: 0).records[layout.header_row :]
            rows = [row for row in rows if sum(bool(cell.strip()) for cell in row) > 1 and len(row) > place]
            found += [amount for row in rows if (amount := amount_in(row[place])) is not None]
            found = [amount for amount in found if amount == round(amount, 2)]
        return count(found)


@dataclass(frozen=True)
class Truth:
    """Answers questions as somebody who knows the file would: the amounts are those of ANSWERS.csv, the rest stands."""

    path: str

    def answer(self, _draft: Draft, question: Question) -> Option:
        named = answers().get(self.path, {}).get("amount_column", "").strip()
        return next(
            (option for option in question.options if named and f"“{named}”" in option.words), question.options[0]
        )


def expected_of(name: str) -> Count | None:
    """What ANSWERS.csv says of a file, corrected where it is known to be wrong; none where it says nothing."""
    answer = answers().get(name)
    if name in CORRECTED or answer is None:
        return CORRECTED.get(name)
    return Count(int(answer["rows"]), int(answer["credits"]), Decimal(answer["net_total"]))


def readable(file: CheckedFile) -> Count:
    """The rows received whose amount can be read, whether they pass or are held back."""
    unreadable = sum(held.amount_pence is None for held in file.held)
    return Count(file.received.rows - unreadable, file.received.credits, _pounds(file.received.amount_pence))


def _pounds(pence: int) -> Decimal:
    return Decimal(pence).scaleb(-2)


def _sum(counts: Iterable[Count]) -> Count:
    rows, back, amounts = zip(*counts, strict=True)
    return Count(sum(rows), sum(back), sum(amounts, Decimal()))


def files(folders: Iterable[str]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in (FOLDER / folder).rglob("*") if path.is_file())


def main() -> None:
    """Prints how many files end how, the names of those that matter, and the slowest."""
    corpus = Corpus.read()
    warnings.simplefilter("ignore")
    for title, folders in (("spend and uk25k", SENDING), ("outcomes and messy", OTHERS)):
        endings = [corpus.run(path) for path in files(folders)]
        counts = Counter(ending.ending for ending in endings)
        print(
            f"{title}: {len(endings)} files, "
            + ", ".join(f"{counts[name]} {name}" for name in ("right", "asking", "refused"))
        )
        print(f"  silently wrong: {counts['wrong']}")
        shown = [
            one
            for one in endings
            if one.ending == "wrong" or (folders == SENDING and one.ending != "right") or not one.is_answered_right
        ]
        for one in shown:
            print(f"  {one.ending}: {one.path}: {one.words}")
        slowest = max(endings, key=lambda ending: ending.seconds)
        print(f"  slowest: {slowest.seconds:.1f} s, {slowest.path}")
        if folders == SENDING:
            known = [ending for ending in endings if expected_of(ending.path)]
            right = sum(ending.ending == "right" for ending in known)
            after = sum(ending.is_answered_right for ending in known)
            print(f"  of {len(known)} in ANSWERS.csv: {right} right without asking, {after} right once answered")


if __name__ == "__main__":
    if not FOLDER.name:
        sys.exit("COMMUNITY_BUDGET_REAL_FILES names no folder of real files.")
    main()
