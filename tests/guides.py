"""Documents that show commands: each is run, in order, and must print what is shown below it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

BIN = Path(sys.executable).parent


def commands_of(text: str) -> list[tuple[str, str]]:
    """Each command of the console blocks, with the output that is shown for it."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```$", text, re.M | re.S):
        for step in re.split(r"^\$ ", block, flags=re.M)[1:]:
            lines = step.splitlines(keepends=True)
            end = 1 + max((at for at, line in enumerate(lines) if line == "END\n"), default=0)
            found.append(("".join(lines[:end]), "".join(lines[end:])))
    return found


def run_command(command: str, folder: Path) -> str:
    """What a command prints in a shell, messages included."""
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "80"}
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120
    )
    assert done.returncode == 0, (command, done.stdout.decode())
    return done.stdout.decode("utf-8")


def unaligned(text: str) -> list[str]:
    """Lines without the padding of tables, which depends on other rows."""
    return [re.sub(r" {2,}", "  ", line.rstrip()) for line in text.splitlines()]
