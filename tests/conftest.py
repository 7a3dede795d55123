"""The installed command, run as users run it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from stripper.rules.loading import load_rules
from stripper.rules.ruleset import RuleSet

ROOT = Path(__file__).resolve().parent.parent
STRIPPER = Path(sys.executable).parent / "stripper"

# A cache of the tests' own, so that the user's decides nothing; the commands that tests run share it.
# Those that run side by side have it from the process that started them.
if "PYTEST_XDIST_WORKER" not in os.environ:
    CACHE = tempfile.TemporaryDirectory(prefix="stripper-tests-")
    os.environ["STRIPPER_CACHE"] = CACHE.name
    # And compiled modules, also where Python is told to keep none: to compile them takes as long as all else in a call.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(Path(CACHE.name, "compiled"))


@cache
def shipped_rules() -> RuleSet:
    """The shipped packs with their examples, read once for all tests."""
    return load_rules()


Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `stripper` with arguments in a folder of its own; checks that it ends without a traceback.

    A `status` of None is any.
    """

    def run(*arguments: str | Path, status: int | None = 0, **options: object) -> subprocess.CompletedProcess[bytes]:
        options = {"cwd": tmp_path, "input": b"", "capture_output": True, "timeout": 60, **options}
        done = subprocess.run([STRIPPER, *map(os.fspath, arguments)], **options)  # type: ignore[call-overload]
        assert b"Traceback" not in (done.stderr or b""), done.stderr.decode()
        assert status is None or done.returncode == status, (done.returncode, done.stdout, done.stderr)
        return done  # type: ignore[no-any-return]

    return run


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """A copy of the samples, to be written to."""
    return Path(shutil.copytree(ROOT / "samples", tmp_path / "samples"))


SHARED = "Harbour Press has its own boat and a dog that sleeps in it"  # no rule knows it; only its number gives it away


@pytest.fixture
def site(tmp_path: Path, samples: Path) -> Path:
    """Two folders of one site each, of six pages that share a line, one of them without a final newline."""
    page = (samples / "en-short.txt").read_text("utf-8")
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
