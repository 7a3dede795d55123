"""The lines that may be the title, and which of them it is where more tells of that than what each looks like."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from ..reading.page import Page
from ..reading.words import begins_with, telling_words
from .body.line_cache import Lines
from .body.line_shapes import QUESTION_MARKS
from .body.model import ARTICLE
from .matching.compiled_rule import CompiledRule
from .title_traits import LINKED, SHORT, TOLD_APART, Traits, is_byline
from .verdicts import Verdicts

PROSE = 10  # words of a line that ends like a sentence
BESIDE = 3  # lines from one of a part of the article to its next
BEYOND = 30  # lines into the article in which a title is looked for, until the first prose
FEW = 4  # words; shorter lines are labels more often
VERSE_HEAD = 2  # lines that rules know, or that can be no headline, between one and verse
NEAR = 8  # lines from a heading to the first prose
LEFT = 2  # lines of which no rule knows anything
QUESTIONS = 3  # of a list of questions and answers
LONG = 20  # words of a sentence that is none
NAMES = range(2, 4)  # words of the name of a person
BEYOND_CAPTION = 5  # lines above the name of who took the picture
HEADLINE = 8  # words of a headline that stands beyond a caption
NAME, VERSE_TITLE = 3, 6  # words at most of the name of a poet, and of the title above it


class Candidates:
    """The lines that may be the title: the last `reach` ones before the article, its own up to the first prose, and
    those between that and the largest part of the article, if it is another one.

    `regions`, and `shapes`, have an entry for each line of the page. Given are the `lines` that `BodyModel.lines_of`
    gives; the attribute of that name holds the numbers of those that may be the title.
    """

    def __init__(self, page: Page, verdicts: Verdicts, regions: Sequence[int], lines: Lines, reach: int) -> None:
        self.page, self.regions, self._seen, self.shapes = page, regions, lines, lines.shapes
        self._article = [line for line, state in enumerate(regions) if state == ARTICLE]
        self.lines: list[int] = []
        self._verse: tuple[int, ...] = ()
        self._prose = 0
        opening = next(filter(verdicts.free, self._article), None)
        if opening is None:
            return
        later = (line for line in self._article if line >= opening)
        prose = next((line for line in later if page.is_prose(line, PROSE)), None)
        self._prose = self._first_text(opening) if prose is None else prose
        self._verse = (opening, self._prose) if prose is None else ()
        last = min(max(self._prose, opening), opening + BEYOND, len(page) - 1)
        main = self._largest_part()
        near = [*range(max(0, opening - reach), last + 1), *range(max(last + 1, main - reach), main + 1)]
        asked = {line for line, owner in enumerate(verdicts.rule) if owner is not None and owner.own}
        settled = verdicts.protected | verdicts.frames | asked
        self.lines = [line for line in near if line not in settled and not self._is_none(line)]

    def traits(self) -> Traits:
        """What each of `lines` shows."""
        return Traits(self.page, self.regions, self._seen, self.lines, self._prose)

    def _largest_part(self) -> int:
        """The first line of the lines of the article that stand together and have the most words."""
        page, most = self.page, (0, 0)
        first, words, last = 0, 0, -BESIDE - 1
        for line in self._article:
            if line - last > BESIDE:
                first, words = line, 0
            last, words = line, words + page.words[line]
            if words > most[0]:
                most = (words, first)
        return most[1]

    def _first_text(self, opening: int) -> int:
        """What stands for the first prose where there is none, as in verse: a line not written as a label is."""
        page, shapes = self.page, self.shapes
        rest = (line for line in self._article if line >= opening)
        return next((line for line in rest if page.words[line] > FEW and shapes[line].capitals in "lm"), opening)

    def _is_none(self, line: int) -> bool:
        """Whether a line is front matter, an entry of contents, a row of links, one of several questions, or prose."""
        page = self.page
        kind = page.marks[line].kind
        if line in self._questions:
            return len(self._questions) >= QUESTIONS
        if page.links[line] and kind != "heading" and page.raw[page.lines[line][0]].count("](") > 1:
            return True
        if page.is_prose(line, LONG):
            return True
        if kind == "item":
            return page.folded[line] in self._headings
        return kind == "metadata" and not page.raw[0][0].isalpha()

    @cached_property
    def _questions(self) -> frozenset[int]:
        """The lines of the article that ask something, each above its answer."""
        page = self.page
        asking = [line for line in self._article if page.text[line].endswith(QUESTION_MARKS) and line + 1 < len(page)]
        return frozenset([line for line in asking if page.is_prose(line + 1, PROSE)])

    @cached_property
    def _headings(self) -> frozenset[str]:
        return frozenset([self.page.folded[line] for line in self.page.headings()])

    def top_heading(self) -> int | None:
        """The only heading of the first level, where the article stands right below it."""
        top = self.page.top_heading()
        if top is None or top not in self.lines or self.page.links[top] > LINKED:
            return None
        return top if 0 < self._prose - top <= NEAR else None

    def named_on_top(self) -> int | None:
        """The heading that front matter names, or what a reader put on top: the value of a key, or its beginning."""
        page = self.page
        if not page.marks or page.marks[0].kind != "metadata":
            return None
        said = [page.folded[line] for line in range(len(page)) if page.marks[line].kind == "metadata"]
        values = [each.partition(": ")[2].strip(page.orthography.trimmings) for each in said]
        headings = (line for line in self.lines if page.marks[line].kind == "heading")
        long = (line for line in headings if len(page.folded[line]) >= TOLD_APART)
        return next((line for line in long if any(begins_with(value, page.folded[line]) for value in values)), None)

    def only_unknown(self, rule: CompiledRule) -> int | None:
        """The line above the first prose that is left where rules know all others; of two such lines the first one that
        may be no name of the site or of a section, else the last one.
        """
        page = self.page
        left = [line for line in self.lines if line < self._prose and self._is_unknown(line)]
        left = [line for line in left if self.shapes[line].end != "1"] or left  # a chapter is told by its number alone
        if page.form == "markdown" or not 0 < len(left) <= LEFT or not rule.meets(page, left[-1]):
            return None
        told = next((line for line in left if page.words[line] > SHORT), left[-1])
        return told if page.folded.count(page.folded[told]) == 1 else None

    def _is_unknown(self, line: int) -> bool:
        page = self.page
        is_line = page.words[line] > 1 and line not in page.spans and self.shapes[line].end != "s"
        return is_line and not page.category[line] and not is_byline(line, page)

    def above_writer(self, title: int) -> int:
        """The line above a title that reads as the name of a writer, or of who took a picture, whom rules do not know.

        It is the one right above a name of which the article says nothing, or one beyond a caption that is written as a
        sentence is, has many words, and says what the article says.
        """
        page, above = self.page, title - 1
        words = [word for word in page.text[title].split() if word[0].isalpha()]
        if not all(word[0].isupper() for word in words):
            return title
        is_name = page.words[title] == len(words) in NAMES
        is_stranger = is_name and not any(word in self._told_below for word in page.folded[title].split())
        if (is_stranger or is_byline(title, page)) and above in self.lines and page.words[above] > SHORT:
            return above if self._is_unknown(above) else title
        if is_name and title + 1 == self._prose and page.form == "plain":
            return next(filter(self._is_headline, range(title - BEYOND_CAPTION, title)), title)
        return title

    @cached_property
    def _told_below(self) -> str:
        """What the article says from its first prose on."""
        return " ".join([self.page.folded[line] for line in self._article if line >= self._prose])

    def _is_headline(self, line: int) -> bool:
        if line not in self.lines or self.page.words[line] < HEADLINE or not self._is_unknown(line):
            return False
        telling = telling_words(self.page.folded[line], self.page.orthography)
        told = sum(word in self._told_below for word in telling)
        return self.shapes[line].capitals in "lm" and self.shapes[line].end in "a!" and 2 * told >= len(telling)

    def below_name(self, title: int) -> int:
        """The line right above the first prose that begins with all of a title high above: that is the site's name.

        Below a marked heading this is a marked one, too: without marks it is a caption.
        """
        page, line = self.page, self._prose - 1
        if page.marks[title].kind == "heading" != page.marks[line].kind:
            return title
        is_headline = line > title and line in self.lines and not page.category[line] and self.shapes[line].end != "s"
        return line if is_headline and page.folded[line].startswith(f"{page.folded[title]} ") else title

    def is_verse(self, line: int) -> bool:
        """Whether a line is one of an article without prose, from the first on that may be a title."""
        return bool(self._verse) and self.regions[line] == ARTICLE and line >= self._verse[0]

    def above_verse(self, rule: CompiledRule, verdicts: Verdicts) -> int | None:
        """The line right above an article without prose, or above its first verse, if it is written as a headline."""
        return next((line for end in self._verse if (line := self._head(end, rule, verdicts)) is not None), None)

    def _head(self, end: int, rule: CompiledRule, verdicts: Verdicts) -> int | None:
        page = self.page
        above = range(end - 1, max(-1, end - VERSE_HEAD - 2), -1)
        line = next((line for line in above if verdicts.free(line) and rule.meets(page, line)), None)
        if line is None or page.words[line] == 1 or self.shapes[line].capitals not in "Tt":
            return None
        return line - 1 if self.shapes[line].capitals == "T" and self._is_above_name(line, verdicts) else line

    def _is_above_name(self, line: int, verdicts: Verdicts) -> bool:
        """Whether right above a line, all of whose words are capital as in a name, one stands that is written
        otherwise."""
        words = self.page.words
        if line == 0 or not verdicts.free(line - 1) or words[line] > NAME or words[line - 1] > VERSE_TITLE:
            return False
        return bool(self.shapes[line - 1].capitals != "T")
