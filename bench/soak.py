"""Asks a real server very many mixed questions, and says what it answered and whether its memory grew.

`python bench/soak.py 100000` fails where memory after the warm-up grows by more than 5 %, or any answer is a 5xx other than
the gate's 503. The site is small; what is asked is mixed: pages, data, questions, free SQL, mistakes and attacks.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from attacked import PLACE, Server, make_site, serving

WARM_UP = 0.4
AT_ONCE = 4
MOST_GROWTH = 1.05
MIXED = (
    "/healthz", PLACE, f"{PLACE}/spend", f"{PLACE}/spend.json", f"{PLACE}/themes/good-homes", f"{PLACE}/spend_by_theme",
    f"{PLACE}/spend_by_theme.csv?fy=2024-2025", f"{PLACE}/agencies?_sort_desc=name", f"{PLACE}/spend.csv?_size=20",
    f"{PLACE}/spend?_facet=agency_id", f"{PLACE}/spend?_search=provider", f"{PLACE}/nothing", "/nothing", "/-/versions.json",
    f"{PLACE}.json?sql=select+{{n}}", f"{PLACE}.json?sql=select+count(*)+from+spend+where+line+>+{{n}}",
    f"{PLACE}.json?sql=select+hex(zeroblob(99999999{{n}}))", f"{PLACE}?sql=selec+{{n}}", f"{PLACE}/spend?line={{n}}",
    f"{PLACE}.csv?sql=select+{{n}}+union+select+2", f"{PLACE}/spend.json?_next={{n}}", f"{PLACE}/spend?_timelimit=x{{n}}",
)  # fmt: skip


@dataclass(frozen=True)
class Soaked:
    """What came of it: how often each status was answered, and memory after the warm-up and at the end, in bytes."""

    statuses: Counter[int]
    before: int
    after: int

    @property
    def growth(self) -> float:
        return self.after / self.before

    @property
    def failed(self) -> int:
        return sum(times for status, times in self.statuses.items() if status >= 500 and status != 503)


def soak(server: Server, requests: int, seed: int = 1) -> Soaked:
    """So many requests, after every address of them once, for pages that are kept, and two fifths as many to warm up."""
    chance = random.Random(seed)
    paths = [chance.choice(MIXED).format(n=chance.randrange(1000)) for _ in range(int(requests * (1 + WARM_UP)))]
    each = sorted(set(paths))
    paths, warming = each + paths, len(each) + int(requests * WARM_UP)
    with ThreadPoolExecutor(AT_ONCE) as asking:
        statuses = Counter(asking.map(lambda path: _status(server, path), paths[:warming]))
        before = server.memory
        statuses += Counter(asking.map(lambda path: _status(server, path), paths[warming:]))
    return Soaked(statuses, before, server.memory)


def _status(server: Server, path: str) -> int:
    status = server.get(path.replace(" ", "+").replace(">", "%3E")).status
    server.asked.clear()
    return status


def main(requests: int) -> int:
    """Runs it and prints what came of it; 1 where it failed."""
    with tempfile.TemporaryDirectory() as folder, serving(make_site(Path(folder), 5000)) as server:
        soaked = soak(server, requests)
    print(f"{sum(soaked.statuses.values()):,} requests: {dict(sorted(soaked.statuses.items()))}")
    print(f"memory {soaked.before / 1e6:.1f} MB after the warm-up, {soaked.after / 1e6:.1f} MB at the end")
    return int(soaked.growth > MOST_GROWTH or soaked.failed > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
