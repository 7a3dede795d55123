"""The tutorial for rules says what is so: all that it shows is run in an empty folder, and prints what stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import ROOT
from guides import commands_of, run_command, unaligned

TUTORIAL = (ROOT / "rules" / "WRITING.md").read_text("utf-8")


@pytest.mark.long
def test_a_pack_is_written_step_by_step(tmp_path: Path) -> None:
    commands = commands_of(TUTORIAL)
    assert len(commands) > 25
    for command, shown in commands:
        assert unaligned(run_command(command, tmp_path)) == unaligned(shown), command


def test_what_it_leads_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#]+)", TUTORIAL)
    assert links and all(link.startswith("https://") or (ROOT / "rules" / link).exists() for link in links)
