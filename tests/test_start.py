"""What a call for one page loads and defines: it is in a pipe, and each library is felt."""

from __future__ import annotations

import dataclasses
import pickle
import re
import subprocess
import sys
from dataclasses import field
from pathlib import Path
from typing import Any

import pytest

from stripper.dataclass import dataclass
from stripper.late_pattern import late_pattern

LOADED = """
import sys
import click, regex, pathlib, dataclasses
before = set(sys.modules)
import os
os._exit = lambda status: print(*sorted(set(sys.modules) - before), file=sys.stderr)
sys.argv = ["stripper", "strip", sys.argv[1]]
from stripper.cli import main
main()
"""
# Modules of this package that such a call needs not: what is asked for by an option, by a form, by another command.
UNNEEDED = (
    "stripper.cli.config", "stripper.engine.columns", "stripper.engine.records", "stripper.engine.statistics",
    "stripper.reading.markdown", "stripper.rules.parsing", "stripper.rules.templates", "stripper.rules.requirements",
    "stripper.runs.records", "stripper.runs.pool", "stripper.tables",
)  # fmt: skip


def test_a_page_of_text_loads_no_more_than_it_needs(samples: Path) -> None:
    page = str(samples / "en-news.txt")
    for _ in range(2):  # the first may fill the cache
        done = subprocess.run([sys.executable, "-c", LOADED, page], capture_output=True, text=True, timeout=120)
        assert done.stdout == (samples / "en-news.clean.txt").read_text("utf-8")
    loaded = set(done.stderr.split())
    assert loaded & set(UNNEEDED) == set()
    others = {name.partition(".")[0] for name in loaded} - {"stripper"}
    assert others <= {"ahocorasick_rs", "gc", "importlib", "bisect", "_bisect"}
    assert "stripper.engine.judging" in loaded


@dataclass(frozen=True)
class Ours:
    name: str
    size: int = 1
    made: tuple[str, ...] = field(default=(), compare=False, repr=False)
    rows: list[str] = field(default_factory=list, compare=False)


@dataclasses.dataclass(frozen=True)
class Theirs:
    name: str
    size: int = 1
    made: tuple[str, ...] = field(default=(), compare=False, repr=False)
    rows: list[str] = field(default_factory=list, compare=False)


@dataclass(eq=False)
class Loose:
    name: str = ""


@pytest.mark.parametrize("cls", [Ours, Theirs])
def test_a_dataclass_is_as_the_standard_ones_are(cls: Any) -> None:
    one = cls("a", made=("b",))
    assert (one.name, one.size, one.made, one.rows) == ("a", 1, ("b",), [])
    assert one == cls("a", 1) != cls("a", 2) and hash(one) == hash(cls("a"))
    assert one != "a" and one.rows is not cls("a").rows
    assert repr(one) == f"{cls.__name__}(name='a', size=1, rows=[])"
    assert dataclasses.replace(one, size=3) == cls("a", 3)
    assert dataclasses.asdict(one) == {"name": "a", "size": 1, "made": ("b",), "rows": []}
    assert pickle.loads(pickle.dumps(one)) == one
    for given, named in (((), {}), (("a",), {"name": "b"}), (("a",), {"other": 1}), ("abcde", {})):
        with pytest.raises(TypeError):
            cls(*given, **named)
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'name'"):
        one.name = "b"
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'name'"):
        del one.name


def test_a_dataclass_may_be_changed_and_be_none_but_itself() -> None:
    loose = Loose()
    loose.name = "b"
    assert loose.name == "b" and loose != Loose("b") and hash(loose)


def test_a_late_pattern_is_compiled_when_it_is_used() -> None:
    late = late_pattern("b(.)", re.I)
    assert late.search("aBc")[1] == "c"  # type: ignore[index]
    assert late.findall("bcBd") == ["c", "d"] and late.pattern == "b(.)"
    with pytest.raises(re.error):
        late_pattern("(").match("")
