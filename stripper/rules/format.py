"""What a pack can say: the dataclasses below are the format.

A pack has the keys of `PackHead`, any number of `[[rule]]` tables, what its templates call by name (`[slots]` and
`[patterns]`, see `templates`) and, in one shipped pack, a `[text]` table. A key of the file is the name of a field with
`-` for `_`, its type is the field's, and a key without a field is an error.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from ..model import Category
from .phrases import FoldedPhrases


@dataclass(frozen=True, slots=True)
class PackHead:
    """What stands at the head of a pack, before its rules.

    `language` holds the codes of the languages that the rules are written in: they apply to pages in one of these. But
    phrases of `whole` apply to each page, since a label is the same on whatever page it stands. A pack of one language
    tells how to find it, by its most frequent `function_words`, and by `letters` that few others have; if it is
    `widespread`, its rules apply to pages in any other language too.
    """

    schema_version: int
    language: tuple[str, ...] = ()
    function_words: tuple[str, ...] = ()
    letters: str = ""
    widespread: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """What a line must hold: any one of these. Phrases are compared folded, see `stripper.text`.

    `whole`, `starts` and `ends` look through bullets, arrows and punctuation at the ends of the line. A phrase never
    matches inside a word. `like` holds templates, as "page {number} [of {number}]", see `templates`; they become
    patterns when their pack is read, with literals of their own, and stand behind those of `pattern` then. A `pattern`
    is tried on the line without the white space around it, each run of it within made one space (that of a `trim`,
    whose offsets count, on the line as it stands); `literals` are words or phrases one of which (folded) is part of
    each text that a pattern matches, so that the pattern is tried on few lines. They are whole words too; a `*` at an
    end lets a word go on there: "photo*". Where a pattern shows words that it cannot
    do without, those literals alone ask for it that are part of these or hold them. A pattern that shows how its lines
    begin, as `^\\d` does, is tried on those alone, and can do without.
    `folded` holds the phrases of each key but `pattern` as they are looked for, see `add_folded_phrases`, and
    `made_literals` the literals of each pattern that a template became.
    """

    whole: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    like: tuple[str, ...] = ()
    pattern: tuple[str, ...] = ()
    literals: tuple[str, ...] = ()
    made_literals: tuple[tuple[str, ...], ...] = field(default=(), repr=False, metadata={"given": False})
    folded: FoldedPhrases | None = field(default=None, compare=False, repr=False, metadata={"given": False})


@dataclass(frozen=True, slots=True)
class Conditions:
    """What else must be true of a line; all that are given.

    `first` and `last` count lines with text from either end of the document, `after` and `before` are shares of them
    (0 to 1). `digits` is the share of digits among letters and digits. `category` is what an earlier pass found the
    line to be. `previous` and `next` speak of the nearest lines with text.

    `links` (at least this share of the line is links) and the marks from `heading` to `metadata` are known of texts
    whose form shows them, as Markdown does. Of other texts no line has links, and none is any of these but an item
    of a list, code or a table where they look like that.
    """

    min_words: int | None = None
    max_words: int | None = None
    min_chars: int | None = None
    max_chars: int | None = None
    sentence: bool | None = None
    case: Literal["upper", "lower", "title"] | None = None
    begins: Literal["upper", "lower", "digit", "mark"] | None = None
    min_digits: float | None = None
    max_digits: float | None = None
    first: int | None = None
    last: int | None = None
    after: float | None = None
    before: float | None = None
    blank_before: bool | None = None
    blank_after: bool | None = None
    links: float | None = None
    heading: bool | None = None
    list_item: bool | None = None
    table: bool | None = None
    quote: bool | None = None
    code: bool | None = None
    metadata: bool | None = None
    category: tuple[Category, ...] = ()
    match: Match | None = None
    previous: Conditions | None = None
    next: Conditions | None = None

    def asks_mark(self) -> bool:
        """Whether it wants a line that is marked as something; so few are that no phrase need be looked for first."""
        marks = (self.heading, self.list_item, self.table, self.quote, self.code, self.metadata)
        return bool(self.links) or True in marks

    def asks_category(self) -> bool:
        """Whether other rules must have judged the neighbourhood first."""
        near = (self.previous, self.next)
        return bool(self.category) or any(each is not None and each.asks_category() for each in near)


@dataclass(frozen=True, slots=True)
class Section:
    """From the matched line on: to the `end` of the document, to the next line of `prose`, or to a `blank` line.

    `until_match` ends it before the first line that matches. It takes at most `max_lines` lines with text. If it
    would take more than `max_words` words in lines of prose, the marker is not believed and goes alone.
    A line of prose ends like a sentence and has `prose_words` words or more.
    """

    until: Literal["end", "prose", "blank"] = "prose"
    until_match: Match | None = None
    max_lines: int = 10_000
    max_words: int = 1_000_000
    prose_words: int = 14


@dataclass(frozen=True, slots=True)
class Run:
    """`min_lines` or more lines in a row that all meet the rule's `where`; looks at lines outside the article alone."""

    min_lines: int = 4


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Lines that stand twice, after folding.

    scope "adjacent": the copy follows its original; "document": anywhere; "line": a text stands twice within one
    line, with `between` (if true) some other text between the copies; "documents": on many documents of a run, at
    least `min_documents` of them and at least `min_share` of the group. The copy inside the article stays, or else
    the first. A copy of a line that goes is of that line's category.
    """

    scope: Literal["adjacent", "document", "line", "documents"]
    between: bool = False
    min_documents: int = 3
    min_share: float = 0.5


@dataclass(frozen=True, slots=True)
class Region:
    """The lines that the body leaves out on one side: `before` the article, in a `gap` inside it, or `after` it."""

    side: Literal["before", "gap", "after"]


@dataclass(frozen=True, slots=True)
class Title:
    """The line that heads the article: of the last `reach` lines before it and its first line, the best candidate.

    The candidate meets the rule's `where`. Each line of distance costs `distance`; a line that stands again in the
    page, whole or at the start of another (a page title with the site's name), earns `repeated`; one that opens the
    article itself earns `opening`. Below `least` there is no title.
    """

    reach: int = 40
    distance: float = 0.25
    repeated: float = 4.0
    opening: float = 0.0
    least: float = -4.0


@dataclass(frozen=True, slots=True)
class Heading:
    """Labels short lines inside the article that meet the rule's `where`; they stay."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Blank lines around removed text: at most `keep` of them stay between two kept lines."""

    keep: int = 1


@dataclass(frozen=True, slots=True)
class Wordless:
    """Lines that have no words to judge them by. An `image` and what is `empty` (a link without text, a comment, a
    button of a text browser) go; a `rule`, such as a line of dashes, stays between lines that stay, and a `definition`
    of a link or a footnote where a line that stays uses it.
    """

    of: Literal["image", "empty", "rule", "definition"]


Mechanism = Literal["section", "run", "duplicate", "body", "region", "title", "heading", "wordless", "layout", "guard"]
Kind = Literal["line", "trim", "keep", Mechanism]


@dataclass(frozen=True, slots=True)
class Guard:
    """What limits the others.

    scope "rule": a rule that takes more than `max_share` of the words of the document's prose is undone, and reported.
    scope "document": if fewer than `min_words` words of prose, and less than `min_share` of them, would survive, the
    kinds of rule named in `undo` are undone, one after the other, until enough survives. `prose_words` as in Section.
    """

    scope: Literal["rule", "document"]
    kinds: tuple[Kind, ...] = ()
    max_share: float = 1.0
    min_words: int = 0
    min_share: float = 0.0
    undo: tuple[Kind, ...] = ()
    prose_words: int = 14


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, as its pack has it. Exactly one of the mechanisms `section` ... `guard` is set, or none: then it
    speaks of single lines. `remove` are examples that it must take (lines, or texts whose lines are marked as in a
    diff: `- ` for what must go, two spaces for what must stay; `[-...-]` marks what a trim takes). `keep` are near
    misses that it must leave whole. `language` holds the codes of those languages that it is for alone, `written_in`
    those of its pack. `pack` is the path of the file below its folder, without the suffix.
    """

    id: str
    category: Category
    summary: str
    reason: str
    action: Literal["remove", "trim", "keep"] = "remove"
    match: Match | None = None
    where: Conditions | None = None
    unless: Conditions | None = None
    section: Section | None = None
    run: Run | None = None
    duplicate: Duplicate | None = None
    body: Mapping[str, Any] | None = None
    region: Region | None = None
    title: Title | None = None
    heading: Heading | None = None
    wordless: Wordless | None = None
    layout: Layout | None = None
    guard: Guard | None = None
    remove: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    written_in: tuple[str, ...] = field(default=(), metadata={"given": False})
    pack: str = field(default="", metadata={"given": False})
    file: str = field(default="", metadata={"given": False})

    @property
    def kind(self) -> str:
        """The mechanism that carries the rule out: `line`, `trim`, `keep`, or the name of its table."""
        return kind_of(partial(getattr, self))

    def goes_by_marks(self) -> bool:
        """Whether marks alone tell the lines that it takes, and no word of theirs."""
        return self.match is None and self.where is not None and self.where.asks_mark() and self.kind in LINE_KINDS

    def asks_category(self) -> bool:
        """Whether it depends on what other rules have found."""
        return any(each is not None and each.asks_category() for each in (self.where, self.unless))


def kind_of(get: Callable[[str], Any]) -> str:
    for name in MECHANISMS:
        if get(name) is not None:
            return name
    action: str = get("action") or "remove"
    return "line" if action == "remove" else action


LINE_KINDS = ("line", "keep", "section")
MECHANISMS: tuple[str, ...] = typing.get_args(Mechanism)


def matches_of(rule: Rule) -> Iterator[tuple[str, Match]]:
    """Each match table of a rule, with its key."""
    if rule.match is not None:
        yield "match", rule.match
    if rule.section is not None and rule.section.until_match is not None:
        yield "section.until-match", rule.section.until_match
    todo = [("where", rule.where), ("unless", rule.unless)]
    while todo:
        key, conditions = todo.pop()
        if conditions is None:
            continue
        if conditions.match is not None:
            yield f"{key}.match", conditions.match
        todo += [(f"{key}.previous", conditions.previous), (f"{key}.next", conditions.next)]
