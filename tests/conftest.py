"""The installed command, run as users run it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STRIPPER = Path(sys.executable).parent / "stripper"

# A cache of the tests' own, so that the user's decides nothing; the commands that tests run share it.
CACHE = tempfile.TemporaryDirectory(prefix="stripper-tests-")
os.environ["STRIPPER_CACHE"] = CACHE.name

Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `stripper` with arguments in a folder of its own; checks that it ends without a traceback."""

    def run(*arguments: str | Path, status: int = 0, **options: object) -> subprocess.CompletedProcess[bytes]:
        options = {"cwd": tmp_path, "input": b"", "capture_output": True, "timeout": 60, **options}
        done = subprocess.run([STRIPPER, *map(os.fspath, arguments)], **options)  # type: ignore[call-overload]
        assert b"Traceback" not in (done.stderr or b""), done.stderr.decode()
        assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
        return done  # type: ignore[no-any-return]

    return run


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """A copy of the samples, to be written to."""
    return Path(shutil.copytree(ROOT / "samples", tmp_path / "samples"))
