"""What the frame of every page shows, error pages too: the place's name, a notice, the licence, sources, whom to ask.

All of it is from the top level of metadata.yml. Addresses that are not of the web, of mail or of this site are left out.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from jinja2 import Environment

ROUTE = "community-budget"
SAFE_ADDRESSES = ("https://", "http://", "mailto:", "/")
LICENCE = "Open Government Licence v3.0"
LICENCE_ADDRESS = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"


@dataclass(frozen=True)
class Link:
    """Something named, with its address where it has one."""

    title: str
    address: str = ""


@dataclass(frozen=True)
class Frame:
    """The frame of a page."""

    title: str
    description: str
    notice: str
    licence: Link
    source: Link
    about: Link


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """Gives templates `frame`, `place` (the database's name in addresses), and the filter `day`: 30 June 2026."""
    env.globals |= {"frame": _frame(datasette.metadata()), "place": ROUTE}
    env.filters["day"] = day


def day(text: str) -> str:
    """An ISO date as people write it; anything else as it is."""
    try:
        given = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{given.day} {given:%B %Y}"


def safe_address(address: str) -> str:
    """An address that a page may link to, else nothing."""
    return address if address.lower().startswith(SAFE_ADDRESSES) and not address.startswith("//") else ""


def _frame(said: dict[str, Any]) -> Frame:
    return Frame(
        title=said.get("title") or "Community budget",
        description=said.get("description") or "",
        notice=said.get("notice") or "",
        licence=Link(said.get("license") or LICENCE, safe_address(said.get("license_url") or LICENCE_ADDRESS)),
        source=_link(said, "source"),
        about=_link(said, "about"),
    )


def _link(said: dict[str, Any], name: str) -> Link:
    address = safe_address(said.get(f"{name}_url") or "")
    return Link(said.get(name) or address, address)
