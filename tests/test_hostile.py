"""Texts and packs that want to do harm: nothing crashes, hangs, takes memory without bound, or reaches a terminal.

`tests/bench/hostile.py` runs the same inputs at full size; STRIPPER_FUZZ=100 makes up a hundred times as many.
"""

from __future__ import annotations

import json
import os
import threading
import time
from contextlib import closing
from dataclasses import fields
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from bench.hostile import HEAD, PACK_PAGE, PACKS, RULE, TEXTS
from conftest import Run, files
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_cli import on_terminal
from test_properties import check_partition

import stripper
from stripper.authoring.checks import check_rules
from stripper.engine.matching.compiled_rule import CompiledRule
from stripper.engine.matching.patterns import PatternLibrary
from stripper.errors import RuleError, StripperError
from stripper.reading.decoding import encode
from stripper.reading.page import Page
from stripper.rules import format as rules
from stripper.rules.loading import load_rules
from stripper.rules.ruleset import RuleSet

SMALL = 0.01
FUZZ = int(os.environ.get("STRIPPER_FUZZ", "1"))  # how many times as many inputs to make up


@pytest.mark.long
@pytest.mark.parametrize("name", TEXTS)
def test_texts_are_borne(name: str) -> None:
    text = TEXTS[name](SMALL)
    stripper.strip("warm up")
    start = time.perf_counter()
    check_partition(stripper.strip(text))
    once = time.perf_counter() - start
    start = time.perf_counter()
    stripper.strip(TEXTS[name](2 * SMALL))
    # Twice the text takes about twice the time; what grew by the square at this size would take minutes at full size.
    assert time.perf_counter() - start < 3.2 * once + 0.3


@pytest.mark.parametrize("name", ["colons without end", "words within words", "a gap without end", "notes without end"])
def test_signs_without_end_take_time_by_their_number(name: str) -> None:
    text = TEXTS[name](2 * SMALL) * 2
    stripper.strip("# warm", form="markdown")
    start = time.process_time()
    stripper.strip(text)
    assert time.process_time() - start < 3  # and took ten times that


SLOW = ("many rules", "one phrase of many words", "large repeats", "recursion")


@pytest.mark.parametrize("name", [pytest.param(each, marks=[pytest.mark.long] * (each in SLOW)) for each in PACKS])
def test_packs_are_borne(run: Run, tmp_path: Path, name: str) -> None:
    scale = 1.0 if name in ("large pack", "nested", "nested tables", "nested conditions", "other files") else 0.02
    (tmp_path / "pack.toml").write_text(PACKS[name](scale))
    refused = ("large pack", "nested", "nested tables", "nested conditions", "other files")
    status = 2 if name in refused else 1 if name in ("blow-up", "large repeats") else 0
    done = run("strip", "--rules", "pack.toml", input=PACK_PAGE, status=status)
    if status == 2:
        assert done.stdout == b"" and all(
            line.startswith(b"stripper: pack.toml: ") for line in done.stderr.splitlines()
        )
    else:
        assert b"The ferry sails again" in done.stdout


def test_a_pack_names_no_other_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pack.toml").write_text(PACKS["other files"](1))
    said = run("strip", "--rules", "pack.toml", status=2).stderr
    assert b"pack.toml: include: unknown key" in said and b"root:" not in said


SLOW = RULE.format(0).replace('starts = ["buy oats 0"]', "pattern = ['^(a|aa)+$']")


@pytest.mark.long
def test_a_rule_that_runs_out_of_time_is_switched_off_for_the_run(run: Run, tmp_path: Path) -> None:
    """After three pages, in the order of the files; the same with any number of workers, and when resumed."""
    (tmp_path / "slow.toml").write_text(HEAD + SLOW)
    (tmp_path / "in").mkdir()
    for number in range(9):
        slow = "a" * 60 + "b\n" if number in (1, 2, 4, 6) else ""
        (tmp_path / "in" / f"{number}.txt").write_text(f"{slow}aaaa\nThe ferry {'sails ' * 20}at {number}.\nbe\n")
    for jobs in ("1", "3"):
        done = run(
            "batch", "in", "--output", f"out{jobs}", "--jobs", jobs, "--rules", "slow.toml", "--report", "r.json",
            "--no-cross-document", status=1,
        )  # fmt: skip
        said = done.stderr.decode()
        assert [f"in/{n}.txt: own.promo.r0: ran out of time" in said for n in range(9)] == [
            n in (1, 2, 4) for n in range(9)
        ]
        assert "own.promo.r0: ran out of time on several pages and was switched off" in said
        report = json.loads((tmp_path / "r.json").read_text())
        assert report["switched_off"] == ["own.promo.r0"] and report["timeouts"]["total"] == 3
        out = files(tmp_path / f"out{jobs}")
        assert [b"aaaa\n" in out[f"{n}.txt"] for n in range(9)] == [n not in (0, 3) for n in range(9)]
    assert files(tmp_path / "out1") == files(tmp_path / "out3")
    run("batch", "in", "--output", "out3", "--rules", "slow.toml", "--no-cross-document", "--resume", status=1)
    assert files(tmp_path / "out1") == files(tmp_path / "out3")


@pytest.mark.long
def test_a_rule_that_runs_out_of_time_is_said_by_all_that_clean(run: Run, tmp_path: Path) -> None:
    (tmp_path / "slow.toml").write_text(HEAD + SLOW)
    page = f"{'a' * 60}b\nThe ferry {'sails ' * 20}again.\n".encode()
    for command in ("strip", "diff", "explain"):
        said = run(command, "--rules", "slow.toml", input=page, status=1).stderr
        assert b"own.promo.r0: ran out of time" in said, command


@pytest.fixture
def short_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("patterns.PATTERN", 0.02), ("budget.RULE", 0.05), ("budget.PAGE", 0.2)):
        monkeypatch.setattr(f"stripper.engine.matching.{name}_TIMEOUT", seconds)


def rules_of(tmp_path: Path, *patterns: str) -> RuleSet:
    rules = [SLOW.replace("^(a|aa)+$", each).replace("r0", f"r{number}") for number, each in enumerate(patterns)]
    (tmp_path / "slow.toml").write_text(HEAD + "".join(rules))
    return load_rules([tmp_path / "slow.toml"], default=False)


def test_a_rule_has_one_budget_for_all_lines_of_a_page(short_of_time: None, tmp_path: Path) -> None:
    """Each search stays below what one may take."""
    text = "Share\n" + "".join(f"{'a' * 21}b{number}\n" for number in range(3000))
    start = time.process_time()
    outcome = stripper.strip(text, rules=rules_of(tmp_path, "^(a|aa)+$", "^Share$"))
    assert time.process_time() - start < 2
    assert [(note.kind, note.rule) for note in outcome.notes] == [("timeout", "own.promo.r0")]
    assert "Share" not in outcome.text


def test_a_page_has_one_budget_for_all_its_rules(short_of_time: None, tmp_path: Path) -> None:
    patterns = [f"^(a|aa)+[^ab]{{1,{number + 1}}}$" for number in range(500)]
    start = time.process_time()
    outcome = stripper.strip("a" * 60 + "b\n", rules=rules_of(tmp_path, *patterns))
    assert time.process_time() - start < 2 and outcome.notes


@pytest.mark.long
def test_rules_of_strangers_that_run_out_leave_the_others_their_time(short_of_time: None, tmp_path: Path) -> None:
    patterns = [f"^(a|aa)+[^ab]{{1,{number + 1}}}$" for number in range(20)]
    page = "".join(f"{'a' * 60}b{number}\n" for number in range(9)) + "Share\nPhoto: Ann/AP. The ferry sails again.\n"
    rules_of(tmp_path, *patterns)
    outcome = stripper.strip(page, rules=load_rules([tmp_path / "slow.toml"]))
    assert {note.rule.partition(".")[0] for note in outcome.notes if note.kind == "timeout"} == {"own"}


def test_time_in_which_others_had_the_processor_counts_for_no_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a wall clock that goes a thousand times as fast as that of the processor."""
    for module in ("reading.clock", "engine.matching.patterns"):
        monkeypatch.setattr(f"stripper.{module}.perf_counter", lambda: time.perf_counter() * 1000)
    page = "By Ann Reed\nPhoto: Ann/AP. The ferry sails again from Monday on, as its captain told the Post.\n" * 300
    assert not [note for note in stripper.strip(page).notes if note.kind == "timeout"]


@pytest.mark.long
def test_rules_that_run_out_one_behind_the_other_take_one_more_pass(short_of_time: None, tmp_path: Path) -> None:
    """Each rule takes the line on which the next would run out."""
    count = 1200
    patterns = [f"^(?:t{number + 1} |t{number} (?:a|aa)+$)" for number in range(count)]
    lines = [f"t{number} {'a' * 60}!\n" for number in range(count, -1, -1)]
    start = time.monotonic()
    outcome = stripper.strip("".join(lines), rules=rules_of(tmp_path, *patterns))
    assert time.monotonic() - start < 5
    slow = {note.rule for note in outcome.notes}
    assert len(slow) > 2 and {"own.promo.r0", "own.promo.r1"} <= slow
    assert not slow & {each.rule for each in outcome.decisions}


def test_phrases_of_conditions_take_of_the_time_of_a_rule(short_of_time: None, tmp_path: Path) -> None:
    phrases = ",".join(f"'e {number}'" for number in range(20_000))
    rule = SLOW.replace("pattern = ['^(a|aa)+$']", "starts = ['ferry']")
    where = f"where = {{ previous = {{ match = {{ contains = [{phrases}] }} }} }}\n"
    (tmp_path / "slow.toml").write_text(HEAD + rule + where)
    rules = load_rules([tmp_path / "slow.toml"], default=False)
    start = time.process_time()
    outcome = stripper.strip("".join(f"Ferry {number} sails.\n\n" for number in range(3000)), rules=rules)
    assert time.process_time() - start < 5
    assert [(note.kind, note.rule) for note in outcome.notes] == [("timeout", "own.promo.r0")]


PHRASES = ",".join(f"'e {number}'" for number in range(400))


@pytest.mark.parametrize(
    "what",
    [
        f"run = {{}}\nwhere = {{ previous = {{ match = {{ contains = [{PHRASES}] }} }} }}",
        f"run = {{}}\nunless = {{ match = {{ contains = [{PHRASES}] }} }}",
        f"match = {{ whole = ['ferry'] }}\nwhere = {{ previous = {{ match = {{ contains = [{PHRASES}] }} }} }}",
        f"match = {{ whole = ['ferry'] }}\nsection = {{ until = 'end', until-match = {{ contains = [{PHRASES}] }} }}",
        "match = { whole = ['ferry'] }\nsection = { until = 'end', needs-end = true, until-match = { whole = ['e'] } }",
        "run = {}\nwhere = " + "{ max-words = 9, previous = " * 15 + "{}" + " }" * 15,
        "duplicate = { scope = 'adjacent' }",
        "where = { list-item = true }",
    ],
)
def test_what_rules_of_strangers_ask_of_all_lines_is_bounded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, what: str
) -> None:
    """However little each asks: fewer phrases than are worth a look at the clock, or none."""
    rule = SLOW.replace("match = { pattern = ['^(a|aa)+$'] }", what)
    assert rule != SLOW
    (tmp_path / "many.toml").write_text(HEAD + "".join(rule.replace("r0", f"r{number}") for number in range(50)))
    rules = load_rules([tmp_path / "many.toml"], default=False)
    monkeypatch.setattr("stripper.engine.matching.budget.MOST_STEPS", 20_000)
    start = time.process_time()
    outcome = stripper.strip("* Ferry\n" * 3000, rules=rules)
    assert [note.rule for note in outcome.notes if note.kind == "timeout"]
    assert time.process_time() - start < 5


@pytest.mark.parametrize("own", [False, True])
def test_the_section_of_a_rule_that_ran_out_of_time_ends_at_any_line(tmp_path: Path, own: bool) -> None:
    what = "match = { whole = ['ferry'] }\nsection = { until = 'end', until-match = { pattern = ['^e$'] } }"
    (tmp_path / "slow.toml").write_text(HEAD + SLOW.replace("match = { pattern = ['^(a|aa)+$'] }", what))
    rules = load_rules([tmp_path / "slow.toml"], default=False)
    page = Page(stripper.Document("Ferry\nAnn\n"), rules.orthography)
    rule = CompiledRule(rules.rules[0], 0, rules.orthography, PatternLibrary(), own)
    assert not rule.ends(page, 1)
    page.timed_out.add(rule.rule.id)
    assert rule.ends(page, 1)


def test_rules_that_all_ask_for_each_line_are_too_many(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever is known of the lines of a page from those before it."""
    monkeypatch.setattr("stripper.engine.matching.prefilter.MOST_ASKED", 2000)
    rules = rules_of(tmp_path, *[f"^Ferry (?!{number})" for number in range(100)])
    page = "".join(f"Ferry {number} sails again from Monday on.\n\n" for number in range(15))
    for number in range(3):
        assert len(stripper.strip(page.replace("again", str(number)), rules=rules).removed) > 9
        assert not stripper.strip(page.replace("again", str(number)), rules=rules).notes
    left = stripper.strip(page.replace("again", "0") + page.replace("again", "1"), rules=rules)
    assert {note.kind for note in left.notes} == {"timeout"} and not left.removed


def test_rules_that_each_go_through_all_of_a_page_are_so_many_at_most(tmp_path: Path) -> None:
    for what in ("run = {}", "where = { list-item = true }", "duplicate = { scope = 'document' }"):
        rule = SLOW.replace("match = { pattern = ['^(a|aa)+$'] }", what)
        assert rule != SLOW
        (tmp_path / "many.toml").write_text(HEAD + "".join(rule.replace("r0", f"r{number}") for number in range(60)))
        text = "* Ferry\n\nHarbour\n"
        outcome = stripper.strip(text, rules=load_rules([tmp_path / "many.toml"], default=False))
        assert sum(note.kind == "timeout" for note in outcome.notes) == 10


@pytest.mark.parametrize(
    ("form", "head", "piece", "count"),
    [
        ("plain", "The ferry ", "xq b ", 100_000),
        ("wrapped", "", "The ferry sails xq there and is here {}\n", 10_000),
        ("markdown", "The [ferry](http://a.example) ", "xq b ", 3000),
    ],
)
def test_any_number_of_cuts_takes_bounded_time(tmp_path: Path, form: str, head: str, piece: str, count: int) -> None:
    (tmp_path / "cut.toml").write_text(HEAD + SLOW.replace("^(a|aa)+$", "xq") + "action = 'trim'\n")
    rules = load_rules([tmp_path / "cut.toml"], default=False)
    few, many = (head + "".join(map(piece.format, range(each))) + "\n" for each in (9, count))
    few_cut = stripper.strip(few, rules=rules, form=form)
    assert len(few_cut.removed) == 9
    start = time.process_time()
    check_partition(stripper.strip(many, rules=rules, form=form))
    assert time.process_time() - start < 15


def test_a_worker_that_dies_takes_one_file_with_it(tmp_path: Path) -> None:
    from stripper.runs.pool import Pass, WorkerPool

    with pytest.raises(ZeroDivisionError):
        list(WorkerPool((), 2).answers(iter([[1], [0]]), Pass(_do, list, _gone)))
    work = [[1, 2, 3], [4, -1, 5], *([n, n] for n in range(6, 30))]
    answers = list(WorkerPool((), 2).answers(iter(work), Pass(_do, lambda piece: [[n] for n in piece], _gone)))
    assert [n for _, answer in answers for n in answer] == [
        "gone" if n == -1 else 60 // n for piece in work for n in piece
    ]


def test_what_is_too_large_to_be_handed_to_a_worker_is_lost_alone() -> None:
    from stripper.runs.pool import Pass, WorkerPool

    class Large(list[int]):
        def __reduce__(self) -> str:
            raise MemoryError

    work = iter([[1], Large([2]), [3]])
    with closing(WorkerPool((), 2)) as pool:
        assert [answer for _, answer in pool.answers(work, Pass(_do, list, _gone))] == [[60], ["gone"], [20]]


def test_processes_that_cannot_be_had_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from multiprocessing import active_children

    from stripper.errors import OptionError
    from stripper.runs.pool import Pass, WorkerPool

    others = set(active_children())  # of another test
    left, start = [2], BaseProcess.start

    def start_two(process: BaseProcess) -> None:
        if not left[0]:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        left[0] -= 1
        start(process)

    monkeypatch.setattr(BaseProcess, "start", start_two)
    with pytest.raises(OptionError, match="4 processes cannot be had: Resource temporarily unavailable; ask for fewer"):
        list(WorkerPool((), 4).answers(iter([[1], [2]] * 20), Pass(_do, list, _gone)))
    for process in set(active_children()) - others:  # they are killed by then
        process.join(5)
    assert set(active_children()) <= others


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("of", ["concurrent.futures.process", "multiprocessing.queues"])
def test_threads_that_cannot_be_had_are_not_waited_for(monkeypatch: pytest.MonkeyPatch, of: str) -> None:
    """The one that hands out work, or the one that it starts for that."""
    from stripper.errors import OptionError
    from stripper.runs.pool import Pass, WorkerPool

    start = threading.Thread.start

    def start_others(thread: threading.Thread) -> None:
        if of in (type(thread).__module__, getattr(thread._target, "__module__", "")):  # type: ignore[attr-defined]
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_others)
    with pytest.raises(OptionError, match=r"2 processes cannot be .*; ask for fewer"):
        list(WorkerPool((), 2).answers(iter([[1], [2]] * 20), Pass(_do, list, _gone)))


def _do(piece: list[int]) -> list[int]:
    if -1 in piece:
        os._exit(9)
    return [60 // number for number in piece]


def _gone(piece: list[int]) -> list[str]:
    return ["gone" for _ in piece]


# --- what reaches the terminal -------------------------------------------------------------------------------------

CONTROLS = {chr(code) for code in (*range(9), *range(11, 32), *range(127, 160), 0x61C, 0x200E, 0x200F)} | {
    chr(code) for code in (*range(0x2028, 0x202F), *range(0x2066, 0x206A))
}


@pytest.mark.long
def test_neither_pages_nor_packs_reach_the_terminal(run: Run, tmp_path: Path) -> None:
    evil = "".join(sorted(CONTROLS - {"\r", "\0"}))
    odd = json.dumps(f"\x1b]0;gone\x07 {evil}", ensure_ascii=True)
    pack = RULE.format(0).replace('"own.promo.r0"', odd).replace('"Promotes oats"', odd).replace('"Oats 0"', odd)
    (tmp_path / "evil.toml").write_text(HEAD + pack + "# \u202e\x9b2J\n", "utf-8")
    page = f"Buy oats 0 {evil}\x1b[2J\nShare\x1b[31m\nThe \x9b1mferry{evil} sails.\nbuy oats 0\n".replace("\x1c", "")
    (tmp_path / "page.txt").write_bytes(page.encode())
    commands = [
        ["diff", "page.txt"], ["diff", "--side-by-side", "page.txt"], ["explain", "page.txt"],
        ["explain", "--format", "json", "page.txt"], ["strip", "--format", "json", "page.txt"], ["rules", "list"],
    ]  # fmt: skip
    for command in commands:
        seen = on_terminal(*command, "--rules", "evil.toml", cwd=tmp_path, NO_COLOR="1")
        assert len(seen) > 200
        own = seen.replace("\x1b[1m", "").replace("\x1b[0m", "").replace("\x1b[2m", "").replace("\x1b[9m", "")
        assert not CONTROLS & set(own.replace("\r\n", "\n")), command
    for command in commands[1:]:
        shown = run(*command, "--rules", "evil.toml").stdout.decode()
        assert not CONTROLS & set(shown), command
    shown = run("rules", "show", json.loads(odd), "--rules", "evil.toml").stdout.decode()
    assert not CONTROLS & set(shown)


# --- fuzzed --------------------------------------------------------------------------------------------------------

ODD = st.sampled_from(
    ["\ud800", "\udfff", "\u202e", "\x1b[2J", "\0", "\u0301" * 40, "\ufdfa", "\U0010ffff", "İ", "ß", "\x85"]
)


@given(st.lists(st.binary(max_size=60) | ODD.map(lambda char: char.encode("utf-8", "surrogatepass")), max_size=30))
@settings(deadline=None, max_examples=200 * FUZZ)
def test_any_bytes_are_cleaned_or_refused(pieces: list[bytes]) -> None:
    try:
        outcome = stripper.strip_bytes(b"".join(pieces))
    except stripper.InputError:
        return
    check_partition(outcome)
    encode(outcome.text, outcome.document)


@given(st.lists(st.text(max_size=40) | ODD, max_size=30).map("\n".join))
@settings(deadline=None, max_examples=150 * FUZZ)
def test_any_text_is_cleaned(text: str) -> None:
    """Lone surrogates and all: the library takes any `str`."""
    check_partition(stripper.strip(text))


def test_a_number_may_stand_in_the_last_line() -> None:
    above = "# Heading\nHome | Islands | Weather | Sport | Log in\n|---|---|\n\x1b[31mShare\n\ufeffShare\r# Heading\n"
    check_partition(stripper.strip(f"{above}1. one\x1e\x1b[31mShare\n", form="plain"))


TABLES = (rules.Rule, rules.Match, rules.Conditions, rules.Section, rules.Duplicate, rules.Guard, rules.Title)
KEYS = st.sampled_from([item.name.replace("_", "-") for table in TABLES for item in fields(table)] + ["nonsense"])
PATTERNS = st.text(r"ab()[]{}*+?|\^$.:<>=!0159,-PQRdwsuU ", max_size=12)
VALUES = st.recursive(
    st.sampled_from(["promo", "remove", "trim", "keep", "line", "document", "documents", "after", "rule", "end", ""])
    | PATTERNS | st.integers(-3, 2**70) | st.floats() | st.booleans() | st.lists(PATTERNS, max_size=3),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(KEYS, values, max_size=4),
    max_leaves=6,
)  # fmt: skip


def toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    text = json.dumps(value)
    return {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}.get(text, text)


@pytest.mark.long
@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=6), max_size=3), st.booleans())
@settings(deadline=None, max_examples=60 * FUZZ, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_pack_is_loaded_or_refused(tmp_path: Path, tables: list[dict[str, object]], whole: bool) -> None:
    """Tables of known keys and any values, most of them made whole enough to get past the first problem."""
    base = {"category": "promo", "summary": "s", "reason": "r", "match": {"pattern": ["a+"]}}
    lines = ["schema-version = 1"]
    for number, table in enumerate(tables):
        lines += [
            "[[rule]]",
            *(f"{k} = {toml(v)}" for k, v in ({**base, "id": f"r{number}", **table} if whole else table).items()),
        ]
    path = tmp_path / "pack.toml"
    path.write_text("\n".join(lines), "utf-8")
    check_pack(path)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: (HEAD + text).encode("utf-8", "replace")))
@settings(deadline=None, max_examples=150 * FUZZ, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_is_a_pack_or_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "pack.toml"
    path.write_bytes(data)
    check_pack(path)


def test_a_body_that_lacks_its_numbers_is_refused_with_a_message(tmp_path: Path) -> None:
    (tmp_path / "pack.toml").write_text(HEAD + '[[rule]]\nid="r"\ncategory="promo"\nsummary=""\nreason=""\nbody={}\n')
    check_pack(tmp_path / "pack.toml")


def check_pack(path: Path) -> None:
    try:
        loaded = load_rules([path], default=False)
        page = "aaaa\nShare\nThe ferry sails again from Monday on.\nab\n"
        check_partition(stripper.strip(page, rules=loaded))
    except RuleError as error:
        assert all(problem.file == str(path) and problem.message for problem in error.problems)
    except StripperError:
        pass
    else:
        for problem in check_rules([path]):
            assert problem.message


ONE = '[[rule]]\nid = "t.{}"\ncategory = "promo"\nsummary = ""\nreason = ""\nmatch = {{ pattern = [\'{}\'] }}\n'


@pytest.mark.parametrize(
    ("pack", "said"),
    [
        (ONE.format(1, "(" * 24 + "ab" + ")+" * 24), "repeats more than"),
        (ONE.format(1, "(?:" * 20 + "ab" + "){1,}" * 20), "repeats more than"),
        (ONE.format(1, "(?:" * 15 + "ab" + "){2}" * 15), "repeats more than"),
        (ONE.format(1, "a{1000000000}"), "repeats more than"),
        (ONE.format(1, f"a{{{1000000:030}}}"), "repeats more than"),
        (ONE.format(1, "(?x:#[\n" + "(?:" * 24 + "ab" + ")+" * 24 + "#]\n)").replace("'", "'''"), "repeats more than"),
        ("".join(ONE.format(number, "(?:abcdefghij){9000}") for number in range(20)), "patterns of the packs repeat"),
        (
            ONE.format(1, "a")
            .replace("pattern", "starts")
            .replace("'a'", ",".join(f"'a{at}'" for at in range(50_001))),
            "more than 50,000 phrases",
        ),
        ("site = [" + "'a'," * 1100 + "]\n" + "".join(ONE.format(at, "a") for at in range(1000)), "texts in lists"),
        (
            ONE.format(1, "a")
            + "keep = ["
            + "'a'," * 2000
            + "]\n"
            + "".join(f"[[rule]]\nid = 'o.{at}'\noverride = 't.1'\n" for at in range(600)),
            "texts in lists",
        ),
        ("site = [" + ",".join(f"'a{at}*'" for at in range(20_001)) + "]\n" + ONE.format(1, "a"), "different globs"),
        (
            ONE.format(1, "a")
            .replace("'a'", ",".join(f"'a{at}'" for at in range(10_000)))
            .replace("] }", "], literals = [" + ",".join(f"'{at}'" for at in range(10_000)) + "] }"),
            "too many for so many",
        ),
        ("disable = [" + ",".join(f"'a{at}'" for at in range(20_000)) + "]", "no category or rule"),
        ("x = 0x" + "f" * 5000, "more than 64 bits"),
        ("x = [[0x" + "f" * 5000 + "]]", "more than 64 bits"),
        (".".join("a" * 200) + " = 1", "nested too deeply"),
    ],
)
def test_what_would_take_all_memory_or_time_is_refused_early(tmp_path: Path, pack: str, said: str) -> None:
    (tmp_path / "t.toml").write_text("schema-version = 1\n" + pack)
    start = time.process_time()
    with pytest.raises(RuleError, match=said):
        load_rules([tmp_path / "t.toml"], default=False)
    assert time.process_time() - start < 20


@pytest.mark.parametrize("pattern", ["[", "a[", "[^", "[[:alpha:", "[abc", "[" * 500])
def test_a_set_that_does_not_end_is_said_to_be_none(tmp_path: Path, pattern: str) -> None:
    (tmp_path / "pack.toml").write_text(HEAD + ONE.format(1, pattern))
    with pytest.raises(RuleError, match="does not compile"):
        stripper.strip("Share\n", rules=load_rules([tmp_path / "pack.toml"], default=False))


def test_what_packs_may_hold_is_for_all_of_them_together(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.toml").write_text(
            "schema-version = 1\n" + "".join(ONE.format(f"{number}-{at}", "(?:ab){40000}") for at in range(5))
        )
    with pytest.raises(RuleError, match="patterns of the packs repeat"):
        load_rules([tmp_path], default=False)
    assert len(load_rules([tmp_path / "0.toml", tmp_path / "1.toml"], default=False).strangers()) == 10


def test_a_rule_may_be_overridden_any_number_of_times(tmp_path: Path) -> None:
    overriding = "".join(f"[[rule]]\nid = 'o.{at}'\noverride = 't.1'\n" for at in range(5000))
    (tmp_path / "t.toml").write_text("schema-version = 1\n" + ONE.format(1, "a") + overriding)
    start = time.process_time()
    assert len(load_rules([tmp_path / "t.toml"], default=False).strangers()) == 5000
    assert time.process_time() - start < 5


@pytest.mark.long
def test_the_weights_of_a_body_may_be_had_so_often_at_most(tmp_path: Path) -> None:
    pack = tmp_path / "t.toml"
    overriding = [f"[[rule]]\nid = 'o.{at}'\noverride = 'core.body'\npath = ['x{at}']\n" for at in range(51)]
    pack.write_text("schema-version = 1\n" + "".join(overriding))
    with pytest.raises(RuleError, match="weights of a body"):
        load_rules([pack])


def test_a_rule_off_in_too_many_places_is_refused(tmp_path: Path) -> None:
    head = "disable = ['promo']\nsite = [" + ",".join(f"'a{at}'" for at in range(30_000)) + "]\n"
    (tmp_path / "a.toml").write_text("schema-version = 1\n" + head)
    (tmp_path / "b.toml").write_text("schema-version = 1\n" + "".join(ONE.format(at, "a") for at in range(40)))
    with pytest.raises(RuleError, match="off in too many places"):
        load_rules([tmp_path], default=False)


def test_a_site_is_one_of_any_number(tmp_path: Path) -> None:
    names = ",".join(f"'a{at}.example'" for at in range(300_000))
    (tmp_path / "t.toml").write_text(f"schema-version = 1\nsite = [{names}, 'b*.example']\n" + ONE.format(1, "^Ferry"))
    loaded = load_rules([tmp_path / "t.toml"], default=False)
    page = "Ferry\nThe ferry sails.\n"
    for site, taken in (("A7.example", 1), ("bc.example", 1), ("c.example", 0)):
        start = time.process_time()
        assert len(stripper.strip(page, rules=loaded, site=site).removed) == taken
        assert time.process_time() - start < 5
