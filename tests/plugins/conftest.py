"""A site with one small release, served as `serve` does."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from datasette.app import Datasette
from served import close, make_site
from small_site import QUESTIONS, make_release, switch


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    """A folder with one release, which is current."""
    folder = tmp_path / "releases"
    make_release(folder / "first")
    switch(folder, "first")
    return folder


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    folder = tmp_path / "questions"
    folder.mkdir()
    for name, text in QUESTIONS.items():
        (folder / f"{name}.sql").write_text(text)
    return folder


@pytest.fixture
async def site(releases: Path, questions: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Datasette]:
    """The site as it is served, before its first request."""
    monkeypatch.setenv("COMMUNITY_BUDGET_RELEASES", os.fspath(releases))
    monkeypatch.setenv("COMMUNITY_BUDGET_QUESTIONS", os.fspath(questions))
    datasette = make_site()
    yield datasette
    close(datasette)
