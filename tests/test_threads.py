"""Threads that clean at once, and what is forked off meanwhile."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

import stripper
from stripper.engine.statistics import ALL_DOCUMENTS, GroupStatistics, Statistics
from stripper.rules.ruleset import RuleSet

THREADS = 8


@pytest.fixture
def often() -> Iterator[None]:
    """Threads change often, so that one is found at any place."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(do: Callable[[int], Any]) -> list[Any]:
    """What some threads make of their numbers, or how they fail."""
    found: list[Any] = [None] * THREADS
    begin = threading.Barrier(THREADS)

    def work(number: int) -> None:
        begin.wait()
        try:
            found[number] = do(number)
        except Exception as error:
            found[number] = error

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return found


def fresh_rules() -> RuleSet:
    """Rules of which nothing is made ready yet."""
    return replace(stripper.load_rules(examples=False))


def samples() -> list[str]:
    return [path.read_text("utf-8") for path in sorted((ROOT / "samples").glob("*-*.txt"))][:16]


@pytest.mark.long
def test_threads_leave_what_one_leaves(often: None) -> None:
    texts, rules = samples(), fresh_rules()

    def decided(number: int) -> list[Any]:
        found: list[Any] = [None] * len(texts)
        for at in range(len(texts)):  # each begins with another page
            place = (at + number * 2) % len(texts)
            found[place] = stripper.strip(texts[place], rules=rules).decisions
        return found

    alone = [stripper.strip(text, rules=fresh_rules()).decisions for text in texts]
    for found in at_once(decided):
        assert found == alone


def test_threads_have_the_same_rules(often: None, tmp_path: Path) -> None:
    pack = tmp_path / "own.toml"
    pack.write_text("schema-version = 1\n", "utf-8")
    assert len(set(map(id, at_once(lambda _: stripper.api.select(pack))))) == 1


class _Taken(dict[str, Statistics]):
    """Each that is about to be forgotten has been forgotten by another thread by then."""

    def __iter__(self) -> Iterator[str]:
        for name in self.copy():
            self.pop(name)
            yield name


def test_statistics_that_another_thread_forgets_are_forgotten() -> None:
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    names = [f"{number}.example" for number in range(GroupStatistics.MOST + 6)]
    counts = {"group": names, "line": [ALL_DOCUMENTS] * len(names), "documents": [2] * len(names)}
    statistics = Statistics.from_table(pa.table(counts))
    statistics._held = _Taken()
    for name in names:
        assert statistics[name] == Statistics(2, Counter(), name)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_what_is_forked_off_while_a_thread_cleans_can_clean() -> None:
    texts, ended = samples(), threading.Event()
    stripper.strip(texts[0])

    def go_on() -> None:
        while not ended.is_set():
            for text in texts:
                stripper.strip(text)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        for text in texts[:10]:
            child = os.fork()
            if not child:
                signal.alarm(20)
                os._exit(not stripper.strip(text).text)
            assert os.waitpid(child, 0)[1] == 0
    finally:
        ended.set()
        thread.join()
