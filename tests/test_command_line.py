"""The command line: what it prints, what it leaves alone, and with which exit code it ends."""

from __future__ import annotations

import json
import re
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pytest
from broken_packages import BROKEN, GOOD, Broken
from click.testing import CliRunner, Result
from places import AGENCIES, COUNCIL, POLICE, Place, fingerprint, resource, spend

from pipeline import __version__
from pipeline.cli import main
from pipeline.receipt.content import NOT_PROVED
from pipeline.standard import Standard

ONE_OF_EACH_RULE = {broken.rule: broken for broken in reversed(BROKEN)}.values()


@pytest.fixture
def place(tmp_path: Path, standard: Standard, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A site with the packages of the partnership and the council, in which the commands are run."""
    monkeypatch.chdir(tmp_path)
    place = Place(tmp_path, standard)
    place.send_partnership()
    place.send_spend(GOOD)
    return place


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert "Traceback" not in result.output
    return result


def test_publish_ends_with_what_was_received_published_and_held_back(place: Place) -> None:
    place.send_spend(spend("2024-05-01,1234567.00,Calder Care", "2024-05-02,-20.50,Moorland", "2031-01-01,5.00,Later"))
    result = run("publish", "--as-of", "2026-06-30")
    assert result.exit_code == 0
    assert [
        line.split() for line in result.output.splitlines() if re.match(r" *(Publisher|partnership|wexmoor)", line)
    ] == [
        ["Publisher", "rows", "£", "rows", "£", "rows", "£"],
        ["partnership", "5", "5", "0"],
        ["wexmoor-council", "3", "1,234,551.50", "2", "1,234,546.50", "1", "5.00"],
    ]
    assert result.output.splitlines()[-1] == f"Published {place.current.name}."


def test_a_second_publish_says_that_there_is_nothing_to_do(place: Place) -> None:
    run("publish", "--as-of", "2026-06-30")
    before = fingerprint(place.folder)
    result = run("publish", "--as-of", "2026-06-30")
    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == f"Nothing to do: {place.current.name} already has all of this."
    assert fingerprint(place.folder) == before


def test_publish_speaks_from_today_where_no_day_is_given(place: Place) -> None:
    before = date.today().isoformat()
    assert run("publish").exit_code == 0
    assert before <= place.select("SELECT as_of FROM releases")[0][0] <= date.today().isoformat()


def test_publish_gives_the_same_totals_as_json(place: Place) -> None:
    place.send_spend(spend("2024-05-01,1234.50,Calder Care", "2024-05-02,x,Calder Care"), POLICE)
    result = run("publish", "--as-of", "2026-06-30", "--format", "json")
    assert json.loads(result.stdout) == {
        "release": place.current.name,
        "is_new": True,
        "refused": [],
        "publishers": {
            "partnership": {"published": {"rows": 5, "amount_gbp": None}, "received": {"rows": 5, "amount_gbp": None}},
            "thornshire-police": {
                "held_back": {"rows": 1, "amount_gbp": "0.00"},
                "published": {"rows": 1, "amount_gbp": "1234.50"},
                "received": {"rows": 2, "amount_gbp": "1234.50"},
            },
            "wexmoor-council": {
                "published": {"rows": 2, "amount_gbp": "79.50"},
                "received": {"rows": 2, "amount_gbp": "79.50"},
            },
        },
    }


def test_publish_exits_with_3_where_a_package_is_refused_says_why_and_publishes_the_rest(place: Place) -> None:
    place.send_spend(GOOD, POLICE)
    place.describe(COUNCIL, resource("spend.csv", "spend", period="soon"))
    for last in ("Published", "Nothing to do:"):
        result = run("publish", "--as-of", "2026-06-30")
        assert result.exit_code == 3
        assert result.output.splitlines()[-2:] == [
            "Refused: wexmoor-council. spend.csv: “soon” is not a period. Nothing of it is published: the stage has no accepted version of it."
            " See: community-budget check datapackages/wexmoor-council",
            f"{last} {place.current.name}" + ("." if last == "Published" else " already has all of this."),
        ]
    assert place.select("SELECT DISTINCT agency_id FROM spend") == [(POLICE,)]


def test_nothing_is_drawn_where_there_is_no_terminal(place: Place) -> None:
    result = run("publish", "--as-of", "2026-06-30")
    assert re.findall(r"[\x1b\r]", result.output) == []
    assert place.current.is_dir()


def test_publish_outside_a_site_fails_with_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("publish")
    assert result.exit_code == 1
    assert result.output == (
        f"Error: There are no data packages in {tmp_path}/datapackages: run this in a site's folder, or make an example.\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["publish", "--as-of", "30/06/2026"], "'30/06/2026' does not match the format '%Y-%m-%d'"),
        (["publish", "--format", "xml"], "'xml' is not one of 'text', 'json'"),
        (["publish", "now"], "Got unexpected extra argument (now)"),
        (["check"], "Missing argument 'PATH'"),
        (["check", "nowhere"], "Path 'nowhere' does not exist"),
        (
            ["check", "datapackages/wexmoor-council/spend.csv"],
            "is not a package: give the folder that has datapackage.json.",
        ),
        (["example", "."], "datapackages is not empty: choose another folder, so that nothing is overwritten."),
        (["rollback"], "Missing argument 'RELEASE_ID'"),
        (["serve", "--port", "0"], "0 is not in the range 1<=x<=65535"),
        (["shout"], "No such command 'shout'"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_how(place: Place, arguments: list[str], words: str) -> None:
    before = fingerprint(place.folder)
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in " ".join(result.output.split())
    assert fingerprint(place.folder) == before


@pytest.mark.parametrize("command", ["publish", "check", "serve", "releases", "rollback", "example"])
def test_the_help_of_every_command_says_what_it_does_and_shows_an_example(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"Example: community-budget {command}" in result.output
    assert f"{command} " in run("--help").output


def test_the_help_names_every_command_and_the_exit_codes() -> None:
    output = " ".join(run("--help").output.split())
    assert set(main.commands) >= {"publish", "check", "serve", "releases", "rollback", "example"}
    assert "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a package was refused." in output
    assert run("--version").output == f"community-budget, version {__version__}\n"


def test_check_writes_the_receipt_of_one_package_and_touches_nothing(place: Place) -> None:
    place.send_spend(spend("2024-05-01,100.00,Calder Care", "2024-05-02,12.345,Calder Care"))
    before = fingerprint(place.folder)
    result = run("check", "datapackages/wexmoor-council")
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "wexmoor-council: Accepted with problems: 1 of 2 rows is held back until it is mended; the other 1 can be published.",
        "",
        "spend.csv (spend, utf-8)",
        "  received  2 rows, £100.00, 0 credits",
        "  passes    1 row, £100.00, 0 credits",
        "  held back 1 row, £0.00, 0 credits",
        "  of the rows held back, the amount of 1 row cannot be read: counted as £0.00",
        "",
        "Cannot be published: A value is not written as it must be. 1 row, 50 % of all, the amount of 1 row cannot be read",
        "  spend.csv line 3: Amount in B3 is not an amount in pounds with at most two decimals: no pound sign and no commas,"
        " a minus sign in front if it is negative.",
        "  What to do: Write it like 1234.50.",
        "",
        "References to other packages were not checked: there is no release here.",
        "What this does not prove:",
        *[f"  {text}" for text in NOT_PROVED],
        f"Checked with community-budget {__version__}, standard {place.standard.version}, frictionless {version('frictionless')}.",
    ]
    assert fingerprint(place.folder) == before


def test_check_gives_the_receipt_as_json_with_the_cell_as_sent(place: Place) -> None:
    place.send_spend(
        spend("2024-05-01,100.00,Calder Care", "2024-05-02,-12.345,Calder Care", "2024-05-40,-1.00,C", ",99.00,")
    )
    result = run(
        "check", "datapackages/wexmoor-council/datapackage.json", "--format", "json", "--output", "receipt.json"
    )
    assert (result.exit_code, result.output) == (0, "")
    receipt = json.loads((place.folder / "receipt.json").read_text())
    assert receipt["verdict"] == "accepted_with_problems"
    assert receipt["files"] == [
        {
            "path": "spend.csv",
            "dataset": "spend",
            "encoding": "utf-8",
            "received": {"rows": 3, "credits": 1, "amount_gbp": "99.00"},
            "published": {"rows": 1, "credits": 0, "amount_gbp": "100.00"},
            "held_back": {
                "rows": 2,
                "credits": 1,
                "amount_gbp": "-1.00",
                "by_reason": {"wrong_format": {"rows": 2, "credits": 1, "amount_gbp": "-1.00"}},
            },
            "control_total": "99.00",
            "control_total_differs_by": "0.00",
            "unread_amounts": 1,
            "blank_rows": 0,
            "rewritten": {},
            "words": [],
            "not_published": [],
        }
    ]
    assert receipt["problems"][0] == {
        "rule": "wrong_format",
        "severity": "error",
        "dataset": "spend",
        "file": "spend.csv",
        "line": 3,
        "cell": "B3",
        "field": "amount_gbp",
        "message": "Amount in B3 is not an amount in pounds with at most two decimals: no pound sign and no commas, a minus sign"
        " in front if it is negative.",
        "advice": "Write it like 1234.50.",
        "value": "-12.345",
        "beside": {},
    }
    assert set(receipt["versions"]) == {"community-budget", "standard", "frictionless"}


@pytest.mark.parametrize("broken", ONE_OF_EACH_RULE, ids=lambda broken: broken.rule)
def test_check_exits_with_3_where_the_package_is_refused_and_says_why(place: Place, broken: Broken) -> None:
    broken.make(place)
    result = run("check", "datapackages/wexmoor-council")
    assert result.exit_code == 3
    assert f"\n  {broken.message}\n  What to do: " in result.output


def test_check_looks_references_up_in_the_current_release_and_names_it(place: Place) -> None:
    place.send_partnership(agencies=AGENCIES.replace("wexmoor-council,", "another-council,"))
    run("publish", "--as-of", "2026-06-30")
    place.send_spend("payment_date,amount_gbp,area_id\n2024-05-01,1.00,X05000005\n2024-05-02,1.00,X05000099\n")
    result = run("check", "datapackages/wexmoor-council")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert (
        lines[0]
        == "wexmoor-council: Accepted with problems: 2 of 2 rows are held back until they are mended; the other 0 can be published."
    )
    assert lines[-16:-6] == [
        "Cannot be published: A reference finds nothing. 2 rows, 100 % of all, £2.00",
        "  spend.csv line 2: Agency that paid names a row of Agencies that is not there.",
        "  spend.csv line 3: Agency that paid names a row of Agencies that is not there.",
        "  What to do: Correct the code, or have it added to Agencies; the data dictionary links to the list.",
        "",
        "Needs a look: A reference finds nothing. 1 row, 50 % of all, £1.00",
        "  spend.csv line 3: Area names a row of Areas that is not there.",
        "  What to do: Correct the code, or have it added to Areas; the data dictionary links to the list.",
        "",
        f"References were looked up in release {place.current.name}.",
    ]


def test_check_finds_references_within_the_package_itself(place: Place) -> None:
    run("publish", "--as-of", "2026-06-30")
    place.send(
        COUNCIL,
        {
            "p.csv": "provider_id,name\ncalder,Calder\n",
            "s.csv": "payment_date,amount_gbp,provider_id\n2024-05-01,1.00,calder\n",
        },
        resource("s.csv", "spend"),
        resource("p.csv", "providers"),
    )
    result = run("check", "datapackages/wexmoor-council")
    assert result.output.splitlines()[0] == "wexmoor-council: Accepted: all 2 rows can be published."


def test_releases_are_listed_and_rolled_back_to_by_the_beginning_of_their_id(place: Place) -> None:
    assert run("releases").output == "There is no release yet: run community-budget publish.\n"
    run("publish", "--as-of", "2026-05-31")
    may = place.current
    run("publish", "--as-of", "2026-06-30")
    june = place.current
    kept = fingerprint(place.folder / "releases")
    assert run("releases").output.splitlines() == [
        f"{may.name}  as of 2026-05-31",
        f"{june.name}  as of 2026-06-30  current",
    ]
    result = run("rollback", "2026-05")
    assert (result.exit_code, result.output) == (0, f"{may.name} is the current release.\n")
    assert place.current == may
    assert run("releases").output.splitlines()[0].endswith("current")
    assert {"community-budget.db", "manifest.json", "boundaries.geojson"} <= set(fingerprint(may))
    assert {
        name: digest for name, digest in fingerprint(place.folder / "releases").items() if "current" not in name
    } == {name: digest for name, digest in kept.items() if "current" not in name}


def test_a_rollback_to_what_is_not_one_release_fails_and_changes_nothing(place: Place) -> None:
    run("publish", "--as-of", "2026-05-31")
    run("publish", "--as-of", "2026-06-30")
    current = place.current
    names = sorted(path.name for path in (place.folder / "releases").glob("2026*"))
    for wanted in ("2026", "2025-01-01", "../../etc", ""):
        result = run("rollback", wanted)
        assert result.exit_code == 1
        assert result.output == f"Error: There is not one release called {wanted}; there are: {', '.join(names)}.\n"
        assert place.current == current


def test_serve_without_a_release_fails_with_one_sentence(place: Place) -> None:
    result = run("serve")
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert "publish" in result.output
    assert not (place.folder / "releases").exists()


def test_an_example_is_written_where_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("example", "wexmoor", "--rows", "300")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == (
        "The packages are in wexmoor/datapackages. Next: cd wexmoor && community-budget publish"
    )
    assert len(list((tmp_path / "wexmoor" / "datapackages").glob("*/datapackage.json"))) >= 12
