"""What the body model is told of a line: its words and its marks."""

from __future__ import annotations

import pytest
from conftest import shipped_rules

from stripper.engine.body.feature_names import written_names
from stripper.engine.body.features import extract_features
from stripper.engine.body.line_cache import LineCache
from stripper.engine.body.parameters import Parameters
from stripper.engine.body.wording import READ, lexicons, word_scores
from stripper.model import Document
from stripper.reading.page import Page

PROSE = "The ferry sails again from Monday on, as its captain said on the quay this morning, in the rain.\n"
WORDS = {"said": 0.5, "ferry": 0.25, "subscribe": -1.5}


def page(text: str) -> Page:
    return Page(Document(text), shipped_rules().orthography)


def names(text: str, words: dict[str, float] | None = None) -> list[set[str]]:
    """The names under which each line of a text would be weighed."""
    body = next(rule.body for rule in shipped_rules().rules if rule.body)
    seen = page(text)
    wanted = Parameters.of({**body, "words": words or {}})
    rows = extract_features(seen, LineCache(wanted).of_page(seen), [""] * len(seen)).rows
    return [set(written_names(keys)) for keys in rows]


def test_the_known_words_of_a_line_are_added_up() -> None:
    seen = page(f"{PROSE}SUBSCRIBE!\nNothing known here\n")
    assert [word_scores(text, WORDS) for text in seen.folded] == [(0.75, 2), (-1.5, 1), (0, 0)]


def test_words_far_into_a_line_are_not_read() -> None:
    assert word_scores("wort " * READ + "said", WORDS) == (0, 0)


def test_words_and_pairs_of_them_have_one_score_in_lines_of_prose_and_one_in_others() -> None:
    of_labels, of_prose = lexicons({"said": (0.0, 0.5), "your": (0.25, 0.25), "your inbox": (0.0, -2.0)})
    assert word_scores("said your inbox", of_labels) == (0.25, 1)
    assert word_scores("said your inbox", of_prose) == (-1.25, 3)
    assert word_scores("your said inbox", of_prose) == (0.75, 2)


def test_names_with_marks_between_them_are_no_prose_however_many() -> None:
    ports = " ".join(["St. Bees / SBE", *(f"Port Tual {number} / PT{number}" for number in range(40))])
    label, story = names(f"{ports}\n{PROSE}", WORDS)
    assert "wording 0 other" in label and "wording 9 prose" in story


def test_words_speak_for_a_line_and_for_those_beside_it() -> None:
    prose, call, unknown = names(f"{PROSE}Subscribe\nUnknown\n", WORDS)
    assert "wording 9 prose" in prose  # 0.75 over the root of 3: between 0.4 and 0.7
    assert "wording 4 other" in call  # -1.5 over the root of 2: between -1.4 and -0.9
    assert "wording 0 other" in unknown
    assert "wording before 6 other" in call and "wording after 0 other" in call


def test_plain_text_tells_nothing_of_links() -> None:
    assert not any(name.startswith(("linked", "mark", "image")) for line in names(PROSE) for name in line)


MARKDOWN = f"""# The ferry

- [Home](/)
- [News](/news)
- [Sport](/sport)

{PROSE}
![A ferry](ferry.jpg)
The ferry at the quay

[![A ferry](ferry.jpg)The quay](/quay)

1. Open [the door](/door) and look around well
"""


def test_markdown_tells_of_headings_lists_links_and_images() -> None:
    title, home, _, sport, prose, caption, beside, step = names(MARKDOWN)
    assert any(name.startswith("mark heading1 words") for name in title)
    assert "linked 4 mark item1" in home and "linked 4 run 2 other" in sport
    assert "linked 0 mark text" in prose and "linked 2 mark item1" in step
    for line in (caption, beside):
        assert any(name.startswith("image before") for name in line)
    assert not any(name.startswith("image before") for name in prose)


@pytest.mark.parametrize("link", ["/ferry", "https://example.org/ferry"])
def test_a_sentence_that_is_a_link_is_no_prose(link: str) -> None:
    teaser = names(f"# Ferries\n\n[{PROSE.strip()}]({link})\n\n{PROSE}")[1]
    assert any(name.startswith("other mass") for name in teaser)


def test_the_shipped_words_say_what_they_should() -> None:
    words = next(rule.body for rule in shipped_rules().rules if rule.body)["words"]
    for subscribe, said in zip(words["subscribe"], words["said"], strict=True):
        assert subscribe < -1 < 0 < said
    assert words["your inbox"][1] < words["your"][1]
    for word in " ".join(words).split():
        assert not word.isascii() or (word.islower() and word.isalpha())
