"""Runs that are stopped, and gone on with: what is there then is whole, and in the end all is as if undisturbed."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from conftest import STRIPPER, Run, files

from stripper.api import default_rules
from stripper.runs import batch, cleaning
from stripper.runs.files import REMOVED
from stripper.runs.results import Options

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture
def many(site: Path) -> Path:
    """A folder large enough to be stopped in the middle."""
    pages = [path.read_text("utf-8") for path in sorted(site.rglob("*.txt"))]
    for number in range(360):
        page = pages[number % len(pages)].replace("Tual", f"Tual {number}")
        path = site / f"c{number % 3}" / f"{number}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(page, "utf-8")
    return site


def start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """A run in a process group of its own, which signals end, as they may not end what a shell runs beside itself."""
    return subprocess.Popen(
        [STRIPPER, *arguments],
        cwd=folder,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: [signal.signal(each, signal.SIG_DFL) for each in STOPS],
    )


def wait_for_group(group: int, seconds: float) -> bool:
    """Whether all processes of a group end in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def loose(folder: Path) -> list[str]:
    """Unfinished files where outputs are."""
    return [name for name in files(folder) if Path(name).name.startswith(".stripper")]


def wait_for_outputs(folder: Path, least: int) -> None:
    end = time.monotonic() + 20
    while sum(1 for _ in folder.rglob("*.txt")) < least and time.monotonic() < end:
        time.sleep(0.01)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="who its workers are is not told here")
def test_a_worker_that_is_killed_is_told_and_its_work_done_again(run: Run, many: Path, tmp_path: Path) -> None:
    run("batch", "site", "--output", "whole", "--removed", "--jobs", "2")
    process = start(tmp_path, "batch", "site", "--output", "out", "--removed", "--jobs", "2")
    wait_for_outputs(tmp_path / "out", 1)
    workers = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("ascii").split()
    os.kill(int(workers[0]), signal.SIGKILL)  # as the system does that has no memory left
    error = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 0 and "a process that cleaned died, once; out of memory?" in error
    assert files(tmp_path / "out") == files(tmp_path / "whole")


@pytest.mark.long
def test_killed_at_twenty_random_moments_a_run_ends_the_same(run: Run, many: Path, tmp_path: Path) -> None:
    seconds = 0.0
    for output in ("warm", "whole"):  # the first run fills the cache of the rules, and so takes longer
        began = time.monotonic()
        run("batch", "site", "--output", output, "--removed", "--jobs", "2")
        seconds = time.monotonic() - began
    whole = files(tmp_path / "whole")
    chance = random.Random(20)
    killed = tries = 0
    while killed < 20:
        tries += 1
        assert tries < 100, "runs end before they can be killed"
        process = start(tmp_path, "batch", "site", "--output", "out", "--removed", "--jobs", "2", "--resume")
        time.sleep(chance.uniform(0.15, 0.9) * seconds)
        process.kill()  # the parent alone: its workers must end by themselves
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        if not wait_for_group(process.pid, 5):
            os.killpg(process.pid, signal.SIGKILL)
            pytest.fail("workers go on when their parent is dead")
        written = files(tmp_path / "out")
        assert all(whole[name] == data for name, data in written.items() if not name.endswith(REMOVED))
        assert not loose(tmp_path / "out")
        if len(written) == len(whole) or killed in (10, 20):
            run("batch", "site", "--output", "out", "--removed", "--jobs", "2", "--resume")
            assert files(tmp_path / "out") == whole
            shutil.rmtree(tmp_path / "out")


@pytest.mark.long
def test_resume_says_what_is_done_again_and_why(run: Run, site: Path, tmp_path: Path) -> None:
    command = ("batch", "site", "--output", "out", "--removed", "--resume")
    assert b"0 files done before; 12 not done yet" in run(*command).stderr
    before = files(tmp_path / "out")
    stamps = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.txt")}
    again = run(*command, "--report", "report.json").stderr
    assert b"12 files done before; nothing to do" in again
    assert b"12 found = 0 cleaned + 0 unchanged + 12 skipped + 0 failed" in again
    assert stamps == {path: path.stat().st_mtime_ns for path in stamps}
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["done_before"] == 12 and report["by_rule"]["core.duplicate.documents"] >= 12

    page = site / "a" / "1.txt"  # the same lines, and so the same statistics
    page.write_text(page.read_text("utf-8").replace("Comments (12)\n", "Comments (12)\n\n"), "utf-8")
    (tmp_path / "out" / "a" / "2.txt").unlink()
    (tmp_path / "out" / "b" / "deep" / "3.txt").write_text("edited")
    said = run(*command).stderr
    assert b"9 files done before; 1 changed since, 2 of which the output was changed or is gone" in said
    after = files(tmp_path / "out")
    assert {name for name in before if after[name] != before[name]} == {f"a/1.txt{REMOVED}"}  # the hash of its page

    said = run(*command, "--keep", "caption").stderr
    assert b"0 files done before; 12 under other rules or options" in said
    pack = tmp_path / "own.toml"
    pack.write_text("schema-version = 1\n")
    run(*command)
    assert b"12 files done before" in run(*command, "--rules", "own.toml").stderr
    pack.write_text(
        'schema-version = 1\n[[rule]]\nid = "own.promo.oats"\ncategory = "promo"\nsummary = "Oats"\nreason = "Oats"\n'
        'match = { starts = ["buy oats"] }\nremove = ["Buy oats"]\nkeep = ["They buy oats."]\n'
    )
    assert b"12 under other rules or options" in run(*command, "--rules", "own.toml").stderr
    pack.write_text(pack.read_text("utf-8").replace('remove = ["Buy oats"]', 'remove = ["Buy oats!"]'))
    assert b"12 files done before" in run(*command, "--rules", "own.toml").stderr
    pack.write_text(pack.read_text("utf-8").replace("buy oats", "buy more oats").replace("Buy oats!", "Buy more oats"))
    assert b"12 under other rules or options" in run(*command, "--rules", "own.toml").stderr


def test_pages_whose_group_has_changed_are_done_again(run: Run, site: Path, tmp_path: Path) -> None:
    command = ("batch", "site", "--output", "out", "--removed", "--resume")
    run(*command)
    shutil.copy(site / "a" / "1.txt", site / "a" / "9.txt")
    assert b"6 files done before; 1 not done yet, 6 in groups whose shared lines are others" in run(*command).stderr
    run("batch", "site", "--output", "undisturbed", "--removed")
    assert files(tmp_path / "out") == files(tmp_path / "undisturbed")


def test_another_version_does_all_again(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version, again in (("0.0.0", "new"), ("0.0.1", "version")):
        monkeypatch.setattr(batch, "__version__", version)
        monkeypatch.setattr(cleaning, "__version__", version)
        with batch.Run([site], default_rules(), Options(tmp_path / "out", resume=True)) as run:
            assert {result.again for result in run.clean()} == {again}


LIKE_NONE = [pytest.param(each, marks=pytest.mark.long) for each in (b"\0", b"no log")]


@pytest.mark.parametrize("damage", [b"", *LIKE_NONE, b"00000000 []\n" * 99])
def test_a_damaged_ledger_costs_time_alone(run: Run, site: Path, tmp_path: Path, damage: bytes) -> None:
    run("batch", "site", "--output", "out")
    whole = files(tmp_path / "out")
    (tmp_path / "out" / ".stripper" / "manifest.jsonl").write_bytes(damage)
    assert b"12 not done yet" in run("batch", "site", "--output", "out", "--resume").stderr
    assert files(tmp_path / "out") == whole
    assert b"12 files done before" in run("batch", "site", "--output", "out", "--resume").stderr


@pytest.mark.parametrize("resume", [True, pytest.param(False, marks=pytest.mark.long)])
def test_a_ledger_damaged_in_the_middle_does_too(run: Run, many: Path, tmp_path: Path, resume: bool) -> None:
    """What is damaged there is found before the run begins, not on the way."""
    run("batch", "site", "--output", "out")
    whole = files(tmp_path / "out")
    manifest = tmp_path / "out" / ".stripper" / "manifest.jsonl"
    data = manifest.read_bytes()
    manifest.write_bytes(data[: len(data) // 3] + bytes(len(data) // 3) + data[len(data) // 3 * 2 :])
    said = run("batch", "site", "--output", "out", *["--resume"] * resume).stderr
    assert (b"what earlier runs did there cannot be read to its end" in said) == resume
    assert files(tmp_path / "out") == whole
    assert b"372 files done before" in run("batch", "site", "--output", "out", "--resume").stderr


def test_what_a_power_cut_leaves_behind_the_log_is_said_once(run: Run, site: Path, tmp_path: Path) -> None:
    run("batch", "site", "--output", "out")
    with (tmp_path / "out" / ".stripper" / "manifest.jsonl").open("ab") as log:
        log.write(b"\0\n" * 3000 + bytes(99))
    for said in (True, False):
        done = run("batch", "site", "--output", "out", "--resume").stderr
        assert b"12 files done before; nothing to do" in done
        assert (b"cannot be read to its end" in done) == said


def test_what_a_log_says_again_and_again_is_written_once(run: Run, site: Path, tmp_path: Path) -> None:
    run("batch", "site", "--output", "out")
    run("batch", "site/a", "--output", "out", "--resume", "--drop", "title")  # six pages of a second run
    log = tmp_path / "out" / ".stripper" / "manifest.jsonl"
    data = log.read_bytes()
    head, once = data.split(b"\n", 1)
    log.write_bytes(head + b"\n" + once * 99)
    for _ in range(2):
        said = run("batch", "site", "--output", "out", "--resume").stderr
        assert b"12 files done before; nothing to do" in said and b"6 outputs have no input" in said
        assert log.stat().st_size < 2 * len(data) and log.stat().st_mode & 0o777 == 0o600


def test_a_run_that_cannot_begin_forgets_nothing(run: Run, site: Path, tmp_path: Path) -> None:
    run("batch", "site", "--output", "out")
    (tmp_path / "notes.txt").write_text("no statistics")
    run("batch", "site", "--output", "out", "--statistics", "notes.txt", status=1)
    run("batch", "site", "--output", "out", "--glob", "*.none", status=1)
    assert b"12 files done before; nothing to do" in run("batch", "site", "--output", "out", "--resume").stderr


def test_an_output_without_input_is_named_and_left(run: Run, site: Path, tmp_path: Path) -> None:
    run("batch", "site", "--output", "out")
    (site / "a" / "1.txt").unlink()
    said = run("batch", "site", "--output", "out", "--resume").stderr
    assert b"1 outputs have no input any more and are left, such as a/1.txt" in said
    assert (tmp_path / "out" / "a" / "1.txt").exists()


@pytest.mark.parametrize(
    ("jobs", "told"), [("1", signal.SIGINT), ("2", signal.SIGINT), ("1", signal.SIGHUP), ("2", signal.SIGTERM)]
)
def test_what_is_told_to_end_stops_at_once_and_says_how_to_go_on(
    run: Run, many: Path, tmp_path: Path, jobs: str, told: signal.Signals
) -> None:
    command = ("batch", "site", "--output", "out", "--jobs", jobs)
    process = start(tmp_path, *command)
    wait_for_outputs(tmp_path / "out", 20)
    os.killpg(process.pid, told)  # as a terminal does: to all processes of the run
    began = time.monotonic()
    said = process.communicate(timeout=10)[1]
    assert time.monotonic() - began < 2
    assert process.returncode == 128 + told
    assert said.startswith(b"stripper: interrupted: ") and b"--resume" in said and said.count(b"\n") == 1
    assert wait_for_group(process.pid, 1)
    assert not loose(tmp_path / "out")
    assert b"files done before" in run(*command, "--resume").stderr
    run("batch", "site", "--output", "whole")
    assert files(tmp_path / "out") == files(tmp_path / "whole")


def test_what_is_told_to_end_again_and_again_ends_no_worse(run: Run, many: Path, tmp_path: Path) -> None:
    command = ("batch", "site", "--output", "out", "--jobs", "2")
    process = start(tmp_path, *command)
    wait_for_outputs(tmp_path / "out", 20)
    while process.poll() is None:
        os.kill(process.pid, signal.SIGTERM)
        time.sleep(0.002)
    said = process.communicate(timeout=10)[1]
    assert process.returncode == 128 + signal.SIGTERM
    assert said.startswith(b"stripper: interrupted: ") and said.count(b"\n") == 1
    assert wait_for_group(process.pid, 1)
    assert b"files done before" in run(*command, "--resume").stderr


def test_a_run_goes_on_when_its_terminal_is_closed_if_it_is_to(many: Path, tmp_path: Path) -> None:
    command = ["nohup", STRIPPER, "batch", "site", "--output", "out", "--jobs", "2"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    wait_for_outputs(tmp_path / "out", 20)
    os.killpg(process.pid, signal.SIGHUP)
    process.communicate(timeout=60)
    assert process.returncode == 0 and len(files(tmp_path / "out")) == 372


def test_a_second_run_into_the_folder_is_refused_and_a_crash_lets_go(
    run: Run, many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    process = start(tmp_path, "batch", "site", "--output", "out", "--jobs", "2")
    wait_for_outputs(tmp_path / "out", 1)
    os.killpg(process.pid, signal.SIGSTOP)  # or it might be done before the second one has begun
    try:
        said = run("batch", "site/a", "--output", "out", status=1).stderr
        assert b"out: another run is writing to this folder" in said
        assert (tmp_path / "out" / ".stripper" / "unfinished").is_dir()  # where the first one writes
        [held] = temporary.iterdir()  # and what that one keeps elsewhere
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    assert [*temporary.iterdir()] == [held]
    run("batch", "site", "--output", "out", "--resume", "--jobs", "1")
    assert not [*temporary.iterdir()]


@pytest.mark.long
def test_a_run_in_place_can_be_stopped_too(run: Run, many: Path, tmp_path: Path) -> None:
    shutil.copytree(many, tmp_path / "undisturbed")
    run("batch", "undisturbed", "--in-place", "--removed")
    whole = files(tmp_path / "undisturbed")
    command = ("batch", "site", "--in-place", "--removed", "--jobs", "2")
    process = start(tmp_path, *command)
    end = time.monotonic() + 20
    while sum(1 for _ in many.rglob(f"*{REMOVED}")) < 50 and time.monotonic() < end:
        time.sleep(0.01)
    process.kill()
    process.communicate()
    assert wait_for_group(process.pid, 5)
    run(*command, "--resume")
    assert files(many) == whole
    assert b"372 files done before" in run(*command, "--resume").stderr
