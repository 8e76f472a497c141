"""Pictures of money that flows, step by step, as shapes for an SVG in the page; Vega-Lite draws no such picture.

`{{ flowing(answer) }}` takes an answer whose rows have `step`, `from_id`, `from_name`, `to_id`, `to_name` and
`amount_pence`, and gives posts and bands. A post is as high as the larger of what comes in and what goes out; credits, which
flow the other way, are not drawn and are counted. Shapes are measured in whole units of the drawing.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from datasette import hookimpl
from jinja2 import Environment

WIDTH = 960
NAMES = 230
"""Room on the right for the names of the last posts."""
HEIGHT = 420
POST = 14
GAP = 10
LEAST = 1.0

Key = tuple[int, Any]


@dataclass
class Post:
    """Somebody, or something, that money comes from or goes to."""

    name: str
    step: int
    came: float = 0
    went: float = 0
    x: float = 0
    y: float = 0
    height: float = 0
    filled_in: float = 0
    filled_out: float = 0

    @property
    def middle(self) -> float:
        return round(self.y + self.height / 2, 1)


@dataclass(frozen=True)
class Band:
    """One stream between two posts."""

    path: str
    says: str
    step: int


@dataclass(frozen=True)
class Flow:
    """A whole picture."""

    width: int
    height: int
    posts: tuple[Post, ...]
    bands: tuple[Band, ...]
    left_out: int


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Gives templates the function `flowing`."""
    env.globals["flowing"] = flowing


def flowing(answer: Any) -> Flow | None:
    """The picture of an answer; None where nothing flows."""
    rows = [row for row in answer.rows if row["amount_pence"] > 0] if answer else []
    if not rows:
        return None
    posts = _posts(rows)
    height = _placed(posts)
    bands = tuple(_band(posts, row) for row in rows)
    return Flow(WIDTH + NAMES, height, tuple(posts.values()), bands, len(answer.rows) - len(rows))


def _posts(rows: list[dict[str, Any]]) -> dict[Key, Post]:
    posts: dict[Key, Post] = {}
    for row in rows:
        giver = posts.setdefault((row["step"], row["from_id"]), Post(row["from_name"], row["step"]))
        taker = posts.setdefault((row["step"] + 1, row["to_id"]), Post(row["to_name"], row["step"] + 1))
        giver.went += row["amount_pence"]
        taker.came += row["amount_pence"]
    return posts


def _placed(posts: Mapping[Key, Post]) -> int:
    """Gives every post its place and height on one scale; returns the height of the picture."""
    columns: dict[int, list[Post]] = defaultdict(list)
    for post in posts.values():
        columns[post.step].append(post)
    total = max(sum(max(post.came, post.went) for post in column) for column in columns.values())
    first, last = min(columns), max(columns)
    for step, column in columns.items():
        y = 0.0
        for post in sorted(column, key=lambda post: -max(post.came, post.went)):
            post.x = round((WIDTH - POST) * (step - first) / (last - first), 1)
            post.y, post.height = round(y, 1), round(max(LEAST, max(post.came, post.went) / total * HEIGHT), 1)
            y += max(post.height, GAP) + GAP
    return round(max(post.y + post.height for post in posts.values())) + GAP


def _band(posts: Mapping[Key, Post], row: Mapping[str, Any]) -> Band:
    giver, taker = posts[(row["step"], row["from_id"])], posts[(row["step"] + 1, row["to_id"])]
    share_out = row["amount_pence"] / max(giver.came, giver.went) * giver.height
    share_in = row["amount_pence"] / max(taker.came, taker.went) * taker.height
    top, end = giver.y + giver.filled_out, taker.y + taker.filled_in
    giver.filled_out += share_out
    taker.filled_in += share_in
    left, right = giver.x + POST, taker.x
    half = (left + right) / 2
    path = (
        f"M{left:.1f} {top:.1f}C{half:.1f} {top:.1f} {half:.1f} {end:.1f} {right:.1f} {end:.1f}V{end + share_in:.1f}"
        f"C{half:.1f} {end + share_in:.1f} {half:.1f} {top + share_out:.1f} {left:.1f} {top + share_out:.1f}Z"
    )
    return Band(path, f"{row['from_name']} to {row['to_name']}", row["step"])
