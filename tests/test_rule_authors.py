"""The guide for those who write rules says what is so: its commands are run and print what is shown."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from guides import commands_of, run_command, unaligned

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "docs" / "rule-authors.md").read_text("utf-8")
BIN = Path(sys.executable).parent


def shell(script: str, folder: Path, name: str = "bash") -> str:
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run([name, "-c", script], cwd=folder, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and not done.stderr, (script, done.stdout, done.stderr)
    return done.stdout


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", GUIDE, re.M | re.S)
    assert found is not None
    return found[1]


@pytest.mark.long
def test_commands_print_what_is_shown(samples: Path) -> None:
    shutil.copytree(ROOT / "docs" / "quay.example", samples.parent / "quay.example")
    commands = commands_of(GUIDE)
    assert len(commands) > 10
    for command, shown in commands:
        assert unaligned(run_command(command, samples.parent)) == unaligned(shown), command


def test_all_pictures_are_there() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(([\w.-]+)\)", GUIDE)
    assert len(shown) == 5
    for name in shown:
        assert (ROOT / "docs" / name).stat().st_size < 100_000


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("stripper exp", {"explain"}),
        ("stripper rules le", {"learn"}),
        ("stripper strip --no-def", {"--no-default-rules"}),
        ("stripper strip --keep by", {"byline"}),
        ("stripper strip --keep byline,date", {"byline,dateline"}),
        ("stripper strip --disable en.caption.credit-e", {"en.caption.credit-end"}),
        ("stripper batch --removed samp", {"samples"}),
    ],
)
def test_bash_completes(samples: Path, typed: str, offered: set[str]) -> None:
    words = typed.split()
    script = f"""{block("bash")}
    COMP_WORDS=({typed}) COMP_CWORD={len(words) - 1}
    function=$(complete -p stripper | grep -o -- "-F [^ ]*" | cut -c 4-)
    compopt() {{ COMPREPLY=($(compgen -f -- "{words[-1]}")); }}  # readline does this; it is not there in a script
    "$function" stripper
    printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    assert offered <= set(shell(script, samples.parent).split())


@pytest.mark.parametrize("name", ["zsh", "fish"])
def test_other_shells_take_what_is_written_for_them(tmp_path: Path, name: str) -> None:
    written = shell(f"_STRIPPER_COMPLETE={name}_source stripper", tmp_path)
    assert f"_STRIPPER_COMPLETE={name}_complete" in written and f"_STRIPPER_COMPLETE={name}_source" in block(name)
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed; only what is written for it was looked at")
    prepared = "autoload -Uz compinit && compinit -D -u\n" if name == "zsh" else ""
    shell(prepared + block(name), tmp_path, name)
