"""The README says what is so: its commands are run, in order, and print what is shown."""

from __future__ import annotations

import doctest
import re
import shutil
from pathlib import Path

import pytest
from guides import commands_of, run_command, unaligned

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the reader stands: shared by all blocks, since later ones use what earlier ones made."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "samples", folder / "samples")
    return folder


@pytest.mark.long
def test_commands_print_what_is_shown(folder: Path) -> None:
    commands = commands_of(README)
    assert len(commands) > 10
    for command, shown in commands:
        printed = run_command(command, folder)
        if " batch " in command and not shown:
            assert "2> /dev/null" in command or re.search(r"\d+ files cleaned in [\d.]+ s", printed), printed
        else:
            assert unaligned(printed) == unaligned(shown), command


def test_python_shown_is_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    pack = next(command for command, _ in commands_of(README) if "harbour.toml" in command)
    run_command(pack, folder)
    blocks = re.findall(r"^```pycon\n(.*?)^```$", README, re.M | re.S)
    test = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, "README.md", "README.md", 0)
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0
