"""Code in plain text, which nothing sets apart, and the contents of a manual beside one of its chapters."""

from __future__ import annotations

import pytest

import stripper
from stripper.reading.blocks import programmed

HEAD = "Home\nDocs\nSearch\nLog in\nReading the tide gauge\n"
FOOT = "Was this helpful?\nPrivacy policy\n© 2024 Quay Tools\n"
PROSE = [
    "The gauge sends its level once a minute, and the library keeps the last one until you ask for it again.",
    "Close the gauge when you are done with it, since the line to the harbour takes only four readers at a time.",
    "Two readers of the same gauge get the same level, so that there is no harm in asking for it in a loop.",
]
OPEN = ["gauge = tide.open('/dev/quay1')", "if not gauge.is_ready():", "raise tide.NoWater(gauge.name)"]
GO = ["func level(g *Gauge) (int, error) {", "if g == nil {", "return 0, errNoWater", "}", "return g.last, nil", "}"]
CODE = {
    "calls": [*OPEN, "@gauge.on_change", "def told(level, at):", "print(level, at)", "pass"],
    "braces": GO,
    "tags": ["<gauge id='quay'>", "<level>", "312", "</level>", "</gauge>"],
    "a session": [">>> gauge.level()", "312", ">>> gauge.close()", ">>> gauge.level()", "None"],
    "data": ["{", '"name": "quay",', '"level": 312,', '"readers": [', '"harbour",', '"school"', "]", "}"],
}


def spans(lines: list[str]) -> list[tuple[int, int, str]]:
    raw = [line + "\n" for line in lines]
    return list(programmed("".join(raw), raw))


@pytest.mark.parametrize("code", CODE.values(), ids=CODE)
def test_runs_of_code_are_blocks(code: list[str]) -> None:
    assert spans([PROSE[0], "", *code, "", "", "", PROSE[1]])[0][0] in (2, 3)
    outcome = stripper.strip(HEAD + "\n".join([PROSE[0], *code, PROSE[1], *code, PROSE[2]]) + "\n" + FOOT)
    kept = outcome.text.splitlines()
    assert [kept.count(line) for line in code] == [2 * code.count(line) for line in code]
    assert "Log in" not in kept


@pytest.mark.parametrize(
    "lines",
    [
        ["bring rope, twenty metres of it;", "look for the ring on the left of the quay;", "tie the boat;"] * 2,
        ["Oda Brandt (harbour master)", "Jem Quill (ferry)", "R. Okafor (school):", "Ida (mill)"],
        ["Tide mills; a history", "What is a sluice?", "Wheels & stones", "Opening hours: 10-4"],
        PROSE,
    ],
)
def test_lists_names_and_headings_are_no_code(lines: list[str]) -> None:
    between = ["Text that stands between the two, and ends as it should."] * 4
    assert spans(["{{ menu }}", "= ", "= ", *between, *lines]) == []


NAMES = ("Water", "Wind", "Ice")
SECTIONS = [f"{chapter}.{part} {name}" for chapter in (1, 2, 3, 4) for part, name in enumerate(NAMES, 1)]


def page_with(contents: list[str]) -> str:
    return "\n".join(["Contents", *contents, "Reading the tide gauge", *PROSE, ""])


def test_contents_of_a_manual_are_no_text_of_a_chapter() -> None:
    contents = ["1 Before you go", *SECTIONS[:3], "2 At sea", *SECTIONS[3:], "5 Coming home"]
    kept = stripper.strip(page_with(contents)).text.splitlines()
    assert not set(SECTIONS) & set(kept)
    assert set(PROSE) <= set(kept)


@pytest.mark.parametrize(
    "lines",
    [
        SECTIONS[:9],
        [f"3.{part} The winter of 19{part}" for part in range(10, 24)],
        [f"{level / 10} metres at noon" for level in range(7, 60, 4)],
        [line for section in SECTIONS for line in (section, PROSE[0].replace("gauge", section))],
    ],
    ids=["few", "one chapter", "levels", "headings"],
)
def test_what_only_looks_like_contents_stays(lines: list[str]) -> None:
    kept = stripper.strip(page_with(lines)).text.splitlines()
    assert set(lines) <= set(kept)
