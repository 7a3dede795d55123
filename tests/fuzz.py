"""Made-up pages, packs, manifests, removed files and statistics, as a stranger, a crash or chance may leave them.

    python tests/fuzz.py [--seconds 600] [--seed 1] [KIND...]

Each try is made from its number alone, so that one that fails can be made again; all tries of a kind share what takes
long to load. `tests/test_fuzz.py` makes some of each.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import re
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import stripper
from stripper.api import default_rules
from stripper.cli.report import Report
from stripper.engine.columns import restored
from stripper.engine.columns import values as column_values
from stripper.engine.records import removed_lines
from stripper.engine.statistics import document_keys
from stripper.errors import StripperError
from stripper.reading.decoding import encode
from stripper.reading.forms import AUTO
from stripper.reading.forms import FORMS as NAMED_FORMS
from stripper.runs.batch import Run
from stripper.runs.discovery import Grouping
from stripper.runs.files import REMOVED
from stripper.runs.restore import restore_bytes, restore_files
from stripper.runs.results import Options
from stripper.runs.store import Store

SECONDS = 20  # of processor time, so that a busy machine does not matter; a try that takes more hangs
WORDS = [
    "ferry",
    "quay",
    "Tual",
    "(Kei)",
    "-",
    "sails",
    "again",
    "Monday",
    "12",
    "on",
    "the",
    "—",
    "İzmir",
    "港",
    "ﬁsh",
]
FORMS = [AUTO, *NAMED_FORMS]
LINES = [
    "Share", "Home | Islands | Weather | Sport | Log in", "By Ann Reed", "May 3, 2021", "(12)", "Comments (3)",
    "1. one", "Read also: Why the harbour wall is not mended", "Advertisement", "© 2021 Harbour Press",
    "Share this Share this",
    "The ferry that ties the islands to the mainland left its berth on Monday.", "The ferry that ties the is-",
    "lands to the mainland", "Photo: Ann/AP. The ferry sails again from Monday on, its captain says.",
    "# Heading", "- [Home](/)", "* item", "```", "> quote", "| a | b |", "|---|---|", "---", "title: x", "[x]: http://a",
    "<div>", "\ufeffShare", "\0", "Share\0this", "\u200bShare", "\u202eerahS", "ＳＨＡＲＥ", "İstanbul", "e\u0301" * 5,
    "a" * 3000, " " * 500, "\t", "😀", "\ud83d", "\x1b[31mShare",
]  # fmt: skip
ODD = ["", "\0", "\x1b[2J", "\ud800", "\u202e", "a" * 3000, "[/b]", "../../x", "\n", "9" * 30, "NaN", "-1", "1e999"]
ENDINGS = ["\n", "\n", "\r\n", "\r", "\n\n", " \n", "\x0b", "\u2028"]


def texts(chance: random.Random) -> str:
    """A page of few words, so that what patterns take overlaps."""
    lines = [" ".join(chance.choices(WORDS, k=chance.randint(0, 14))) for _ in range(chance.randint(0, 9))]
    lines = [line * chance.choice([1, 1, 1, 2]) + chance.choice(["", "", ".", " (ANI)"]) for line in lines]
    return "".join(line + chance.choice(ENDINGS) for line in lines * chance.choice([1, 1, 2]))


def patterns(chance: random.Random, depth: int = 3) -> str:
    """A regular expression that compiles, most of the time."""
    if depth == 0 or chance.random() < 0.3:
        return re.escape(" ".join(chance.choices(WORDS, k=chance.randint(1, 3))))
    one, two = patterns(chance, depth - 1), patterns(chance, depth - 1)
    shapes = [
        "{0}{1}",
        "{0} {1}",
        "(?:{0}|{1})",
        "(?P<cut>{0}) {1}",
        "{0}?",
        "(?:{0})+",
        "(?:{0}){{2,3}}",
        "(?={0})",
        "(?<={0}) {1}",
        "(?<!{0}){1}",
        r"\b{0}\b",
        "^{0}",
        "{0}$",
        r"\w+ {0}",
        "(?i:{0})",
        "[a-q ]*{0}",
        ".{{0,4}}{1}",
        r"{0}\X",
        r"\p{{Lu}}\w*",
        r"({0})\1",
        "(?>{0})",
        "{0}*+",
        r"\K{0}",
        "(?r){0}",
        "(?:{0}){{e<=1}}",
        "(?|({0})|({1}))",
        "(?&x){0}",
        "(?R)?",
        "({0}",
    ]
    return chance.choice(shapes).format(one, two)


def packs(chance: random.Random) -> str:
    """A pack in which all mechanisms meet, and cuts overlap."""
    rules = []
    for number in range(chance.randint(1, 9)):
        action = chance.choice(["trim", "trim", "trim", "remove", "keep"])
        phrase = " ".join(chance.choices(WORDS, k=chance.randint(1, 4)))
        match = f"pattern = [{json.dumps(patterns(chance))}]"
        if action != "trim" and chance.random() < 0.5:
            match = f"{chance.choice(['whole', 'starts', 'ends', 'contains'])} = [{json.dumps(phrase)}]"
        body = f"action = '{action}'\nmatch = {{ {match} }}"
        if chance.random() < 0.3:
            body = chance.choice(
                [
                    "duplicate = { scope = 'line' }",
                    "duplicate = { scope = 'line', between = true }",
                    "duplicate = { scope = 'adjacent' }",
                    "duplicate = { scope = 'document' }",
                    "run = { min-lines = 2 }",
                    f"match = {{ {match} }}\nsection = {{ until = '{chance.choice(['end', 'prose', 'blank'])}' }}",
                    f"guard = {{ scope = 'document', min-words = {chance.randint(0, 30)}, undo = ['line'] }}",
                    f"guard = {{ scope = 'rule', kinds = ['line', 'section'], max-share = {chance.random():.2f} }}",
                ]
            )
        if chance.random() < 0.2:
            body += f"\nwhere = {{ max-words = {chance.randint(0, 9)}, min-digits = {chance.randint(0, 2)} }}"
        category = chance.choice(["promo", "caption", "share", "title", "body"])
        rules.append(f"[[rule]]\nid = 'f.r{number}'\ncategory = '{category}'\nsummary = 's'\nreason = 'r'\n{body}\n")
    return "schema-version = 1\n" + "".join(rules)


def values(chance: random.Random, depth: int = 3) -> Any:
    """Anything that JSON can say."""
    kinds: list[Callable[[], Any]] = [
        lambda: chance.choice(ODD),
        lambda: chance.randint(-3, 99),
        lambda: chance.choice([10**30, -1, 0.5, 1e300, float("nan")]),
        lambda: chance.choice([None, True, False]),
        lambda: " ".join(chance.choices(WORDS, k=3)),
    ]
    if depth:
        kinds += [
            lambda: [values(chance, depth - 1) for _ in range(chance.randint(0, 4))],
            lambda: {chance.choice(["at", "text", "start", "x"]): values(chance, depth - 1) for _ in range(3)},
        ]
    return chance.choice(kinds)()


def damaged(chance: random.Random, data: bytes) -> bytes:
    """A file cut short, with bytes changed, put in, left out, or moved."""
    for _ in range(chance.randint(1, 3)):
        start = chance.randint(0, len(data))
        end = min(len(data), start + chance.choice([0, 1, 1, 4, 40, 4096]))
        new = chance.choice([b"", b"\0", b"\xff" * 3, chance.randbytes(8), data[:20], bytes(end - start), b"[" * 5000])
        data = data[:start] + chance.choice([new, new, b""]) + data[chance.choice([end, end, len(data)]) :]
    return data


def damage_bytes(chance: random.Random, path: Path) -> None:
    data = path.read_bytes()
    if chance.random() < 0.3:
        data = damaged(chance, data)
    for _ in range(chance.randint(1, 20)):
        start = chance.randint(0, len(data))
        new = chance.choice([chance.randbytes(1), chance.randbytes(4), bytes(8), b"\xff"])
        data = data[:start] + new + data[start + len(new) :]
    path.write_bytes(data)


def damage_log(chance: random.Random, path: Path) -> None:
    """Bytes changed, lines that come and go, or values under a right checksum."""
    if chance.random() < 0.3:
        damage_bytes(chance, path)
        return
    lines = path.read_bytes().splitlines(keepends=True)
    rows = [json.loads(line[9:]) for line in lines]
    for _ in range(chance.randint(1, 3)):
        row = [*chance.choice(rows)]
        row[chance.randrange(len(row))] = chance.choice(
            [values(chance), 5, None, "", "00", "zz", "00" * 16, [], {}, "\udcff", "[" * 9000, "1.txt", "run", "done",
             json.dumps({"notes": [["odd", "a", "b"]], "lines": values(chance)}), '{"notes": [[]]}']
        )  # fmt: skip
        made = json.dumps(chance.choice([row, row, row, row[:-1], [*row, 1], [], 7, [row]])).encode()
        line = b"%08x %s\n" % (zlib.crc32(made), made)
        at = chance.randint(0, len(lines))
        lines[at : at + chance.randint(0, 1)] = [chance.choice([*[line] * 3, line[:-1], b"", bytes(99), lines[-1]])]
    path.write_bytes(b"".join(lines))


def damage_database(chance: random.Random, path: Path) -> None:
    """Bytes changed, or values, or what a table is."""
    if chance.random() < 0.4:
        damage_bytes(chance, path)
        return
    with contextlib.closing(sqlite3.connect(path)) as database, contextlib.suppress(sqlite3.Error):
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        table = chance.choice(tables)
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        endless = "WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) SELECT x FROM t WHERE x < 0"
        value = chance.choice(
            [
                json.dumps(values(chance)),
                chance.randbytes(16),
                None,
                2**62,
                -5,
                9e999,
                b"",
                "x",
                '{"notes": [[]]}',
                json.dumps({"notes": [["odd", "a", "b"]], "lines": values(chance)}),
                "[" * 100_000,
                b"\xff" * 24,
                3,
                chance.randint(0, 2**70) % 2**62,
                bytes(8) + chance.randbytes(8),
                "folder",
                b"./",
            ]
        )
        if chance.random() < 0.75:
            column = chance.choice(columns)
            if chance.random() < 0.5:  # what could stand there
                value = {"documents": chance.randint(0, 50), "name": chance.choice([b"a/", b"\xff"])}.get(
                    column, chance.randbytes(8 * chance.randint(0, 3))
                )
            where = chance.choice(["", "WHERE rowid = 1"])
            database.execute(f"UPDATE OR REPLACE {table} SET {column} = ? {where}", (value,))
        else:
            statements = [
                f"DROP TABLE {table}",
                f"DELETE FROM {table}",
                f"ALTER TABLE {table} ADD COLUMN more",
                "PRAGMA user_version = 7",
                f"DROP TABLE {table}; CREATE VIEW {table} AS {endless}",
                "CREATE TABLE other (x)",
                f"CREATE TRIGGER t BEFORE INSERT ON {table} BEGIN SELECT x FROM ({endless}); END",
                f"ALTER TABLE {table} RENAME TO more",
                "PRAGMA journal_mode = wal",
                "PRAGMA auto_vacuum = 1; VACUUM",
            ]
            database.executescript(chance.choice(statements))
        database.commit()


def try_page(chance: random.Random, folder: Path) -> str:
    """All of a page is kept or taken, whatever form it is read in and in whatever encoding; and the same each time."""
    lines = chance.choices(LINES, k=chance.choice([1, 3, 10, 40, 120]))
    text = "".join(line + (chance.choice(ENDINGS) if chance.random() < 0.3 else "\n") for line in lines)
    form = chance.choice(FORMS)
    outcome = stripper.strip(text, form=form)
    taken = column_values(outcome, ["removed"], default_rules())["stripper_removed"]
    assert restored(outcome.text, taken) == text and stripper.strip(text, form=form) == outcome
    text = text.replace("\0", "")  # bytes with one are no text
    data = text.encode(chance.choice(["utf-8", "utf-16", "utf-16-le", "cp1252", "shift_jis", "gb18030"]), "replace")
    data = damaged(chance, data) if chance.random() < 0.3 else data
    try:
        outcome = stripper.strip_bytes(data, form=form)
    except stripper.InputError:
        return "refused"
    kept = encode(outcome.text, outcome.document)
    assert restore_bytes(kept, removed_lines(outcome).encode("utf-8"), "page") == data
    return f"cleaned as {form}"


def try_pack(chance: random.Random, folder: Path) -> str:
    pack, text = folder / "p.toml", texts(chance)
    pack.write_text(packs(chance), "utf-8")
    try:
        rules = stripper.load_rules([pack], default=chance.random() < 0.01)
        outcome = stripper.strip_bytes(text.encode(), rules=rules)
    except StripperError:
        return "refused"
    removed = outcome.removed
    ends = [0, *(each.end for each in removed)]
    assert all(end <= each.start for end, each in zip(ends, removed, strict=False)), "spans overlap"
    assert all(each.rule and each.category for each in removed)
    kept = encode(outcome.text, outcome.document)
    assert restore_bytes(kept, removed_lines(outcome).encode(), "page") == text.encode(), "another text is restored"
    return "cut" if removed else "left"


def try_removed(chance: random.Random, folder: Path) -> str:
    """Never anything but the original comes out of a damaged file of what was taken."""
    page = ("Share\n" + texts(chance)).encode()
    outcome = stripper.strip_bytes(page, rules=small_rules())
    cleaned, rows = encode(outcome.text, outcome.document), removed_lines(outcome).splitlines()
    if chance.random() < 0.6:
        records = [json.loads(row) for row in rows]
        for _ in range(chance.randint(1, 3)):
            record = chance.choice(records)
            record[chance.choice([*record, "at", "text", "bom", "encoding"])] = values(chance)
        rows = [json.dumps(record) for record in records]
        chance.shuffle(rows) if chance.random() < 0.2 else None
        removed = "\n".join(rows).encode("utf-8", "surrogatepass")
    else:
        removed = damaged(chance, "\n".join(rows).encode())
    (folder / "page.txt").write_bytes(cleaned)
    (folder / f"page.txt{REMOVED}").write_bytes(removed)
    try:
        assert restore_bytes(cleaned, removed, "page") == page, "another text is restored"
    except StripperError:
        before = (folder / "page.txt").read_bytes()
        assert all(each.problem for each in restore_files([folder]))
        assert (folder / "page.txt").read_bytes() == before
        return "refused"
    return "restored"


def small_rules() -> stripper.RuleSet:
    return _loaded.setdefault("small", default_rules().with_options(disable=frozenset({"core.body"})))


_loaded: dict[str, Any] = {}


def run(folder: Path, **options: Any) -> Report:
    report = Report()
    with Run([folder / "in"], small_rules(), Options(folder / "out", removed=True, **options)) as batch:
        for _ in batch.count_lines():
            pass
        for result in batch.clean():
            report.add(result)
        batch.stale()
    json.dumps(report.as_dict()), report.summary(False), report.resumed()
    return report


def try_manifest(chance: random.Random, folder: Path) -> str:
    """Whatever stands in `.stripper`, a run that goes on ends with what a new one writes."""
    (folder / "in").mkdir()
    for number in range(4):
        (folder / "in" / f"{number}.txt").write_text(f"Share\n{texts(chance)}Boats at sea\n", "utf-8")
    run(folder)
    whole = {path.name: path.read_bytes() for path in (folder / "out").glob("*.txt*")}
    damage_log(chance, folder / "out" / ".stripper" / "manifest.jsonl")
    victim = chance.choice([*whole, None, None])
    if victim:
        path = folder / "out" / victim
        chance.choice(
            [path.unlink, lambda: path.write_bytes(damaged(chance, path.read_bytes())), lambda: path.write_bytes(b"")]
        )()
    report = run(folder, resume=True)
    assert not report.failures, report.failures
    assert {path.name: path.read_bytes() for path in (folder / "out").glob("*.txt*")} == whole, "outputs differ"
    assert all(not each.problem for each in restore_files([folder / "out"], folder / "back"))
    return "all again" if not report.done_before else "gone on"


def try_statistics(chance: random.Random, folder: Path) -> str:
    path, page = folder / "s.sqlite", stripper.Document(texts(chance))
    by = chance.choice(["folder", "run", "([^/]+)/"])
    with contextlib.closing(Store(path, by)) as store:
        for name in ("./", "the run", "a/"):
            counts = stripper.Statistics(name=name)
            for _ in range(chance.randint(0, 9)):
                counts.add(document_keys(page, small_rules().orthography))
            store.put(counts)
        store.save()
    damage_database(chance, path)
    try:
        with contextlib.closing(Store(path)) as store:
            groups = [*store.names(2), *Grouping(store.group_by).guesses("a/b.txt")]
            found = [counts for name in groups if (counts := store.get(name)) is not None]
            for counts in found:
                stripper.strip(page.text, rules=small_rules(), statistics=counts)
    except StripperError:
        return "refused"
    return "used" if found else "no group"


KINDS: dict[str, Callable[[random.Random, Path], str]] = {
    "pages": try_page,
    "packs": try_pack,
    "removed": try_removed,
    "manifest": try_manifest,
    "statistics": try_statistics,
}


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise AssertionError(f"takes more than {seconds} seconds")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def attempt(kind: str, number: int) -> str:
    """What became of one try; raises AssertionError, or whatever the program should not, if it shows a fault."""
    small_rules()  # loaded before time is taken
    folder = Path(tempfile.mkdtemp(prefix="stripper-fuzz-"))
    try:
        with time_limit(SECONDS):
            return KINDS[kind](random.Random(f"{kind} {number}"), folder)
    except BaseException as error:
        error.add_note(f"python tests/fuzz.py --seed {number} --tries 1 {kind}")
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", default=list(KINDS))
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1, help="number of the first try")
    parser.add_argument("--tries", type=int, default=10**9, help="of each kind, at most")
    given = parser.parse_args()
    end, number, faults = time.monotonic() + given.seconds, given.seed, 0
    fates: Counter[tuple[str, str]] = Counter()
    while time.monotonic() < end and number < given.seed + given.tries:
        for kind in given.kinds:
            try:
                fates[kind, attempt(kind, number)] += 1
            except Exception as error:
                faults += 1
                print(f"{type(error).__name__}: {str(error)[:300]}; again with: {error.__notes__[-1]}", file=sys.stderr)
        number += 1
    for kind in given.kinds:
        counts = {fate: count for (of, fate), count in sorted(fates.items()) if of == kind}
        print(f"{kind}: {sum(counts.values()):,} tried: " + ", ".join(f"{n:,} {fate}" for fate, n in counts.items()))
    print(f"{faults:,} faults")
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
