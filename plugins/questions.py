"""Questions that people ask, one `.sql` file each, and the one way to ask them.

The folder is `COMMUNITY_BUDGET_QUESTIONS`, else the plugin's `folder` in metadata.yml, else `questions`; several
are separated as in PATH, and of two files with one name the later holds. Each question is a canned query of the
database `community-budget`. Plugins ask with `await datasette.ask(name, fy="2024-2025")`, templates with
`ask(name, fy="2024-2025")`, and get as many rows as a page may have; `datasette.ask_whole` gives them all, up to
`WHOLE_ROWS`; `questions` has all of them.
"""

import os
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml
from datasette import hookimpl
from datasette.app import Datasette

ROUTE = "community-budget"
FOLDER_VARIABLE = "COMMUNITY_BUDGET_QUESTIONS"
FRONT_COMMENT = re.compile(r"\A\s*/\*(.*?)\*/\s*", re.DOTALL)
OBVIOUS_UNITS = {"_pence": "gbp", "_bps": "basis_points"}
TITLES = {"fy": "Financial year"}
CELLS_KEPT = 500_000
WHOLE_ROWS = 50_000


class QuestionError(ValueError):
    """A question's file is not as it must be, or it is asked in a way that it cannot be."""


@dataclass(frozen=True)
class Column:
    """A column of an answer; the unit of `amount_pence` is gbp, and its values are whole pence."""

    name: str
    title: str
    unit: str


@dataclass(frozen=True)
class Question:
    """A question: what it asks, what its rows say, and the SQL that answers it."""

    name: str
    title: str
    meaning: str
    sql: str
    caveats: tuple[str, ...]
    parameters: Mapping[str, Mapping[str, str]]
    columns: Mapping[str, Mapping[str, str]]
    draw: Mapping[str, Any]

    def column(self, name: str) -> Column:
        """A column of the answer, with its title and unit."""
        said = self.columns.get(name) or {}
        return Column(name, said.get("title") or titled(name), said.get("unit") or unit_of(name))


@dataclass(frozen=True)
class Answer:
    """What a question says: its rows, what they mean, and where anyone can ask it."""

    question: Question
    columns: tuple[Column, ...]
    rows: tuple[dict[str, Any], ...]
    address: str
    is_cut_short: bool

    @property
    def title(self) -> str:
        return self.question.title

    @property
    def meaning(self) -> str:
        return self.question.meaning

    @property
    def caveats(self) -> tuple[str, ...]:
        return self.question.caveats

    @property
    def sql(self) -> str:
        return self.question.sql


@dataclass
class Answers:
    """Answers of one release at a time, within so many cells; the least lately asked for go first."""

    room: int = CELLS_KEPT
    cells: int = 0
    database: str = ""
    kept: OrderedDict[Any, Answer] = field(default_factory=OrderedDict)

    def get(self, database: str, key: Any) -> Answer | None:
        """The answer that the release in a database gave, if it is kept."""
        answer = self.kept.get(key) if database == self.database else None
        if answer is not None:
            self.kept.move_to_end(key)
        return answer

    def keep(self, database: str, key: Any, answer: Answer) -> None:
        """Keeps an answer; one of another release drops all."""
        if database != self.database:
            self.kept.clear()
            self.database, self.cells = database, 0
        if key not in self.kept:
            self.kept[key] = answer
            self.cells += _cells(answer)
        while self.cells > self.room:
            _, dropped = self.kept.popitem(last=False)
            self.cells -= _cells(dropped)


def titled(name: str) -> str:
    """A column's name as words: amount_pence is Amount."""
    words = re.sub(r"(_pence|_bps|_id)\Z|\Ais_", "", name).replace("_", " ")
    return TITLES.get(name) or words[:1].upper() + words[1:]


def unit_of(name: str) -> str:
    """The unit that a column's name says."""
    return next((unit for ending, unit in OBVIOUS_UNITS.items() if name.endswith(ending)), "")


def read_question(path: Path) -> Question:
    """The question in a file. Raises `QuestionError` where its front comment does not say what it must."""
    text = path.read_text(encoding="utf-8")
    comment = FRONT_COMMENT.match(text)
    try:
        said = yaml.safe_load(comment[1]) if comment else None
    except yaml.YAMLError as error:
        raise QuestionError(f"{path}: the comment at the top is not YAML: {error}") from error
    if not isinstance(said, dict) or not said.get("title") or not said.get("meaning"):
        raise QuestionError(f"{path}: begin with a comment /* … */ that gives a title and a meaning.")
    return Question(
        name=path.stem,
        title=said["title"],
        meaning=" ".join(said["meaning"].split()),
        sql=text[comment.end() :].strip().rstrip(";") if comment else "",
        caveats=tuple(" ".join(caveat.split()) for caveat in said.get("caveats") or ()),
        parameters=said.get("parameters") or {},
        columns=said.get("columns") or {},
        draw=said.get("draw") or {"kind": "table"},
    )


def read_questions(folders: str) -> dict[str, Question]:
    """All questions by name, ordered by title."""
    paths = {path.stem: path for folder in folders.split(os.pathsep) for path in sorted(Path(folder).glob("*.sql"))}
    questions = [read_question(path) for path in paths.values()]
    return {question.name: question for question in sorted(questions, key=lambda question: question.title)}


@hookimpl
def startup(datasette: Datasette) -> None:
    """Reads the questions and gives everyone the way to ask them."""
    configured = (datasette.plugin_config("questions") or {}).get("folder") or "questions"
    datasette.questions = read_questions(os.environ.get(FOLDER_VARIABLE) or configured)
    answers = Answers()
    datasette.ask = _asking(datasette, answers, datasette.setting("max_returned_rows"))
    datasette.ask_whole = _asking(datasette, answers, WHOLE_ROWS)
    datasette.jinja_env.globals |= {"ask": datasette.ask, "questions": datasette.questions}
    datasette.jinja_env.filters |= {"heading": _heading, "laid_out": laid_out}


def _asking(datasette: Datasette, answers: Answers, most: int) -> Callable[..., Awaitable[Answer]]:
    async def ask(name: str, /, _where: Mapping[str, str] | None = None, **parameters: Any) -> Answer:
        """The answer, of rows with the texts of `_where` alone; a parameter left out is empty. Raises `QuestionError`."""
        question = datasette.questions.get(name)
        if question is None:
            raise QuestionError(f"There is no question {name}.")
        unknown = set(parameters) - set(question.parameters)
        if unknown:
            raise QuestionError(f"The question {name} has no parameter {', '.join(sorted(unknown))}.")
        database = datasette.get_database(ROUTE)
        given = {key: parameters.get(key, "") for key in question.parameters}
        key = (name, most, *given.values(), *(_where or {}).items())
        answer = None if database.is_mutable else answers.get(database.name, key)
        if answer is None:
            wanted = {f"_{key}": text for key, text in (_where or {}).items()}
            results = await database.execute(_limited(question, wanted, most + 1), given | wanted)
            answer = _answer(question, (results, most), _address(datasette.urls.query(database.name, name), given))
            answers.keep(database.name, key, answer)
        return answer

    return ask


def _limited(question: Question, wanted: Mapping[str, str], most: int) -> str:
    """The SQL of so many rows; a parameter `_name` is the text that the column must have."""
    condition = " AND ".join(f'"{name[1:]}" = :{name}' for name in wanted) or "true"
    return f"SELECT * FROM (\n{question.sql}\n) WHERE {condition} LIMIT {most}"  # noqa: S608 the site's own questions


def _answer(question: Question, found: tuple[Any, int], address: str) -> Answer:
    results, most = found
    return Answer(
        question=question,
        columns=tuple(question.column(column) for column in results.columns),
        rows=tuple(dict(row) for row in results.rows[:most]),
        address=address,
        is_cut_short=len(results.rows) > most,
    )


def _cells(answer: Answer) -> int:
    return len(answer.columns) * len(answer.rows) + 1


def _address(path: str, parameters: Mapping[str, Any]) -> str:
    given = urlencode({key: value for key, value in parameters.items() if value != ""})
    return f"{path}?{given}".rstrip("?")


def _heading(name: str, question: Question | None) -> str:
    """A column's title in an answer; its plain name in anyone's own SQL."""
    return question.column(name).title if question else name


def laid_out(columns: Sequence[str], question: Question | None) -> list[tuple[int, int | None]]:
    """The columns to show, each with its code's: of `agency_id` and `agency`, the name leads to what the code stands for.

    Both are positions. Anyone's own SQL is shown as it is."""
    if question is None:
        return [(at, None) for at in range(len(columns))]
    codes = {name: columns.index(f"{name}_id") for name in columns if f"{name}_id" in columns}
    return [(at, codes.get(name)) for at, name in enumerate(columns) if at not in codes.values()]


@hookimpl
def canned_queries(datasette: Datasette, database: str) -> dict[str, dict[str, Any]]:
    """Every question, as Datasette takes it."""
    if datasette.get_database(database).route != ROUTE:
        return {}
    return {
        question.name: {
            "sql": question.sql,
            "title": question.title,
            "description": " ".join([question.meaning, *question.caveats]),
            "params": list(question.parameters),
        }
        for question in datasette.questions.values()
    }
