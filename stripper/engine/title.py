"""The title of the article: of the lines around its opening, the one that looks most like a headline.

Each candidate shows some traits, and each adds to its score what the rule's `weights` give for it: a multinomial
logistic regression over the candidates of a page (McFadden, 1974), of which one may be that there is no title. The
weights are fitted by `tests/bench/fit_title.py`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ..reading.page import Page
from .body import ARTICLE
from .compiled_rule import CompiledRule
from .line_shapes import LineShape
from .verdicts import Verdicts

Traits = tuple[tuple[str, str], ...]  # the name of a trait, and which value it has
DISTANCES = (0, 1, 2, 3, 5, 9, 17, 33)  # lower ends of the distances that are told apart
WORDS = (0, 1, 2, 3, 4, 5, 7, 10, 15, 21)  # and of the counts of words
PROSE = 10  # words of a line that ends like a sentence
BEYOND = 30  # lines into the article in which a title is looked for, until the first prose
SHORT = 3  # words; shorter lines are names of sites and sections more often
TELLING = 4  # letters; shorter words stand in any text
LAST = chr(0x10FFFF)  # sorts behind all that may follow a text
TOLD_APART = 12  # characters; shorter texts stand within others by chance


def find_title(
    rule: CompiledRule, page: Page, verdicts: Verdicts, regions: Sequence[int], shapes: Sequence[LineShape]
) -> int | None:
    """The line that heads the article; its verdict is given. None if there is none."""
    title = rule.rule.title
    assert title is not None
    best, top = None, title.least
    for line, traits in candidates(page, verdicts, regions, shapes, title.reach):
        score = sum([title.weights.get(trait, {}).get(value, 0.0) for trait, value in traits])
        if score > top and rule.meets(page, line):
            best, top = line, score
    if best is not None:
        verdicts.take(best, rule)
    return best


def candidates(
    page: Page, verdicts: Verdicts, regions: Sequence[int], shapes: Sequence[LineShape], reach: int
) -> Iterator[tuple[int, Traits]]:
    """The lines that may be the title: the last `reach` ones before the article, and its own up to the first prose.

    `regions` and `shapes` have an entry for each line of the page.
    """
    article = [line for line, state in enumerate(regions) if state == ARTICLE]
    opening = next(filter(verdicts.free, article), None)
    if opening is None:
        return
    prose = next((line for line in article if line >= opening and page.is_prose(line, PROSE)), opening)
    words = {word for line in article for word in page.folded[line].split()}
    copies = _Copies(page.folded)
    found = [*page.category, "", "", ""]
    kinds = ["", *[shape.kind for shape in shapes], ""]
    blocks = _blocks(page)
    for line in range(max(0, opening - reach), min(max(prose, opening) + 1, opening + BEYOND + 1, len(page))):
        if line in verdicts.protected:
            continue
        yield (
            line,
            (
                ("lines-to-prose", _step(DISTANCES, prose - line) if line <= prose else "behind"),
                ("lines-from-top", _step(DISTANCES, line)),
                ("words", _step(WORDS, page.words[line])),
                ("end", shapes[line].end),
                ("capitals", shapes[line].capitals),
                ("indented", str(page.raw[page.lines[line][0]][0].isspace())),
                ("block", blocks[line]),
                ("again", f"{copies.of(page.folded[line])}{' short' if page.words[line] <= SHORT else ''}"),
                ("shared", _shared(page.folded[line], words)),
                ("found", found[line]),
                ("found-before", found[line - 1] if line else ""),
                ("found-after", found[line + 1]),
                ("found-second-after", found[line + 2]),
                ("found-third-after", found[line + 3]),
                ("kind-before", kinds[line]),
                ("kinds", f"{kinds[line]} {kinds[line + 1]} {kinds[line + 2]}"),
                ("mark", f"{page.marks[line].kind}{page.marks[line].level or ''}"),
                ("linked", str(page.links[line] > 0.5)),
            ),
        )


def _step(steps: Sequence[int], value: int) -> str:
    return str(steps[bisect_right(steps, value) - 1])


class _Copies:
    """Where else on a page the text of a line stands."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._count = Counter(texts)
        self._sorted = sorted(texts)
        self._all = "\n".join(texts)

    def of(self, text: str) -> str:
        """As other lines, at the start of them (a page title with the site's name behind it), within them (a path)."""
        whole = self._count[text]
        first = bisect_right(self._sorted, text)
        begins = bisect_right(self._sorted, text + LAST, first) - first
        within = len(text) > TOLD_APART and self._all.count(text) > whole + begins
        places = (("", "once", "twice")[min(whole - 1, 2)], "begins" if begins else "", "within" if within else "")
        return " ".join(filter(None, places)) or "nowhere"


def _shared(text: str, words: set[str]) -> str:
    """How many of a line's telling words the article has too."""
    telling = [word for word in text.split() if len(word) >= TELLING]
    if not telling:
        return "unknown"
    share = sum([word in words for word in telling]) / len(telling)
    return ("none", "few", "half", "most", "all")[bisect_right((0.01, 0.26, 0.51, 0.76), share)]


def _blocks(page: Page) -> list[str]:
    """Of each line, its place among the lines between two blank ones, and their count. Pieces of a line are lines."""
    lines = page.lines
    starts = [
        line for line in range(len(page)) if not line or (page.blank_before(line) and lines[line] != lines[line - 1])
    ]
    return [
        f"{min(line - start + 1, 3)} of {min(end - start, 4)}"
        for start, end in pairwise([*starts, len(page)])
        for line in range(start, end)
    ]
