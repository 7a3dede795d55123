"""The wheel holds the rules, and what is installed from it works from any folder."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT]
    subprocess.run(command, check=True, capture_output=True)
    [path] = folder.glob("*.whl")
    return path


def test_wheel_holds_the_packs_and_the_types(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    files = [*ROOT.glob("rules/**/*.toml"), ROOT / "rules" / "core" / "body.weights"]
    packs = {f"stripper/packs/{path.relative_to(ROOT / 'rules').as_posix()}" for path in files}
    assert packs <= names
    assert "stripper/py.typed" in names
    assert not any(name.startswith(("tests/", "samples/", "rules/")) for name in names)


def test_installed_wheel_works_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    """In an environment of its own, from a folder that has nothing of the project."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", wheel], check=True, capture_output=True)
    away = tmp_path / "away"
    away.mkdir()
    page = (ROOT / "samples" / "en-short.txt").read_bytes()
    done = subprocess.run([python.parent / "stripper", "strip"], input=page, cwd=away, capture_output=True, check=True)
    assert done.stdout == (ROOT / "samples" / "en-short.clean.txt").read_bytes()
    subprocess.run([python.parent / "stripper", "rules", "test"], cwd=away, check=True, capture_output=True)
