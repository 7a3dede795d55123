"""The title of the article: of the lines around its opening, the one that looks most like a headline.

Each candidate shows some traits, and each adds to its score what the rule's `weights` give for it: a multinomial
logistic regression over the candidates of a page (McFadden, 1974), of which one may be that there is no title. The
weights are fitted by `tests/bench/fit_title.py`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from ..reading.orthography import Orthography
from ..reading.page import Page
from .body import ARTICLE
from .compiled_rule import CompiledRule
from .line_shapes import LineShape
from .verdicts import Verdicts

TRAITS = (
    "lines-to-prose", "lines-from-top", "words", "end", "capitals", "indented", "block", "again", "shared", "often",
    "like-before", "found", "found-before", "found-after", "found-second-after", "found-third-after", "menu",
    "kind-before", "kinds", "mark", "linked",
)  # fmt: skip
COMPARED = slice(6, 11)  # of these: told by the rest of the page, which takes longer
UNKNOWN = ("",) * 5  # in their places, as long as they have not been told
SLACK = 1e-9  # of a score; sums of the same numbers differ by their order
DISTANCES = (0, 1, 2, 3, 5, 9, 17, 33, 65, 129, 257)  # lower ends of the distances that are told apart
WORDS = (0, 1, 2, 3, 4, 5, 7, 10, 15, 21)  # and of the counts of words
OFTEN = (0, 0.5, 1, 2, 4, 7, 12)  # and of how often a word of a line stands in the article
MENU = 3  # lines above a headline that may be of a menu
PROSE = 10  # words of a line that ends like a sentence
BEYOND = 30  # lines into the article in which a title is looked for, until the first prose
FEW = 4  # words; shorter lines are labels more often
VERSE_HEAD = 2  # lines that rules know, or that can be no headline, between one and verse
NEAR = 8  # lines from a heading to the first prose
LINKED = 0.5  # of a heading that is a link
LEFT = 2  # lines of which no rule knows anything
QUESTION = ("?", "？", "؟")
QUESTIONS = 3  # of a list of questions and answers
LONG = 20  # words of a sentence that is none
SHORT = 3  # words; shorter lines are names of sites and sections more often
TELLING = 4  # letters; shorter words stand in any text
MARKS = ".,:;!?…()[]\"'“”„‘’«»"  # beside a word
MOST_TOLD = 4  # lines between two blank ones, counted no further
TOLD_APART = 12  # characters; shorter texts stand within others by chance
MOST_READ = 40  # telling words of a line; no headline has as many


def find_title(
    rule: CompiledRule, page: Page, verdicts: Verdicts, regions: Sequence[int], shapes: Sequence[LineShape]
) -> int | None:
    """The line that heads the article; its verdict is given. None if there is none.

    `regions` and `shapes` have an entry for each line of the page.
    """
    title = rule.rule.title
    assert title is not None
    weights = [title.weights.get(trait, {}) for trait in TRAITS]
    most = [max((0.0, *some.values())) for some in weights[COMPARED]]
    found = Candidates(page, verdicts, regions, shapes, title.reach)
    seen = {line: found.traits_at_sight(line) for line in found.lines}
    scores = sorted([(_score(weights, traits), -line) for line, traits in seen.items()], reverse=True)
    is_clean = set(regions) == {ARTICLE} and any(page.is_prose(line, PROSE) for line in range(len(page)))
    best, top = None, title.least_clean if is_clean else title.least
    for score, at in scores:
        limit, line = score + sum(most) + SLACK, -at
        if limit < top:
            break  # whatever else is told of these lines, they cannot win
        compared = []
        for some, highest, value in zip(weights[COMPARED], most, found.traits_compared(line), strict=True):
            compared.append(value)
            limit += some.get(value, 0.0) - highest
            if limit < top:
                break
        else:
            score = _score(weights, (*seen[line][: COMPARED.start], *compared, *seen[line][COMPARED.stop :]))
            if (score > top or (score == top and best is not None and line < best)) and rule.meets(page, line):
                best, top = line, score
    if (best is None or page.marks[best].kind != "heading") and (top_heading := found.top_heading()) is not None:
        best = top_heading
    if best is None:
        best = found.above_verse(rule, verdicts)
    if best is None and not is_clean:
        best = found.only_unknown(rule)
    if best is not None:
        verdicts.take(best, rule)
    return best


def _score(weights: Iterable[Mapping[str, float]], traits: Iterable[str]) -> float:
    return sum([some.get(value, 0.0) for some, value in zip(weights, traits, strict=True)])


class Candidates:
    """The lines that may be the title: the last `reach` ones before the article, and its own up to the first prose.

    `regions` and `shapes` have an entry for each line of the page.
    """

    def __init__(
        self, page: Page, verdicts: Verdicts, regions: Sequence[int], shapes: Sequence[LineShape], reach: int
    ) -> None:
        self._page, self._shapes = page, shapes
        self._article = [line for line, state in enumerate(regions) if state == ARTICLE]
        self.lines: list[int] = []
        self._verse: tuple[int, ...] = ()
        opening = next(filter(verdicts.free, self._article), None)
        if opening is None:
            return
        later = (line for line in self._article if line >= opening)
        prose = next((line for line in later if page.is_prose(line, PROSE)), None)
        self._prose = self._first_text(opening) if prose is None else prose
        self._verse = (opening, self._prose) if prose is None else ()
        last = min(max(self._prose, opening), opening + BEYOND, len(page) - 1)
        asked = {line for line, owner in enumerate(verdicts.rule[: last + 1]) if owner is not None and owner.own}
        settled = verdicts.protected | asked
        at_hand = [line for line in range(max(0, opening - reach), last + 1) if line not in settled]
        self.lines = [line for line in at_hand if not self._is_none(line)]
        self._found = [*page.category[: last + 4], "", "", ""]
        self._kinds = ["", *[shape.kind for shape in shapes[: last + 2]], ""]

    def _first_text(self, opening: int) -> int:
        """What stands for the first prose where there is none, as in verse: a line not written as a label is."""
        page, shapes = self._page, self._shapes
        rest = (line for line in self._article if line >= opening)
        return next((line for line in rest if page.words[line] > FEW and shapes[line].capitals in "lm"), opening)

    def _is_none(self, line: int) -> bool:
        """Whether a line is front matter, an entry of contents, a row of links, one of several questions, or prose."""
        page = self._page
        kind = page.marks[line].kind
        if line in self._questions:
            return len(self._questions) >= QUESTIONS
        if page.links[line] and kind != "heading" and page.raw[page.lines[line][0]].count("](") > 1:
            return True
        if page.is_prose(line, LONG) or (line < self._prose and self._text_goes_on_from(line)):
            return True
        if kind == "item":
            return page.folded[line] in self._headings
        return kind == "metadata" and not page.raw[0][0].isalpha()

    def _text_goes_on_from(self, line: int) -> bool:
        """Whether the first prose begins with a line, as with the place and the date of a report."""
        text = self._page.folded[line]
        return text[-1:].isdigit() and self._page.folded[self._prose].startswith(text)

    @cached_property
    def _questions(self) -> frozenset[int]:
        """The lines of the article that ask something, each above its answer."""
        page = self._page
        asking = [line for line in self._article if page.text[line].endswith(QUESTION) and line + 1 < len(page)]
        return frozenset([line for line in asking if page.is_prose(line + 1, PROSE)])

    @cached_property
    def _headings(self) -> frozenset[str]:
        return frozenset([self._page.folded[line] for line in self._page.headings()])

    def top_heading(self) -> int | None:
        """The only heading of the first level, where the article stands right below it."""
        top = self._page.top_heading()
        if top is None or top not in self.lines or self._page.links[top] > LINKED:
            return None
        return top if 0 < self._prose - top <= NEAR else None

    def only_unknown(self, rule: CompiledRule) -> int | None:
        """The line above the first prose that is left where rules know all others, or the last of two such lines."""
        page = self._page
        left = [line for line in self.lines if line < self._prose and self._is_unknown(line)]
        left = [line for line in left if self._shapes[line].end != "1"] or left  # a chapter is told by its number alone
        if page.form == "markdown" or not 0 < len(left) <= LEFT or not rule.meets(page, left[-1]):
            return None
        return left[-1] if page.folded.count(page.folded[left[-1]]) == 1 else None

    def _is_unknown(self, line: int) -> bool:
        page = self._page
        is_line = page.words[line] > 1 and line not in page.spans and self._shapes[line].end != "s"
        is_byline = page.folded[line].startswith(tuple([f"{word} " for word in page.orthography.byline_words]))
        return is_line and not self._found[line] and not is_byline

    def above_verse(self, rule: CompiledRule, verdicts: Verdicts) -> int | None:
        """The line right above an article without prose, or above its first verse, if it is written as a headline."""
        return next((line for end in self._verse if (line := self._head(end, rule, verdicts)) is not None), None)

    def _head(self, end: int, rule: CompiledRule, verdicts: Verdicts) -> int | None:
        page = self._page
        above = range(end - 1, max(-1, end - VERSE_HEAD - 2), -1)
        line = next((line for line in above if verdicts.free(line) and rule.meets(page, line)), None)
        if line is None or page.words[line] == 1 or self._shapes[line].capitals not in "Tt":
            return None
        return line

    def traits_at_sight(self, line: int) -> tuple[str, ...]:
        """The value of each of TRAITS, UNKNOWN for COMPARED."""
        page, shape, prose = self._page, self._shapes[line], self._prose
        found, kinds, mark = self._found, self._kinds, page.marks[line]
        return (
            _step(DISTANCES, prose - line) if line <= prose else "behind",
            _step(DISTANCES, line),
            _step(WORDS, page.words[line]),
            shape.end,
            shape.capitals,
            "True" if page.raw[page.lines[line][0]][0].isspace() else "False",
            *UNKNOWN,
            found[line],
            found[line - 1] if line else "",
            found[line + 1],
            found[line + 2],
            found[line + 3],
            str(found[max(0, line - MENU) : line].count("navigation")),
            kinds[line],
            f"{kinds[line]} {kinds[line + 1]} {kinds[line + 2]}",
            f"{mark.kind}{mark.level or ''}",
            "True" if page.links[line] > 0.5 else "False",
        )

    def traits_compared(self, line: int) -> Iterator[str]:
        """The value of each of COMPARED."""
        page, text = self._page, self._page.folded[line]
        yield self._block(line)
        yield f"{self._copies(text)}{' short' if page.words[line] <= SHORT else ''}"
        orthography = page.orthography
        telling = telling_words(text, orthography)[:MOST_READ]  # each is looked for in the whole article
        start = "" if orthography.is_unspaced(text) else " "
        counts = [self._article_words.count(start + word) for word in telling]
        yield _share([count > 0 for count in counts])
        yield _step(OFTEN, sum(counts) / len(counts)) if counts else "unknown"
        yield self._like_before(line, telling)

    def traits(self, line: int) -> tuple[str, ...]:
        """The value of each of TRAITS."""
        seen = self.traits_at_sight(line)
        return (*seen[: COMPARED.start], *self.traits_compared(line), *seen[COMPARED.stop :])

    @cached_property
    def _whole_page(self) -> str:
        return "\n".join(["", *self._page.folded])

    @cached_property
    def _article_words(self) -> str:
        return " ".join(["", *[self._page.folded[line] for line in self._article], ""])

    def _copies(self, text: str) -> str:
        """Where else a text stands: as other lines, at the start of them (a page title with the site's name behind
        it), within them (a path)."""
        whole = self._page.folded.count(text)
        begins = self._whole_page.count("\n" + text) - whole
        within = len(text) > TOLD_APART and self._whole_page.count(text) > whole + begins
        places = (("", "once", "twice")[min(whole - 1, 2)], "begins" if begins else "", "within" if within else "")
        return " ".join(filter(None, places)) or "nowhere"

    def _like_before(self, line: int, telling: Sequence[str]) -> str:
        """How many telling words a line and the one before it share, of all that they have."""
        if not line or not telling:
            return "unknown"
        mine = set(telling)
        before = set(telling_words(self._page.folded[line - 1], self._page.orthography))
        return _share([word in mine and word in before for word in mine | before])

    def _block(self, line: int) -> str:
        """Its place among the lines between two blank ones, and their count. Pieces of a line are lines."""
        begins, first = self._begins_block, max(0, line - MOST_TOLD + 1)
        start = next((at for at in range(line, first, -1) if begins(at)), first)
        beyond = min(start + MOST_TOLD, len(self._page))
        end = next((at for at in range(line + 1, beyond) if begins(at)), beyond)
        return f"{min(line - start + 1, MOST_TOLD - 1)} of {end - start}"

    def _begins_block(self, line: int) -> bool:
        lines = self._page.lines
        return not line or (self._page.blank_before(line) and lines[line] != lines[line - 1])


def _step(steps: Sequence[float], value: float) -> str:
    return str(steps[bisect_right(steps, value) - 1])


def _share(has: Sequence[bool]) -> str:
    if not has:
        return "unknown"
    return ("none", "few", "half", "most", "all")[bisect_right((0.01, 0.26, 0.51, 0.76), sum(has) / len(has))]


def telling_words(text: str, orthography: Orthography) -> list[str]:
    """The longer words of a text; of a script without spaces the pairs of characters instead."""
    words = [word.strip(MARKS) for word in text.split()]
    if orthography.is_unspaced(text):
        return [word[at : at + 2] for word in words for at in range(len(word) - 1)]
    return [word for word in words if len(word) >= TELLING]
