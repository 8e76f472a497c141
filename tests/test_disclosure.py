"""What is hidden beside small counts, how much that loses, and that the attack refuses what gives one away."""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from test_disclosure_properties import INDICATOR, _build

from pipeline.attack import attack, exposed
from pipeline.disclosure.cells import Relation, Table
from pipeline.disclosure.counts import Place
from pipeline.disclosure.hiding import by_moves, exposed_in
from pipeline.disclosure.optimum import Program
from pipeline.disclosure.scheme import Method
from pipeline.errors import DisclosureError
from pipeline.model import Reconciled
from pipeline.protect import protect
from pipeline.standard import Standard

AREAS = [{"area_id": "place"}, *({"area_id": f"w{n}", "parent_id": "place"} for n in range(4))]
CASELOAD = {"cohort_id": "a", "fy": "2024-2025", "people": 900}
CONTACT = {"cohort_id": "a", "agency_id": "a", "profession": "nurse", "fy": "2024-2025"}


def _unrelated(standard: Standard) -> Standard:
    """The standard as it would be if counts were rounded one by one."""
    return replace(standard, protection={**standard.protection, "relations": {}})


def _caseloads(**units: int) -> list[dict[str, Any]]:
    return [CASELOAD | {"area_id": area, "units": count} for area, count in units.items()]


def _shown(path: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def test_a_release_that_gives_a_hidden_count_away_is_refused_with_the_relation_and_no_number(
    standard: Standard, tmp_path: Path
) -> None:
    build = _build(tmp_path / "a.db", standard, {"areas": AREAS, "caseloads": _caseloads(place=18, w0=12, w1=6)})
    one_by_one = protect(build, _unrelated(standard), tmp_path / "b.db")
    assert _shown(one_by_one, "SELECT units FROM caseloads ORDER BY area_id") == [(20,), (10,), ("c",)]
    assert [(found.least, found.most) for found in exposed(one_by_one, build, standard)] == [(6, 7)]
    with pytest.raises(DisclosureError, match="areas_add_up_to_the_area_around_them") as error:
        attack(one_by_one, build, standard)
    assert re.findall(r"\b\d+\b", str(error.value).replace("2024-2025", "")) == []
    assert attack(protect(build, standard, tmp_path / "c.db"), build, standard)


def test_a_rate_that_gives_exact_counts_is_hidden_where_they_give_a_small_one(
    standard: Standard, tmp_path: Path
) -> None:
    counts = {"place": (21, 60), "w0": (8, 25), "w1": (9, 23), "w2": (4, 12)}
    rows = [
        {"indicator_id": "i", "area_id": area, "period": "2024", "breakdown": "all", "numerator": n, "denominator": d, "value": round(100 * n / d, 1)}
        for area, (n, d) in counts.items()
    ]  # fmt: skip
    indicators = [{"indicator_id": "i", "unit": "percent", "disclosure": "round5"} | INDICATOR]
    build = _build(tmp_path / "a.db", standard, {"areas": AREAS, "indicators": indicators, "outcomes": rows})
    one_by_one = protect(build, _unrelated(standard), tmp_path / "b.db")
    assert ("outcomes", "numerator", "i", "w2", "2024", "all") in [
        found.name for found in exposed(one_by_one, build, standard)
    ]
    protected = protect(build, standard, tmp_path / "c.db")
    assert exposed(protected, build, standard) == []
    values = dict(_shown(protected, "SELECT area_id, value FROM outcomes"))
    assert values["w2"] is None
    assert 1 <= sum(value is not None for value in values.values()) <= 2


def test_costs_give_exact_counts_away_and_are_hidden_with_them(standard: Standard, tmp_path: Path) -> None:
    counts = {"place": 40, "w0": 17, "w1": 19, "w2": 4}
    rows = [CONTACT | {"area_id": area, "contacts": n, "cost_pence": 7_103 * n} for area, n in counts.items()]
    build = _build(tmp_path / "a.db", standard, {"areas": AREAS, "contacts": rows})
    one_by_one = protect(build, _unrelated(standard), tmp_path / "b.db")
    assert [(found.least, found.most) for found in exposed(one_by_one, build, standard)] == [(4, 4)]
    protected = protect(build, standard, tmp_path / "c.db")
    assert exposed(protected, build, standard) == []
    assert _shown(protected, "SELECT contacts, cost_pence FROM contacts WHERE area_id = 'w2'") == [("c", None)]


def test_exact_counts_hide_another_where_one_is_small(standard: Standard, tmp_path: Path) -> None:
    build = _exact(tmp_path / "a.db", standard, place=130, w0=40, w1=85, w2=5)
    protected = protect(build, standard, tmp_path / "c.db")
    assert dict(_shown(protected, "SELECT area_id, ifnull(value, marker) FROM outcomes")) == {
        "place": 130, "w0": "c", "w1": 85, "w2": "c",
    }  # fmt: skip
    tally = "SELECT cells, withheld, hidden_further, exact FROM protection WHERE dataset = 'outcomes' AND method = 'suppress'"
    assert _shown(protected, tally) == [(4, 1, 1, 2)]


def test_an_old_copy_that_shows_what_is_hidden_now_does_not_help(standard: Standard, tmp_path: Path) -> None:
    first = _build(tmp_path / "a.db", standard, {"areas": AREAS, "caseloads": _caseloads(place=51, w0=12, w1=9, w2=30)})
    before = protect(first, standard, tmp_path / "before.db")
    second = _build(
        tmp_path / "b.db", standard, {"areas": AREAS, "caseloads": _caseloads(place=49, w0=12, w1=7, w2=30)}
    )
    now = protect(second, standard, tmp_path / "now.db", before)
    assert exposed(now, second, standard, before) == []


def test_an_old_copy_that_shows_what_is_hidden_beside_a_small_count_gives_it_away_and_is_heeded(
    standard: Standard, tmp_path: Path
) -> None:
    first = _exact(tmp_path / "a.db", standard, w0=40, w1=85)
    second = _exact(tmp_path / "b.db", standard, place=130, w0=40, w1=85, w2=5)
    before = protect(first, standard, tmp_path / "before.db")
    heedless, now = (protect(second, standard, tmp_path / f"{old}.db", old) for old in (None, before))
    assert exposed(heedless, second, standard) == []
    assert {(found.name[3], found.least, found.most) for found in exposed(heedless, second, standard, before)} >= {
        ("w2", 5, 5)
    }
    with pytest.raises(DisclosureError, match=r"outcomes\.value"):
        attack(heedless, second, standard, before)
    assert exposed(now, second, standard, before) == []


def _exact(path: Path, standard: Standard, **counts: int) -> Reconciled:
    """Areas with counts of people that are published exactly, and withheld where they are small."""
    rows = [
        {"indicator_id": "i", "area_id": area, "period": "2024", "breakdown": "all", "value": float(n)}
        for area, n in counts.items()
    ]
    indicators = [{"indicator_id": "i", "unit": "count", "disclosure": "suppress"} | INDICATOR]
    return _build(path, standard, {"areas": AREAS, "indicators": indicators, "outcomes": rows})


def test_the_same_data_are_protected_in_the_same_way(standard: Standard, tmp_path: Path) -> None:
    build = _build(
        tmp_path / "a.db", standard, {"areas": AREAS, "caseloads": _caseloads(place=53, w0=12, w1=6, w2=12, w3=23)}
    )
    paths = [protect(build, standard, tmp_path / name) for name in ("one.db", "other.db")]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_moves_lose_at_most_a_tenth_more_than_the_least_that_the_solver_proves() -> None:
    moves = least = 0
    for seed in range(40):
        table, other = _random_table(seed), _random_table(seed)
        found = exposed_in(table, _hidden(table))
        if not found:
            continue
        proved = Program(table, range(len(table.cells))).least(list(found))
        assert proved is not None, seed
        least += sum(table.cells[cell].loss for cell in proved)
        moves += sum(other.cells[cell].loss for cell in by_moves(other, found))
    assert least > 0
    assert least <= moves <= 1.1 * least


def _hidden(table: Table) -> list[int]:
    return [number for number, cell in enumerate(table.cells) if cell.is_hidden]


def _random_table(seed: int) -> Table:
    """Exact counts of four rows and four columns with their sums, of which a few are small."""
    chance, table, method = random.Random(seed), Table(), Method("suppress", 1, 9)
    inner = [[chance.choice([3, 6, 14, 22, 48, 95, 160]) for _ in range(4)] for _ in range(4)]
    number = [[_add(table, method, count) for count in row] for row in inner]
    rows = [_add(table, method, sum(row)) for row in inner]
    columns = [_add(table, method, sum(column)) for column in zip(*inner, strict=True)]
    for whole, parts in [*zip(rows, number, strict=True), *zip(columns, zip(*number, strict=True), strict=True)]:
        table.add_relation(Relation("sum", (whole, *parts), (1, *(-1 for _ in parts)), 0, 0))
    return table


def _add(table: Table, method: Method, count: int) -> int:
    return table.add_cell(Place("t", "n", (len(table.cells),)), count, method)


def test_what_is_not_protected_says_why(standard: Standard) -> None:
    protection: Mapping[str, Any] = deepcopy(standard.protection)
    for place, reason in protection["not_protected"].items():
        dataset, column = place.split(".")
        assert not standard.datasets[dataset].by_name[column].disclosure
        assert reason.endswith(".")
