"""The README says what is so: its commands are run, in order, and print what is shown."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the reader stands: shared by all blocks, since later ones use what earlier ones made."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "samples", folder / "samples")
    return folder


def _commands() -> list[tuple[str, str]]:
    """Each command of the console blocks, with the output that is shown for it."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```$", README, re.M | re.S):
        for step in re.split(r"^\$ ", block, flags=re.M)[1:]:
            lines = step.splitlines(keepends=True)
            end = 1 + max((at for at, line in enumerate(lines) if line == "END\n"), default=0)
            found.append(("".join(lines[:end]), "".join(lines[end:])))
    return found


def _run(command: str, folder: Path) -> str:
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "80"}
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120
    )
    assert done.returncode == 0, done.stdout.decode()
    return done.stdout.decode("utf-8")


def test_commands_print_what_is_shown(folder: Path) -> None:
    commands = _commands()
    assert len(commands) > 10
    for command, shown in commands:
        printed = _run(command, folder)
        if " batch " in command and not shown:
            assert "2> /dev/null" in command or re.search(r"\d+ files cleaned in [\d.]+ s", printed), printed
        else:
            assert _unaligned(printed) == _unaligned(shown), command


def _unaligned(text: str) -> list[str]:
    """Lines without the padding of tables, which depends on other rows."""
    return [re.sub(r" {2,}", "  ", line.rstrip()) for line in text.splitlines()]


def test_python_shown_is_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    pack = next(command for command, _ in _commands() if "harbour.toml" in command)
    _run(pack, folder)
    blocks = re.findall(r"^```pycon\n(.*?)^```$", README, re.M | re.S)
    test = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, "README.md", "README.md", 0)
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0
