"""Whatever fails while publishing, visitors have the old release or the new one, whole, and publishing again succeeds.

strace makes one system call fail, or kills the process at it. A run of the suite tries, of each kind of call that writes,
syncs, renames, links or unlinks, the first, the last and some between, each in one of three ways; with
COMMUNITY_BUDGET_FAULTS=all every one of them is tried in all three ways.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from broken_packages import GOOD
from places import AS_OF, Place, spend

from pipeline.check import check
from pipeline.errors import ChangedError, ReleaseError
from pipeline.publish import publish
from pipeline.read import read
from pipeline.releases import faults
from pipeline.site import Site
from pipeline.standard import Standard

CALLS = "write,pwrite64,fsync,fdatasync,rename,symlink,link,unlink,unlinkat,ftruncate,mkdir,rmdir"
KINDS = ("signal=SIGKILL", "error=EIO", "error=ENOSPC")
SAMPLED = 3
ALL = os.environ.get("COMMUNITY_BUDGET_FAULTS") == "all"
COMMAND = [sys.executable, "-c", "from pipeline.cli import main; main()", "publish", "--as-of", AS_OF.isoformat()]

MOUNTING = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
SMALL_DISK = """
mount -t tmpfs -o size=$(({needed} + 64))k tmpfs {disk} && cp -a {start}/. {disk} && cd {disk} || exit 3
for room in 128 512 1024 4096 65536; do
    mount -o remount,size=$(({needed} + room))k {disk}
    {publish} > /dev/null
    echo END $? $(readlink releases/current)
done
"""

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory, standard: Standard) -> Path:
    """A site with a release, and a new file that the next publish takes in."""
    place = Place(tmp_path_factory.mktemp("site"), standard)
    place.send_partnership()
    place.send_spend(GOOD)
    place.publish()
    place.send_spend(spend("2024-05-09,77.00,Calder Care"))
    return place.folder


@pytest.fixture(scope="module")
def points(start: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, int]]:
    """Every such system call of the main thread, by its name and number."""
    site = _copy(start, tmp_path_factory.mktemp("traced") / "site")
    trace = site.parent / "trace"
    subprocess.run(
        ["strace", "-f", "-o", trace, "-e", f"trace={CALLS}", *COMMAND], cwd=site, env=_environment(), check=True
    )
    lines = [line.split(maxsplit=1) for line in trace.read_text(errors="replace").splitlines()]
    named = Counter(
        re.match(r"\w+", call)[0] for process, call in lines if process == lines[0][0] and call[0].isalpha()
    )
    return [(call, number) for call in sorted(named) for number in _numbers(call, named[call])]


def _numbers(call: str, count: int) -> Iterator[int]:
    """From the first to the last: some, or all where that is asked for, but of the writes into databases 200."""
    most = SAMPLED if not ALL else 200 if call == "pwrite64" else count
    yield from sorted({1 + (count - 1) * place // max(1, most - 1) for place in range(most)})


def test_after_any_fault_the_old_or_the_new_release_serves_whole_and_publishing_again_succeeds(
    start: Path, points: list[tuple[str, int]], tmp_path: Path
) -> None:
    wanted = publish(Site(_copy(start, tmp_path / "whole")), AS_OF).release.release_id
    before = Site(start).releases.current().release_id
    assert wanted != before
    assert len(points) > 20
    for number, (call, when) in enumerate(points):
        for kind in KINDS if ALL else [KINDS[number % len(KINDS)]]:
            site = Site(_copy(start, tmp_path / f"{call}-{when}-{kind}"))
            _publish_with(f"{call}:{kind}:when={when}", site.folder)
            current = site.releases.current()
            assert current.release_id in {before, wanted}, (call, when, kind)
            assert list(faults(current)) == [], (call, when, kind)
            assert publish(site, AS_OF).release.release_id == wanted, (call, when, kind)
            assert [path.name for path in site.releases.folder.glob(".[!l]*")] == [], (call, when, kind)
            shutil.rmtree(site.folder)


def test_a_disk_that_refuses_is_told_in_one_sentence_that_says_what_to_do(start: Path, tmp_path: Path) -> None:
    site = _copy(start, tmp_path / "site")
    done = _publish_with("pwrite64:error=ENOSPC:when=40", site)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "The release could not be written" in done.stderr
    assert "publish again" in done.stderr


def test_a_switch_that_the_disk_does_not_confirm_is_done_and_says_so(start: Path, tmp_path: Path) -> None:
    traced = _copy(start, tmp_path / "traced")
    trace = _publish_with("fsync:delay_exit=0", traced, of=traced / "releases").args[3]
    last = Path(trace).read_text().count("fsync(")
    site = _copy(start, tmp_path / "site")
    before = Site(site).releases.current().release_id
    done = _publish_with(f"fsync:error=EIO:when={last}", site, of=site / "releases")
    assert done.returncode == 1
    assert "is the current release, but the disk did not confirm it" in done.stderr
    assert Site(site).releases.current().release_id != before


def test_a_folder_that_cannot_be_written_leaves_the_old_release(start: Path, tmp_path: Path) -> None:
    site = Site(_copy(start, tmp_path / "site"))
    before = site.releases.current().release_id
    shutil.rmtree(site.releases.folder / ".building", ignore_errors=True)
    (site.releases.folder / ".building").write_text("in the way")
    with pytest.raises(ReleaseError, match="could not be written"):
        publish(site, AS_OF)
    assert site.releases.current().release_id == before


def test_a_small_disk_that_is_full_leaves_the_old_release_and_when_there_is_room_publishing_succeeds(
    start: Path, tmp_path: Path
) -> None:
    """Every size from too small to large enough, in a mount of its own that nobody else sees."""
    if subprocess.run([*MOUNTING, "true"], capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    needed = sum(path.stat().st_size for path in start.rglob("*") if path.is_file() and not path.is_symlink())
    script = SMALL_DISK.format(disk=tmp_path, start=start, needed=needed >> 10, publish=shlex.join(COMMAND))
    done = subprocess.run(
        [*MOUNTING, script], env=_environment(), capture_output=True, text=True, check=False, timeout=200
    )
    assert "Traceback" not in done.stderr
    ends = [line.split() for line in done.stdout.splitlines() if line.startswith("END")]
    before = Site(start).releases.current().release_id
    assert [status for _, status, _ in ends[:2]] == ["1", "1"], done.stderr
    assert {current for _, status, current in ends if status == "1"} == {before}
    assert ends[-1][1] == "0", done.stderr
    assert ends[-1][2] not in {before, ""}
    assert "No space left on device" in done.stderr


def test_a_file_that_is_written_to_while_it_is_read_is_told_and_nothing_of_it_is_kept(
    tmp_path: Path, standard: Standard
) -> None:
    place = Place(tmp_path, standard)
    sent = place.send_spend(GOOD) / "spend.csv"
    seen = read(place.package(), standard)
    with sent.open("a") as file:
        file.write("2024-05-09,77.00,Calder Care\n")
    with pytest.raises(ChangedError, match=r"spend\.csv of wexmoor-council was written to while it was read: wait"):
        check(seen, standard, place.site.stage)
    assert not place.site.stage.folder.exists() or list(place.site.stage.folder.iterdir()) == []
    assert len(place.rows()) == GOOD.count("\n")


def _publish_with(fault: str, folder: Path, of: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Publishes with a fault, in calls of any file or of one; what was traced is in a file beside the folder."""
    call = fault.partition(":")[0]
    log = str(folder.with_suffix(".trace"))
    paths = ["-P", str(of)] if of else []
    command = ["strace", "-f", "-o", log, "-e", f"trace={call}", "-e", f"inject={fault}", *paths, *COMMAND]
    return subprocess.run(
        command, cwd=folder, env=_environment(), capture_output=True, text=True, check=False, timeout=60
    )


def _environment() -> dict[str, str]:
    checkout = str(Path(__file__).parent.parent)
    return os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": checkout}


def _copy(folder: Path, target: Path) -> Path:
    return Path(shutil.copytree(folder, target, symlinks=True))
