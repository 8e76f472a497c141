"""Which column of a file fills which column of the standard: by its header and by what is in it, asked where both leave doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.guessing.cells import readable
from pipeline.guessing.draft import Certainty, Draft, Option, Question, Refused
from pipeline.guessing.table import Column, Table
from pipeline.guessing.vocabulary import DOUBTFUL, LIKELY, SURE, Meaning, Vocabulary
from pipeline.standard import Dataset, Standard

_CERTAINTY: dict[int, Certainty] = {SURE: "certain", LIKELY: "likely", DOUBTFUL: "asked"}
_CODES = frozenset({"transaction_ref", "procurement_code"})
_WHICH = {
    "amount_gbp": "Which column has the amounts to publish?",
    "payment_date": "Which column has the day of payment?",
}
Found = tuple[Meaning, Column]


@dataclass(frozen=True)
class Roles:
    """Gives the columns of a table their roles in one dataset."""

    table: Table
    dataset: Dataset
    standard: Standard
    vocabulary: Vocabulary

    def assign(self, draft: Draft) -> None:
        """Fills `columnType` of the draft's fields: what is required first, then the others, each column once.

        Raises `Refused` where a required column is not there.
        """
        for name in self._required():
            self._take(draft, name, self._readable(name))
        for name in [column.name for column in self.dataset.columns if draft.column(column.name) is None]:
            found = [one for one in self._others(name) if not draft.fields[one[1].place].get("columnType")]
            if found:
                self._say(draft, name, found[0])

    def _required(self) -> list[str]:
        needed = {column.name for column in self.dataset.columns if column.is_required and not column.default}
        amount = {self.dataset.amount.name} if self.dataset.amount else set()
        return [
            column.name
            for column in self.dataset.columns
            if column.name in (needed - {"agency_id", "indicator_id"}) | amount
        ]

    def _take(self, draft: Draft, name: str, found: Sequence[Found]) -> None:
        title = self.dataset.by_name[name].title
        if not found:
            raise Refused(
                f"It has no column for “{title}” ({name}), which every row of {self.dataset.name} needs. {self._named()}"
            )
        self._say(draft, name, found[0])
        if self._is_doubtful(found):
            options = [self._option(name, column, found) for _, column in found]
            text = _WHICH.get(name, f"Which column has “{title}”?")
            if len(found) == 1:
                text = f"Is “{found[0][1].shown}” right for “{title}”? Its name says something else."
                options.append(
                    Option("no: then the file cannot be published", ((found[0][1].place, "columnType", None),))
                )
            draft.ask(Question(found[0][1].place, text, tuple(options)))

    def _is_doubtful(self, found: Sequence[Found]) -> bool:
        """Several amounts always leave doubt; of other columns the surest stands unless another is as sure."""
        best = found[0][0].strength
        if best == DOUBTFUL:
            return True
        if len(found) > 1 and found[0][0].column == "amount_gbp":
            return _differ([column for _, column in found])
        return len([meaning for meaning, _ in found if meaning.strength == best]) > 1 and found[0][0].column in _WHICH

    def _option(self, name: str, chosen: Column, found: Sequence[Found]) -> Option:
        changes = tuple((column.place, "columnType", name if column is chosen else None) for _, column in found)
        return Option(f"“{chosen.shown}”, like {chosen.examples}", changes)

    def _readable(self, name: str) -> list[Found]:
        """The columns that may have this role, and whose cells can mostly be read; where none can, those by header alone."""
        found = self.table.meant(self.vocabulary, self.dataset.name, name)
        target = self.dataset.by_name[name]
        good = [one for one in found if readable(one[1], target, self.standard, self.vocabulary) >= 0.5]
        return good or ([] if target.is_money else [one for one in found if one[0].strength < DOUBTFUL][:1])

    def _others(self, name: str) -> list[Found]:
        """Columns for a role that is not required: their header says so, and their cells are of its kind."""
        target = self.dataset.by_name[name]
        found = [
            one for one in self.table.meant(self.vocabulary, self.dataset.name, name) if one[0].strength < DOUBTFUL
        ]
        if target.lexical == "text":
            return sorted(found, key=lambda one: self._is_codes(name, one[1]))
        return [one for one in found if readable(one[1], target, self.standard, self.vocabulary) >= 0.5]

    def _is_codes(self, name: str, column: Column) -> bool:
        """Whether a column that should have words has codes for the most part."""
        return name not in _CODES and column.wordy * 2 < column.filled

    def _say(self, draft: Draft, name: str, one: Found) -> None:
        meaning, column = one
        draft.fields[column.place]["columnType"] = name
        title = self.dataset.by_name[name].title
        draft.say(
            f"“{column.shown}”",
            f"{title} ({name})",
            f"its header; cells like {column.examples}",
            _CERTAINTY[meaning.strength],
        )

    def _named(self) -> str:
        labels = [label for label in self.table.heading.full if label]
        return (
            "Its columns are called " + ", ".join(f"“{label[:60]}”" for label in labels[:12]) + "."
            if labels
            else "No row names its columns."
        )


def _differ(columns: Sequence[Column]) -> bool:
    return any(column.cells != columns[0].cells for column in columns[1:])
