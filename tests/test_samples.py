"""Whole pages before and after, one test each."""

from __future__ import annotations

from pathlib import Path

import pytest

import stripper

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
PAGES = sorted(path for path in SAMPLES.glob("??-*.*") if ".clean." not in path.name)

# What is not clean yet, and why; such a page must fail, so that it is taken out of here when it comes out clean.
KNOWN_FAILURES = {
    "he-hadashot": "a subheading that speaks of a price is taken for a promotion",
    "id-portal": "a subheading that speaks of a price is taken for a promotion",
    "en-questions": "a question that somebody asks back stays",
    "ko-blog": "a short heading right below the first paragraph is lost",
    "ru-rynok": "the name of the writer alone, right below the title, is taken for a heading",
    "uk-retsept": "a table of contents right above the ingredients stays",
    "id-pasutri": "a caption without a stop and the first paragraph below it, which begins small, are taken for one",
    "id-tempe": "a heading and the caption below it, which begins small, are taken for one; the title is lost",
    "ja-shimen": "a subheading with a short paragraph and a list of three items is taken for a gap",
    "en-product": "the price is lost, and figures below a list; a maker's line that begins small joins the title",
    "en-thread": "a reply below a quotation is lost; names and a signature between posts stay",
}

KNOWN_CHANGES: dict[str, str] = {}  # what a second run changes, and why


def _expected(page: Path, known: dict[str, str]) -> object:
    why = known.get(page.stem)
    marks = [pytest.mark.xfail(reason=why, strict=True)] if why else []
    return pytest.param(page, id=page.stem, marks=marks)


@pytest.mark.parametrize("page", [_expected(page, KNOWN_FAILURES) for page in PAGES])
def test_page_comes_out_clean(page: Path) -> None:
    expected = page.with_suffix(f".clean{page.suffix}").read_bytes()
    outcome = stripper.strip_file(page)
    assert outcome.text.encode("utf-8") == expected


@pytest.mark.parametrize("page", [_expected(page, KNOWN_CHANGES) for page in PAGES])
def test_a_clean_page_stays_as_it_is(page: Path) -> None:
    once = stripper.strip_file(page).text
    assert stripper.strip(once).text == once


def test_samples_are_of_several_languages_and_shapes() -> None:
    assert len(PAGES) >= 8
    assert len({page.name[:2] for page in PAGES}) >= 4
