"""The types that everything else speaks in. No I/O, no policy.

Offsets are counted in characters of `Document.text`, start at 0 and are half-open; line numbers start at 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Literal, NamedTuple, get_args

from .dataclass import dataclass
from .late_pattern import late_pattern

Category = Literal[
    "title", "body", "heading", "dateline", "byline", "caption", "related", "promo", "comments", "share",
    "navigation", "advertisement", "subscription", "cookies", "legal", "tags", "metadata", "duplicate", "layout",
]  # fmt: skip
CATEGORIES: tuple[str, ...] = get_args(Category)
KEPT = frozenset({"title", "body", "heading"})  # what stays unless the user says otherwise

Action = Literal["keep", "remove"]


class Line(NamedTuple):
    """One line of a document. `text` has no line ending; `end` is the offset after the ending."""

    number: int
    start: int
    end: int
    text: str
    ending: str


class Decision(NamedTuple):
    """What happens to the span `start:end`, by which rule, and why. `line` is the number of the line it lies in.

    Each line with text has one decision that covers it whole, line ending included, or, where a part of it is
    taken out, a removing decision for each such part besides the one that keeps the line. A blank line has one only
    if it is removed. `rule` is empty where no rule had a say and the line simply stays.
    """

    line: int
    start: int
    end: int
    action: Action
    category: str
    rule: str
    reason: str


class LineMark(NamedTuple):
    """What is known of a line of a text that stood in HTML, beside its words.

    `number` is the line's, from 0; `kind` is "heading", "item" or "code", else ""; `level` is that of a heading (1 to
    6) or the depth of an item; lines of one list, or of one piece of code, have the number of their `block`, from 1;
    `links` is the share of its characters, white space aside, that are links.
    """

    number: int
    kind: Literal["", "heading", "item", "code"] = ""
    level: int = 0
    block: int = 0
    links: float = 0.0


@dataclass(frozen=True)
class Document:
    """Decoded text and all that is needed to write it back as it was: `bom + text.encode(encoding)`.

    `form` is what the text is to be read as: `plain`, `wrapped`, `markdown`, or `auto` for what it looks like.
    `site` tells rules that are for some sites where it is from: its URL, or names of its site with slashes between.
    `marks` are of plain text that stood in HTML, for those lines of which that tells something; None if it did not.
    """

    text: str
    name: str = "-"
    encoding: str = "utf-8"
    bom: bytes = b""
    form: str = "auto"
    site: str = ""
    marks: tuple[LineMark, ...] | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of `text`, each with its own ending (`\\n`, `\\r\\n` or `\\r`, as editors count lines).

        Made anew each time: those of a large file take more memory than its text.
        """
        # newline="" splits on all three endings and leaves them in place, at the speed of C.
        return tuple(StringIO(self.text, newline=""))

    def numbered(self) -> Iterator[Line]:
        start = 0
        for number, raw in enumerate(self.lines, 1):
            text = raw.rstrip("\r\n")
            yield Line(number, start, start + len(raw), text, raw[len(text) :])
            start += len(raw)


@dataclass(frozen=True)
class Note:
    """Something the user should know about one document: a guard that held a rule back, a rule that ran out of time.

    `rule` is the rule concerned, if any, `kind` one of `guard`, `no-body`, `timeout`, `format`.
    """

    kind: str
    rule: str
    message: str


_BESIDE = 15  # lines from the title, or from the first one of the text, to what is said of them
_FOOT = 9  # and from the last one of the text
_YEAR = late_pattern(r"(?<!\d)(?:(?:19|20|25)\d\d|(?![0-9])\d{4})(?!\d)")


@dataclass(frozen=True)
class Outcome:
    """A cleaned document: `text` is what is left, `decisions` (in order) say why.

    `language` is the code of the language that most of it is written in, "" where too little tells.
    """

    document: Document
    text: str
    decisions: tuple[Decision, ...]
    notes: tuple[Note, ...] = ()
    language: str = ""

    @property
    def title(self) -> str | None:
        """The line that heads the article, None where none was found; without the marks of Markdown before it."""
        return self._first("title")

    @property
    def date(self) -> str | None:
        """The line beside the title that rules found to be of dates and that names a year, or else the first one above
        the text that names none, as the text has it. None where all that were found stand elsewhere on the page.
        """
        found = self._beside_title("dateline")
        dated = next((each for each in found if _YEAR.search(self._text_of(each))), None)
        text = self._text_lines()[1]
        return self._shown(dated or next((each for each in found if each.line < text), None))

    @property
    def author(self) -> str | None:
        """The line beside the title, or right below the text, that rules found to name a writer, as the text has it."""
        return self._shown(next(iter(self._beside_title("byline")), None))

    def _first(self, category: Category) -> str | None:
        return self._shown(next((each for each in self.decisions if each.category == category), None))

    def _beside_title(self, category: Category) -> list[Decision]:
        """The lines of a category from the title to the first lines of the text, then the nearest above the title, then
        those right below the text.
        """
        found = [each for each in self.decisions if each.category == category and not self._is_bare_label(each)]
        title, first, last = self._text_lines()
        below = [each for each in found if title < each.line <= first + _BESIDE]
        above = [each for each in reversed(found) if title - _BESIDE <= each.line <= title]
        return below + above + [each for each in found if last < each.line <= last + _FOOT]

    def _text_lines(self) -> tuple[int, int, int]:
        """The line of the title, if there is one, and the first and the last line of the text below it."""
        text = [each.line for each in self.decisions if each.category == "body"] or [len(self.document.lines)]
        title = next((each.line for each in self.decisions if each.category == "title"), text[0])
        return title, next((line for line in text if line >= title), title), text[-1]

    def _is_bare_label(self, decision: Decision) -> bool:
        """Whether a line is what a rule calls a label, and names nobody: no two words with a capital end it."""
        words = self._text_of(decision).split()
        has_name = len(words) > 2 and all(word[0].isupper() for word in words[-2:])
        return decision.rule.endswith(".label") and not has_name

    def _shown(self, decision: Decision | None) -> str | None:
        return decision and self._text_of(decision).lstrip("# ")

    def _text_of(self, decision: Decision) -> str:
        return " ".join(self.document.text[decision.start : decision.end].split())

    @property
    def removed(self) -> tuple[Decision, ...]:
        """The removing decisions; what they span and what `text` holds make up the document's text exactly."""
        return tuple(decision for decision in self.decisions if decision.action == "remove")
