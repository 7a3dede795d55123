"""What is installed from a clone, by the README's own command: the rules and types, and it works from any folder."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT

pytestmark = pytest.mark.xdist_group("installed")  # installed once


@dataclass(frozen=True)
class Installed:
    clone: Path
    printed: str  # by the README's first command
    program: Path


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Set up in a copy without anything that is not in the repository."""
    readme = (ROOT / "README.md").read_text("utf-8")
    command = re.search(r"^<!-- first run -->\n```sh\n(.*?)\n```$", readme, re.M | re.S)
    assert command is not None
    clone = tmp_path_factory.mktemp("installed") / "clone"
    away = shutil.ignore_patterns(".venv", ".git", "*.pyc", "__pycache__", ".*_cache", ".*-dir", ".hypothesis", "dist")
    shutil.copytree(ROOT, clone, ignore=away)
    done = subprocess.run(["bash", "-c", command[1]], cwd=clone, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    return Installed(clone, done.stdout.decode("utf-8"), clone / ".venv" / "bin" / "stripper")


@pytest.mark.long
def test_the_first_run_of_a_fresh_clone_cleans_a_page(installed: Installed) -> None:
    assert installed.printed == (ROOT / "samples" / "en-news.clean.txt").read_text("utf-8")


@pytest.mark.long
def test_packs_and_types_are_installed_and_nothing_else(installed: Installed) -> None:
    [record] = installed.clone.glob(".venv/lib/*/site-packages/stripper-*.dist-info/RECORD")
    names = {row[0] for row in csv.reader(record.read_text("utf-8").splitlines())}
    files = [*ROOT.glob("rules/**/*.toml"), *ROOT.glob("rules/core/body.w*")]
    assert {path.name for path in files} >= {"body.weights", "body.words"}
    packs = {f"stripper/packs/{path.relative_to(ROOT / 'rules').as_posix()}" for path in files}
    assert packs <= names
    assert "stripper/py.typed" in names
    own = {name for name in names if not name.startswith(("stripper/", "stripper-"))}
    assert own == {"../../../bin/stripper"}


@pytest.mark.long
def test_what_is_installed_works_from_another_folder(installed: Installed, tmp_path: Path) -> None:
    """And without the clone."""
    for name in ("rules", "stripper", "samples"):
        (installed.clone / name).rename(installed.clone / f"{name}-away")
    page = (ROOT / "samples" / "en-short.txt").read_bytes()
    env = {**os.environ, "STRIPPER_CACHE": "off"}
    for arguments in (["strip"], ["rules", "test"]):
        done = subprocess.run([installed.program, *arguments], input=page, cwd=tmp_path, env=env, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        if arguments == ["strip"]:
            assert done.stdout == (ROOT / "samples" / "en-short.clean.txt").read_bytes()
