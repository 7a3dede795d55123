"""The short sentences at the ends of an article, which the shape of a page leaves in doubt.

The pages that weights are fitted to seldom end with one, and a foot of links often stands right below it. A short line
that ends like a sentence, of which no rule has found anything, and that stands at the article's end, or is parted from
it by no more than a line that rules know, is of the article.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..reading.page import Page
from .line_shapes import end_of
from .parameters import Parameters

BEYOND = 1  # lines that rules know which may stand between the article and its last sentence
BOXES = frozenset({"subscription", "promo"})  # what follows a line of these speaks of the same thing
MOST_LAST = 2  # sentences that come to the end of an article


def sentence_before(first: int, page: Page, evidence: Sequence[str], wanted: Parameters) -> int:
    """The first line of an article that began at a line, with the sentence before it if that is of it."""
    return first - 1 if first and _is_sentence(first - 1, page, evidence, wanted) else first


def sentences_after(last: int, page: Page, evidence: Sequence[str], wanted: Parameters) -> list[int]:
    """The lines after the last one of an article that are of it."""
    found: list[int] = []
    known = 0
    for line in range(last + 1, len(page)):
        if evidence[line]:
            known += 1
            if known > BEYOND or evidence[line] in BOXES:
                break
        elif len(found) < MOST_LAST and _is_sentence(line, page, evidence, wanted):
            found.append(line)
            known = 0
        else:
            break
    return found


def _is_sentence(line: int, page: Page, evidence: Sequence[str], wanted: Parameters) -> bool:
    text = page.text[line]
    return (
        not evidence[line]
        and wanted.edge_least <= page.words[line] <= wanted.edge_most
        and end_of(text, page.orthography) == "s"
        and "@" not in text
        and not text.endswith(("...", "…"))
    )
