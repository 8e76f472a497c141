"""A short form of `make soak`: mixed requests leave no 5xx and no more memory than before."""

from __future__ import annotations

import sys
from pathlib import Path

from attacked import make_site, serving

sys.path.insert(0, str(Path(__file__).parent.parent / "bench"))

from soak import soak


def test_mixed_requests_fail_nothing_and_leave_memory_as_it_was(tmp_path: Path) -> None:
    with serving(make_site(tmp_path, 2000)) as server:
        soaked = soak(server, 300)
    assert soaked.failed == 0
    assert {200, 400, 404} <= soaked.statuses.keys() <= {200, 302, 400, 404, 503}
    assert soaked.growth <= 1.25
