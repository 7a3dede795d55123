"""The installed command, run as users run it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from forked import AVAILABLE, Forks
from generate import rules_by_pack

from stripper.rules.format import Rule
from stripper.rules.loading import load_rules
from stripper.rules.ruleset import RuleSet

ROOT = Path(__file__).resolve().parent.parent
STRIPPER = Path(sys.executable).parent / "stripper"

# A cache of the tests' own, so that the user's decides nothing; the commands that tests run share it.
# Those that run side by side have it from the process that started them.
if "PYTEST_XDIST_WORKER" not in os.environ:
    CACHE = tempfile.TemporaryDirectory(prefix="stripper-tests-")
    os.environ["STRIPPER_CACHE"] = CACHE.name
    # Compiled modules are kept, also where Python is told to keep none: to compile them takes as long as all else in a
    # call. They stand where those of the libraries do, which were compiled when these were installed.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_configure(config: pytest.Config) -> None:
    """Fill the cache before tests run side by side, or each of their processes would."""
    if "PYTEST_XDIST_WORKER" not in os.environ and getattr(config.option, "numprocesses", None):
        page = ROOT / "samples" / "en-news.txt"
        subprocess.run([STRIPPER, "strip", page], capture_output=True)


@cache
def shipped_rules() -> RuleSet:
    """The shipped packs with their examples, read once for all tests."""
    return load_rules()


@cache
def shipped_rules_by_pack() -> dict[str, list[Rule]]:
    """What is tried of every rule is one test for a pack: there are more rules than all other tests."""
    return rules_by_pack(shipped_rules())


Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    with closing(Forks()) as forks:
        yield forks


@pytest.fixture
def run(tmp_path: Path, forks: Forks) -> Run:
    """Runs `stripper` with arguments in a folder of its own; checks that it ends without a traceback.

    A `status` of None is any. The installed command is started where `options` say more than what a call reads, where,
    and how long it may take; see `forked.py` for the others.
    """

    def run(*arguments: str | Path, status: int | None = 0, **options: Any) -> subprocess.CompletedProcess[bytes]:
        told = list(map(os.fspath, arguments))
        if AVAILABLE and options.keys() <= {"cwd", "input", "timeout"}:
            cwd, seconds = options.get("cwd", tmp_path), options.get("timeout", 60)
            done = forks.call(told, cwd, options.get("input", b""), seconds)
        else:
            options = {"cwd": tmp_path, "input": b"", "capture_output": True, "timeout": 60, **options}
            done = subprocess.run([STRIPPER, *told], **options)
        assert b"Traceback" not in (done.stderr or b""), done.stderr.decode()
        assert status is None or done.returncode == status, (done.returncode, done.stdout, done.stderr)
        return done

    return run


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """A copy of the samples, to be written to, without the folders of marked pages."""
    folders = shutil.ignore_patterns("marked", "held-out")
    return Path(shutil.copytree(ROOT / "samples", tmp_path / "samples", ignore=folders))


SHARED = "Harbour Press has its own boat and a dog that sleeps in it"  # no rule knows it; only its number gives it away


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Two folders of one site each, of six pages that share a line, one of them without a final newline."""
    page = (ROOT / "samples" / "en-short.txt").read_text("utf-8")
    for folder in ("a", "b/deep"):
        for number in range(6):
            path = tmp_path / "site" / folder / f"{number}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            ship = ("Nusa", "Sari", "Kei", "Aru", "Banda", "Seram")[number] + folder[0]
            mine = page.replace("eleven", f"{number + 2}").replace("Tual", f"Tual {folder[0]}{number}")
            mine = mine.replace("The ferry that", f"The {ship} that").replace("a month", f"a month of {ship}")
            path.write_text(f"{mine}{SHARED}" + "\n" * bool(number), "utf-8")
    return tmp_path / "site"


def files(folder: Path) -> dict[str, bytes]:
    """Path and bytes of each file below a folder, without what runs keep there for themselves."""
    found = ((path.relative_to(folder), path) for path in folder.rglob("*") if path.is_file())
    return {relative.as_posix(): path.read_bytes() for relative, path in found if relative.parts[0] != ".stripper"}


def removed_rows(path: Path) -> list[dict[str, Any]]:
    """What was taken out of a file, without the line that heads it."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()][1:]
