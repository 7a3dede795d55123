"""What somebody says: words in quotation marks, or behind a dash, that end like a sentence.

In a dialogue a line may be a word that is a button elsewhere: “Enter.”
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from ...reading.page import Page
from .line_shapes import begin_of

LONGEST = 25  # words of a line of a dialogue
LABEL = 4  # words
ENCLOSED = ("「」", "『』")  # what a line of a dialogue stands in, whether it ends with a stop or not


def is_said(line: int, page: Page, words: int = LONGEST) -> bool:
    """Whether a line of so many words at most is what somebody says."""
    text = page.text[line]
    in_quotes = text[0] != "-" and begin_of(text[0], "") == "q" and page.words[line] <= words
    return in_quotes and (page.orthography.is_sentence(text) or text[0] + text[-1] in ENCLOSED)


def spoken_labels(page: Page, known: Iterable[int]) -> list[int]:
    """Of the lines that rules know, those that somebody says in a dialogue, a line of which they do not know."""
    known = set(known)
    short = [line for line in known if is_said(line, page, LABEL)]
    return [line for line in short if _answers(line, -1, page, known) or _answers(line, 1, page, known)]


def _answers(line: int, step: int, page: Page, known: Container[int]) -> bool:
    """Whether nothing but such lines stands between a line and one of a dialogue that no rule knows."""
    line += step
    while 0 <= line < len(page) and line in known and is_said(line, page, LABEL):
        line += step
    return 0 <= line < len(page) and line not in known and is_said(line, page)
