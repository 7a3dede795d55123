"""What must hold for every text: nothing is lost, nothing depends on chance or on the number of workers."""

from __future__ import annotations

import gc
import re
import weakref
from pathlib import Path

import pytest
from conftest import files
from hypothesis import example, given, settings
from hypothesis import strategies as st

import stripper
from stripper.api import default_rules
from stripper.engine.records import removed_lines
from stripper.errors import InputError
from stripper.model import KEPT, Document, Outcome
from stripper.reading.decoding import decode, encode
from stripper.reading.inline import BREAK, visible
from stripper.reading.invisible import seen_lines
from stripper.runs.batch import Run
from stripper.runs.restore import restore_bytes
from stripper.runs.results import Options

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
PAGES = [path.read_bytes().decode("utf-8") for path in sorted(SAMPLES.glob("*.txt")) if ".clean." not in path.name]
LINES = sorted({line for page in PAGES for line in page.split("\n")})
ENDINGS = st.sampled_from(["\n", "\r\n", "\r", "\n\n", " \n", "\n \t\n"])
PIECES = st.sampled_from(LINES) | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)


@st.composite
def pages(draw: st.DrawFn) -> str:
    """Lines of real pages and of anything, with any endings."""
    lines = draw(st.lists(st.tuples(PIECES, ENDINGS), max_size=30))
    return "".join(line + ending for line, ending in lines) + draw(PIECES | st.just(""))


def check_partition(outcome: Outcome) -> None:
    """Kept and removed spans, in order, are the input; every line with text has its decision."""
    text, at, kept = outcome.document.text, 0, []
    for each in sorted(outcome.removed, key=lambda each: each.start):
        assert at <= each.start < each.end <= len(text)
        assert each.rule and each.category and each.reason
        kept.append(text[at : each.start])
        at = each.end
    assert "".join([*kept, text[at:]]) == outcome.text
    decided = {each.line for each in outcome.decisions}
    for number, line in enumerate(seen_lines(text, outcome.document.lines), 1):
        assert number in decided or line.isspace()


@given(pages())
@settings(deadline=None, max_examples=150)
def test_kept_and_removed_make_up_the_input(text: str) -> None:
    check_partition(stripper.strip(text))


MARKS = [
    "a", "\n", "\n\n", "<!--", "-->", "<!-->", "<!--->", "![", "[", "]", "(", ")", "](u)", "[[", "|", "]]", '<a x="',
    '">', "{#", "}", "`", "*", "&#10;", "\\", "[^", BREAK,
]  # fmt: skip


@given(st.lists(st.sampled_from(MARKS), max_size=14))
@example(["<!-->", "\n", "a"])
@example(['<a x="', "![", "\n", "](u)", '">'])
@example(["![", "<!--", "\n", "-->", "](u)"])
@settings(deadline=None, max_examples=500)
def test_each_line_of_markdown_is_seen_once(marks: list[str]) -> None:
    text = "".join(marks)
    seen = visible(text)
    assert seen.count("\n") + seen.count(BREAK) == text.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        "# A\n\n<!--\n::: note\n:::\n-->\n\nIt sails.\n",
        "Home | Islands | Weather\n<!-- a | b\n\n-->b``Comments (3)\n",
        "::: note\n<!--\n:::\n-->\n",
    ],
)
def test_what_a_comment_holds_goes_once(text: str) -> None:
    check_partition(stripper.strip(text, form="markdown"))


@given(st.lists(st.sampled_from([*MARKS, ":::", "```\n", "Share", "Home | News | Sport", "- ", "    "]), max_size=20))
@settings(deadline=None, max_examples=200)
def test_kept_and_removed_make_up_any_markdown(pieces: list[str]) -> None:
    check_partition(stripper.strip("".join(pieces), form="markdown"))


@pytest.mark.parametrize("page", PAGES, ids=range(len(PAGES)))
def test_kept_and_removed_make_up_each_sample(page: str) -> None:
    check_partition(stripper.strip(page))
    check_partition(stripper.strip(page.replace("\n", "\r\n")))


@given(pages())
@settings(deadline=None, max_examples=60)
def test_the_same_text_gives_the_same_answer(text: str) -> None:
    first = stripper.strip(text)
    stripper.strip(PAGES[0])
    assert stripper.strip(text) == first


@given(pages(), st.sampled_from([category for category in stripper.CATEGORIES if category not in KEPT]))
@settings(deadline=None, max_examples=60)
def test_what_is_asked_to_stay_stays(text: str, category: str) -> None:
    outcome = stripper.strip(text, keep=[category])
    assert not any(each.category == category for each in outcome.removed)


@given(st.binary(max_size=300) | pages().map(lambda text: text.encode("utf-8")))
@settings(deadline=None, max_examples=200)
def test_encode_gives_back_what_decode_was_given(data: bytes) -> None:
    try:
        document = decode(data)
    except InputError:
        return
    assert encode(document.text, document) == data
    assert "".join(document.lines) == document.text


@given(pages(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"]))
@settings(deadline=None, max_examples=100)
def test_encode_gives_back_what_was_asked_for(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    try:
        document = decode(data, encoding=encoding)
    except InputError:
        return
    assert encode(document.text, document) == data


@pytest.mark.long
def test_what_is_given_by_mistake_is_understood_or_said() -> None:
    """A string where names are due is one name; bytes are no text; a NUL is in no file's name."""
    page = "Advertisement\nThe ferry sails again from Monday on, as its captain told this newspaper on the quay.\n"
    assert stripper.strip(page, keep="advertisement").text == page  # type: ignore[arg-type,unused-ignore]
    with pytest.raises(stripper.UnknownNameError, match="'nothing'"):
        stripper.strip(page, disable="nothing")
    with pytest.raises(stripper.RuleError, match=r"nowhere\.toml"):
        stripper.load_rules("nowhere.toml")
    with pytest.raises(TypeError, match="strip_bytes takes the bytes"):
        stripper.strip(page.encode())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="strip takes a text"):
        stripper.strip_bytes(page)  # type: ignore[arg-type]
    for data in (bytearray(page.encode()), memoryview(page.encode())):
        assert stripper.strip_bytes(data).text == stripper.strip(page).text
    with pytest.raises(stripper.OptionError, match="unknown form"):
        stripper.strip(page, form="verse")
    with pytest.raises(stripper.InputError, match="null byte"):
        stripper.strip_file("a\0b")


def test_rules_loaded_for_each_page_are_let_go_of(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("schema-version = 1\n")
    seen = []
    for _ in range(20):
        rules = stripper.load_rules([tmp_path / "own.toml"], default=False)
        stripper.strip_bytes(b"Share\n", rules=rules)
        stripper.strip("Share\n", rules=rules, keep=["caption"])
        seen.append(weakref.ref(rules))
        del rules
    gc.collect()
    assert sum(each() is not None for each in seen) <= 10


def test_lines_of_a_document_are_numbered_from_one() -> None:
    lines = list(Document("a\r\nb\rc\n\nd").numbered())
    assert [(line.number, line.text, line.ending) for line in lines] == [
        (1, "a", "\r\n"), (2, "b", "\r"), (3, "c", "\n"), (4, "", "\n"), (5, "d", ""),
    ]  # fmt: skip


def _cleaned(folder: Path, output: Path, jobs: int) -> tuple[dict[str, bytes], list[object]]:
    with Run([folder], default_rules(), Options(output, jobs=jobs, removed=True)) as run:
        list(run.count_lines())
        results = list(run.clean())
    return files(output), results


def test_one_worker_and_many_give_the_same_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    for number in range(90):
        page = folder / f"site{number % 3}" / f"{number}.txt"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_bytes(PAGES[number % len(PAGES)].replace("Tual", f"Tual {number}").encode("utf-8"))
    (folder / "bad.txt").write_bytes(b"\0\0")
    one, many = _cleaned(folder, tmp_path / "one", 1), _cleaned(folder, tmp_path / "many", 3)
    assert len(one[0]) == 180
    assert one == many


TRIM = """
[[rule]]
id = "t.{}"
category = "promo"
summary = ""
reason = "because"
action = "trim"
match = {{ pattern = ['{}'] }}
"""
WORDS = st.sampled_from(["ferry", "quay", "Tual", "(Kei)", "-"])


@given(
    patterns=st.lists(st.lists(WORDS, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=5, unique=True),
    lines=st.lists(st.lists(WORDS, min_size=1, max_size=12).map(" ".join), min_size=1, max_size=3),
)
@settings(max_examples=150, deadline=None)
def test_cuts_that_overlap_leave_a_partition(
    tmp_path_factory: pytest.TempPathFactory, patterns: list[str], lines: list[str]
) -> None:
    pack = tmp_path_factory.mktemp("pack") / "t.toml"
    rules = "".join(TRIM.format(number, re.escape(each)) for number, each in enumerate(patterns))
    pack.write_text("schema-version = 1\n" + rules, "utf-8")
    text = "\n".join(lines) + "\n"
    outcome = stripper.strip(text, rules=stripper.load_rules([pack], default=False))
    ends = [0, *(each.end for each in outcome.removed)]
    assert all(end <= each.start for end, each in zip(ends, outcome.removed, strict=False))
    assert restore_bytes(outcome.text.encode(), removed_lines(outcome).encode(), "t").decode() == text
