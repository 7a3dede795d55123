"""Lines that many pages share: which go, which stay, and that counts are exact, kept and used again."""

from __future__ import annotations

import random
import re
import sqlite3
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest
from conftest import SHARED, Run, files, removed_rows
from hypothesis import given, settings
from hypothesis import strategies as st

from stripper.engine.statistics import Statistics, line_keys, number_keys
from stripper.errors import InputError, OptionError, OutputError
from stripper.runs.discovery import Grouping
from stripper.runs.files import REMOVED
from stripper.runs.line_counts import LineCounter
from stripper.runs.record_counts import GroupCounter
from stripper.runs.store import Store

NOUNS = ("harbour", "ferry", "captain", "storm", "quay", "island", "ramp", "berth", "tide", "crew", "rope", "lamp")
VERBS = ("leaves", "passes", "repairs", "finds", "loses", "paints", "counts", "crosses", "hears", "watches", "awaits")


def sentence(chance: random.Random, words: int) -> str:
    """A sentence that no other page has."""
    picked = [f"the {chance.choice(NOUNS)} {chance.choice(VERBS)}" for _ in range(words // 3)]
    return f"On day {chance.choice(NOUNS)} {' and '.join(picked)} the {chance.choice(NOUNS)}."


CHROME_ABOVE = [
    "Tual Tides Online", "Boats", "Weather at sea", "1,204 people at the quay now", "Crossword", "Tides",
    "Harbour cams", "Our crew", "Jetty market", "Reader of the week: Ibu Sari from Pier 4",
]  # fmt: skip
CHROME_BELOW = [
    "Tual Tides is made by eleven people and two cats", "Ring the bell: 0911 1234", "Old issues", "Quay 7, Tual",
    "The tide table is worked out anew each night and may be wrong by some minutes, so look at the water first.",
]  # fmt: skip


@pytest.fixture(scope="module")
def fifty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[str]]]:
    """A made-up site of fifty pages: its folder, and the lines of prose of each page."""
    folder = tmp_path_factory.mktemp("fifty") / "tides.example"
    folder.mkdir()
    chance = random.Random(5)
    wire = [sentence(chance, 24), "“We never had such a night,” she said."]  # a wire story that six pages carry
    prose: dict[str, list[str]] = {}
    for number in range(50):
        lines = [sentence(chance, chance.randint(18, 40)) for _ in range(6)]
        if number % 8 == 0:
            lines[2:2] = wire
        above = [line.replace("1,204", str(chance.randint(2, 99_999))) for line in CHROME_ABOVE]
        title = f"{sentence(chance, 6)[7:-1].capitalize()}"
        page = [*above, title, *lines, *CHROME_BELOW]
        (folder / f"{number:02}.txt").write_text("\n".join(page) + "\n", "utf-8")
        prose[f"{number:02}.txt"] = lines
    return folder, prose


def test_the_chrome_of_a_site_goes_and_no_prose(
    run: Run, fifty: tuple[Path, dict[str, list[str]]], tmp_path: Path
) -> None:
    folder, prose = fifty
    run("batch", folder, "--output", "out", "--removed")
    chrome = {re.sub(r"[\d,]+", "0", line) for line in (*CHROME_ABOVE, *CHROME_BELOW)}
    left = 0
    for name, lines in prose.items():
        kept = (tmp_path / "out" / name).read_text("utf-8").splitlines()
        assert not set(lines) - set(kept), name
        left += sum(re.sub(r"[\d,]+", "0", line) in chrome for line in kept)
    assert left <= 0.02 * 50 * len(chrome)
    reasons = [row["reason"] for row in removed_rows(tmp_path / "out" / "07.txt.removed.jsonl")]
    assert any("on 50 of 50 pages of ./" in reason for reason in reasons)


def test_prose_that_two_articles_share_stays(run: Run, site: Path, tmp_path: Path) -> None:
    """A wire story on two pages of a small folder, short sentences of speech included."""
    wire = [
        "The governor's office said on Monday that it had not been told of the storm until the harbour was closed.",
        "“Nobody rang us,” she said.",
    ]
    for number in (1, 2):
        path = site / "a" / f"{number}.txt"
        path.write_text(path.read_text("utf-8").replace("Sign up", "\n".join(wire) + "\nSign up"), "utf-8")
    run("batch", "site", "--output", "out", "--removed")
    for number in (1, 2):
        rows = removed_rows(tmp_path / "out" / "a" / f"{number}.txt.removed.jsonl")
        assert not any("pages of" in row["reason"] and row["text"].strip() in wire for row in rows)
        assert wire[0] in (tmp_path / "out" / "a" / f"{number}.txt").read_text("utf-8")


FORECASTS = {
    "lines": ["Morning: {} degrees", "Noon: {} degrees", "Evening: {} degrees", "Rain: 0 mm"],
    "cells": ["Morning", "{} degrees", "Noon", "{} degrees", "Evening", "{} degrees"],
}


@pytest.mark.parametrize("table", FORECASTS)
def test_tables_that_differ_in_numbers_stay(run: Run, tmp_path: Path, table: str) -> None:
    chance = random.Random(11)
    (tmp_path / "in").mkdir()
    numbers = {}
    for day in range(30):
        rows = [row.format(chance.randint(1, 40)) for row in FORECASTS[table]]
        page = [
            "Kei weather",
            "Boats",
            f"The {day + 2} boats",
            sentence(chance, 30),
            *rows,
            sentence(chance, 30),
            "Old issues",
        ]
        (tmp_path / "in" / f"{day}.txt").write_text("\n".join(page) + "\n", "utf-8")
        numbers[f"{day}.txt"] = [row for row in rows if re.search(r"\d", row)]
    run("batch", "in", "--output", "out", "--removed")
    gone = 0
    for name, rows in numbers.items():
        reasons = [
            row for row in removed_rows(tmp_path / "out" / f"{name}{REMOVED}") if row["rule"].startswith("core.dup")
        ]
        assert not [row["text"] for row in reasons if row["text"].strip() in rows], name
        gone += any(row["text"] == "Kei weather\n" for row in reasons)
    assert gone == 30


def test_numbers_make_no_difference(run: Run, site: Path, tmp_path: Path) -> None:
    for number, path in enumerate(site.rglob("*.txt")):
        path.write_text(path.read_text("utf-8").replace(SHARED, f"Seen by {number * 977:,} gulls"), "utf-8")
    run("batch", "site", "--output", "out", "--removed")
    rows = removed_rows(tmp_path / "out" / "a" / "1.txt.removed.jsonl")
    assert any("gulls" in row["text"] and "on 6 of 6 pages" in row["reason"] for row in rows)


@pytest.mark.parametrize(
    ("group_by", "where"),
    [("folder", "on 1 of 1"), ("run", "on 12 of 12 pages of the run"), (r"^([^/]+)/", "on 6 of 6 pages of a")],
)
def test_groups(run: Run, site: Path, tmp_path: Path, group_by: str, where: str) -> None:
    """Each page in a folder of its own, so that only a wider group knows what they share."""
    for path in list(site.rglob("*.txt")):
        own = path.with_suffix("")
        own.mkdir()
        path.rename(own / "page.txt")
    run("batch", "site", "--output", "out", "--removed", "--group-by", group_by)
    rows = removed_rows(tmp_path / "out" / "a" / "3" / "page.txt.removed.jsonl")
    shared = [row["reason"] for row in rows if row["text"].startswith(SHARED)]
    if group_by == "folder":
        assert not any("pages of" in row["reason"] for row in rows)
    else:
        assert shared and shared[0].endswith(where)


@pytest.mark.parametrize("group_by", ["run", r"/(\d)", "folder"])
def test_neither_jobs_nor_the_order_of_files_change_anything(
    run: Run, site: Path, tmp_path: Path, group_by: str
) -> None:
    run("batch", "site", "--output", "one", "--jobs", "1", "--group-by", group_by, "--removed")
    inputs = ["site/b", "site/a"] if group_by == "run" else ["site"]
    run("batch", *inputs, "--output", "two", "--jobs", "3", "--group-by", group_by, "--removed")
    one, two = files(tmp_path / "one"), files(tmp_path / "two")
    if group_by == "run":  # the folders were named one by one, so that their own names are not mirrored
        one = {name.split("/", 1)[1]: data for name, data in one.items() if name.startswith("b/")}
        two = {name: data for name, data in two.items() if name.startswith("deep/")}
    assert one == two and len(one) >= 12


@pytest.mark.parametrize("group_by", ["(", "a|b", "(a)(b)"])
def test_a_group_that_makes_no_sense_is_refused(run: Run, site: Path, group_by: str) -> None:
    assert repr(group_by).encode() in run("batch", "site", "--output", "out", "--group-by", group_by, status=2).stderr


def test_statistics_are_kept_and_used_again(run: Run, site: Path, tmp_path: Path) -> None:
    first = run("batch", "site", "--output", "one", "--statistics", "counts.sqlite").stderr
    assert b"12 files cleaned" in first
    kept = (tmp_path / "counts.sqlite").read_bytes()
    tomorrow = tmp_path / "tomorrow" / "a" / "9.txt"
    tomorrow.parent.mkdir(parents=True)
    page = (site / "a" / "1.txt").read_bytes().replace(b"Tual a1", b"Ambon")
    tomorrow.write_bytes(page)
    run("batch", "tomorrow", "--output", "two", "--statistics", "counts.sqlite", "--removed")
    assert SHARED.encode() not in (tmp_path / "two" / "a" / "9.txt").read_bytes()
    assert "on 6 of 6 pages of a/" in (tmp_path / "two" / "a" / "9.txt.removed.jsonl").read_text("utf-8")
    assert (tmp_path / "counts.sqlite").read_bytes() == kept
    stripped = run("strip", "--statistics", "counts.sqlite", tomorrow).stdout
    assert stripped == (tmp_path / "two" / "a" / "9.txt").read_bytes()
    assert b"pages of a/" not in run("explain", tomorrow).stdout
    assert run("strip", "--statistics", "counts.sqlite", "--group", "b/deep/", input=page).stdout == stripped


def test_statistics_count_new_groups_and_leave_the_others(run: Run, site: Path, tmp_path: Path) -> None:
    run("batch", "site", "--output", "one", "--glob", "a/*.txt", "--statistics", "counts.sqlite")
    run("batch", "site", "--output", "two", "--statistics", "counts.sqlite")
    run("batch", "site", "--output", "three")
    assert files(tmp_path / "two") == files(tmp_path / "three")


def test_statistics_that_do_not_fit_are_refused(run: Run, site: Path, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("This is no database at all, however long one looks at it.\n" * 50)
    assert b"is no file of statistics" in run("strip", "--statistics", "text.txt", status=1).stderr
    assert b"no such file" in run("strip", "--statistics", "none.sqlite", status=1).stderr
    run("batch", "site", "--output", "one", "--statistics", "counts.sqlite")
    other = run("batch", "site", "--output", "two", "--statistics", "counts.sqlite", "--group-by", "run", status=2)
    assert b"was counted with --group-by folder" in other.stderr
    said = run("strip", "--statistics", "counts.sqlite", input=b"Share\n", status=1).stderr
    assert b"name it with --group (there are such as 'a/', 'b/deep/')" in said


@given(st.lists(st.lists(st.integers(0, 40), max_size=12), max_size=40), st.integers(1, 30), st.randoms())
@settings(deadline=None, max_examples=100)
def test_counts_are_exact_whatever_the_order_and_the_memory(
    documents: list[list[int]], most: int, chance: random.Random
) -> None:
    expected = Counter(line for document in documents for line in set(document))
    chance.shuffle(documents)
    tally = LineCounter(most)
    for document in documents:
        statistics = Statistics()
        statistics.add(set(document))
        tally.merge(statistics)
    frozen = tally.frozen("all", lambda count: max(2, count / 5))
    least = max(2, len(documents) / 5)
    assert frozen.counts == {line: count for line, count in expected.items() if count >= least}
    assert frozen.documents == len(documents)


@pytest.mark.parametrize("most", [0, 12, 10**6])
def test_counts_of_groups_are_the_same_in_memory_and_on_disk(most: int) -> None:
    counter = GroupCounter(most)
    for at in range(40):
        some: dict[str, Statistics] = {}
        for name in ("a", "\udcff", f"small {at}"):
            some.setdefault(name, Statistics()).add({1, 2 + at % 3, 100 + at})
        counter.merge(some)
    found = {each.name: each for each in counter.frozen(lambda documents: max(3, documents / 3))}
    assert found == {name: Statistics(40, Counter({1: 40, 2: 14}), name) for name in ("a", "\udcff")}


def test_a_store_gives_back_what_was_put(tmp_path: Path) -> None:
    counts = Counter({line_keys(["share"])[0] or 0: 7, number_keys(["one 2 three"], 0)[0]: 2**40})
    odd = "\udcff\n\x00 group"
    store = Store(tmp_path / "s", "run")
    store.put(Statistics(43, counts, odd))
    store.save()
    store.close()
    again = Store(tmp_path / "s")
    assert again.group_by == "run"
    assert again.get(odd) == Statistics(43, counts, odd)
    assert again.get("other") is None


def test_two_runs_that_share_a_file_of_statistics_leave_each_the_groups_of_the_other(tmp_path: Path) -> None:
    path = tmp_path / "s"
    stores = Store(path, "run"), Store(path, "run"), Store(path, "folder")
    for documents, (store, own) in enumerate(zip(stores, ("one", "two", "three"), strict=True), 1):
        for name in (own, "both"):
            store.put(Statistics(documents, Counter({1: 1}), name))
    for store in stores[:2]:
        store.save()
    with pytest.raises(OutputError, match="another run wrote it meanwhile, counted with --group-by run; name another"):
        stores[2].save()
    found = map(Store(path).get, ("one", "two", "three", "both"))
    assert [each and each.documents for each in found] == [1, 2, None, 2]


def test_of_runs_that_save_at_the_same_instant_one_waits(tmp_path: Path) -> None:
    stores = [Store(tmp_path / "s", "run") for _ in range(8)]
    for number, store in enumerate(stores):
        store.put(Statistics(number, Counter(range(20_000)), str(number)))
        store._db.close()
    begin = Barrier(len(stores))

    def save(store: Store) -> None:
        store._db = sqlite3.connect(store.copy, isolation_level=None)  # which a thread has for itself
        begin.wait()
        store.save()

    with ThreadPoolExecutor(len(stores)) as threads:
        list(threads.map(save, stores))
    found = Store(tmp_path / "s", read_only=True)
    assert found.names(10) == [str(number) for number in range(8)]


def test_a_store_damaged_in_the_middle_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "s"
    store = Store(path, "run")
    for number in range(400):
        store.put(Statistics(2, Counter(range(20)), f"group {number}"))
    store.save()
    store.close()
    data = path.read_bytes()
    path.write_bytes(data[:12288] + bytes(len(data) - 12288))  # all but the beginning, which is looked at first
    again = Store(path)
    with pytest.raises(InputError, match="is damaged; delete it"):
        again.get("group 7")
    with pytest.raises(InputError, match="is damaged; delete it"):
        again.names(2)
    with pytest.raises(InputError, match="is damaged; delete it"):
        again.digest()


@pytest.mark.parametrize("name", ["'text'", "NULL", "5"])
def test_a_store_with_other_than_names_is_said_to_be_damaged(tmp_path: Path, name: str) -> None:
    Store(path := tmp_path / "s", "run").save()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(f"INSERT INTO groups VALUES ({name}, 1, x'', x'')")
    with pytest.raises(InputError, match="is damaged; delete it"):
        Store(path).digest()


@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda data: b"SQLite format 3\0" + data))
@settings(deadline=None, max_examples=60)
def test_a_foreign_file_is_no_store(data: bytes) -> None:
    path = Path("/dev/shm" if Path("/dev/shm").is_dir() else "/tmp") / "stripper-foreign"
    path.write_bytes(data)
    try:
        if data:
            with pytest.raises(InputError):
                Store(path)
    finally:
        path.unlink()


def test_groups_of_a_path() -> None:
    assert Grouping().of("a/b/c.txt") == "a/b/"
    assert Grouping().of("c.txt") == "./"
    assert Grouping("run").of("a/c.txt") == "the run"
    assert Grouping(r"(\d+)").of("a/12/c.txt") == "12"
    assert Grouping(r"(\d+)").of("a/c.txt") is None
    assert list(Grouping().guesses("x/a/c.txt")) == ["x/a/", "a/", "./"]
    with pytest.raises(OptionError):
        Grouping("no capture")


@pytest.mark.long
def test_counting_does_not_take_memory_without_bound(tmp_path: Path) -> None:
    """Pages that share nothing: ten times as many of them take hardly more memory."""
    for count in (300, 3000):
        folder = tmp_path / str(count)
        folder.mkdir()
        for number in range(count):
            lines = (f"{chr(97 + number % 26)}{chr(97 + number // 26 % 26)} {chr(97 + line)}" for line in range(20))
            (folder / f"{number}.txt").write_text("\n".join(lines))
    script = (
        "import resource, sys, stripper; from pathlib import Path; from stripper.runs.batch import Options, Run\n"
        "with Run([Path(sys.argv[1])], stripper.load_rules(), Options(Path(sys.argv[1] + '.out'))) as run:\n"
        "    assert sum(1 for _ in run.count_lines()) and sum(1 for _ in run.clean())\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    import sys

    peaks = [
        int(
            subprocess.run(
                [sys.executable, "-c", script, tmp_path / str(count)], check=True, capture_output=True
            ).stdout
        )
        for count in (300, 3000)
    ]
    assert peaks[1] < 1.3 * peaks[0], peaks
