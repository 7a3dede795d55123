"""What a pack can say: the dataclasses below are the format.

A pack has the keys of `PackHead`, any number of `[[rule]]` tables, what its templates call by name (`[slots]` and
`[patterns]`, see `templates`) and, in one shipped pack, a `[text]` table. A key of the file is the name of a field with
`-` for `_`, its type is the field's, and a key without a field is an error. What stands beside a type tells those who
write packs what the key does: the reference and the schema for editors are made from it.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from functools import partial
from typing import Annotated, Any, Literal

from ..dataclass import dataclass
from ..model import Category
from .phrases import FoldedPhrases

NOT_A_KEY = {"given": False}  # of a field that no pack has

# Languages, sites and paths: a page is inside if it is in one of each, as far as any are named.
Scope = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class PackHead:
    """What stands at the head of a pack, before its rules.

    A pack of one language tells how to find it, by its function words and its letters.
    """

    schema_version: Annotated[int, "Version of the format: 1."]
    language: Annotated[
        tuple[str, ...],
        'Codes of the languages that the rules are written in, as "en": they apply to pages in one of these alone. '
        "Phrases of `whole` apply to each page all the same, since a label is the same on whatever page it stands.",
    ] = ()
    site: Annotated[tuple[str, ...], "As in a rule, for those rules that name none."] = ()
    path: Annotated[tuple[str, ...], "As in a rule, for those rules that name none."] = ()
    disable: Annotated[
        tuple[str, ...], "Ids or categories of rules in other packs, off on the pages that this pack is for."
    ] = ()
    function_words: Annotated[tuple[str, ...], "The most frequent words of the language, by which it is found."] = ()
    letters: Annotated[str, "Letters of the language that few others have."] = ""
    widespread: Annotated[bool, "Whether the rules apply to pages in any other language too."] = False


@dataclass(frozen=True)
class Match:
    """What a line must hold: any one of these.

    Phrases are compared with case, width, quotation marks, dashes and white space folded, and never match inside a
    word. Where a pattern shows words that it cannot do without, those literals alone ask for it that are part of these
    or hold them. One that shows how its lines begin, as `^\\d` does, is tried on those alone, and needs no literals.
    `folded` holds the phrases of each key but `pattern` as they are looked for, see `add_folded_phrases`, and
    `made` what its templates became, see `templates.Made`.
    """

    whole: Annotated[
        tuple[str, ...], "Phrases each of which is all of a line, bullets, arrows and punctuation at its ends aside."
    ] = ()
    starts: Annotated[tuple[str, ...], "Phrases that a line starts with, bullets and arrows before them aside."] = ()
    ends: Annotated[tuple[str, ...], "Phrases that a line ends with, punctuation behind them aside."] = ()
    contains: Annotated[tuple[str, ...], "Phrases anywhere in a line."] = ()
    like: Annotated[
        tuple[str, ...],
        'Templates of a whole line: phrases with slots, such as "page {number} [of {number}]". {} is a slot of '
        "`[slots]`, `[patterns]` or the shipped ones, [] may be missing, (a|b) is one of these, … is anything, and "
        "what stands around & is anywhere in the line, in any order.",
    ] = ()
    pattern: Annotated[
        tuple[str, ...],
        "Regular expressions, searched for in the line without the white space around it, each run of it within made "
        "one space; that of a trim in the line as it stands, of which it takes the group `cut`, or all it matches.",
    ] = ()
    literals: Annotated[
        tuple[str, ...],
        "Words or phrases one of which is part of each text that a pattern matches, so that it is tried on few lines. "
        'Whole words; "*" at an end lets a word go on there: "photo*".',
    ] = ()
    made: tuple[tuple[str, tuple[str, ...], str], ...] = field(default=(), repr=False, metadata=NOT_A_KEY)
    folded: FoldedPhrases | None = field(default=None, compare=False, repr=False, metadata=NOT_A_KEY)


@dataclass(frozen=True)
class Conditions:
    """What else must be true of a line; all that are given.

    `links` and the marks from `heading` to `metadata` are known of texts whose form shows them, as Markdown does. Of
    other texts no line has links, and none is any of these but an item of a list, code or a table where they look like
    that.
    """

    min_words: Annotated[int | None, "It has so many words or more."] = None
    max_words: Annotated[int | None, "It has so many words or fewer."] = None
    min_chars: Annotated[int | None, "It has so many characters or more."] = None
    max_chars: Annotated[int | None, "It has so many characters or fewer."] = None
    sentence: Annotated[bool | None, "Whether it ends as a sentence does."] = None
    case: Annotated[Literal["upper", "lower", "title"] | None, "In what case its letters are."] = None
    begins: Annotated[Literal["upper", "lower", "digit", "mark"] | None, "What its first character is."] = None
    min_digits: Annotated[float | None, "At least this share (0 to 1) of its letters and digits are digits."] = None
    max_digits: Annotated[float | None, "At most this share (0 to 1) of its letters and digits are digits."] = None
    first: Annotated[int | None, "It is one of so many lines with text at the head of the page."] = None
    last: Annotated[int | None, "It is one of so many lines with text at the end of the page."] = None
    after: Annotated[float | None, "At least this share (0 to 1) of the page stands before it."] = None
    before: Annotated[float | None, "At most this share (0 to 1) of the page stands before it."] = None
    blank_before: Annotated[bool | None, "Whether a blank line, or the head of the page, is right before it."] = None
    blank_after: Annotated[bool | None, "Whether a blank line, or the end of the page, is right behind it."] = None
    links: Annotated[float | None, "At least this share (0 to 1) of it is links."] = None
    heading: Annotated[bool | None, "Whether it is marked as a heading."] = None
    heading_level: Annotated[int | None, "It is marked as a heading of this level (1 to 6) or one above it."] = None
    list_item: Annotated[bool | None, "Whether it is an item of a list."] = None
    table: Annotated[bool | None, "Whether it is of a table."] = None
    quote: Annotated[bool | None, "Whether it is marked as a quotation."] = None
    code: Annotated[bool | None, "Whether it is code."] = None
    metadata: Annotated[bool | None, "Whether it is of the block of fields at the head of a page."] = None
    category: Annotated[tuple[Category, ...], "Rules that went before found it to be of one of these categories."] = ()
    match: Annotated[Match | None, "What it must hold besides."] = None
    previous: Annotated[Conditions | None, "What must be true of the line with text before it."] = None
    next: Annotated[Conditions | None, "What must be true of the line with text behind it."] = None

    def asks_mark(self) -> bool:
        """Whether it wants a line that is marked as something; so few are that no phrase need be looked for first."""
        marks = (self.heading, self.list_item, self.table, self.quote, self.code, self.metadata)
        return bool(self.links or self.heading_level) or True in marks

    def asks_category(self) -> bool:
        """Whether other rules must have judged the neighbourhood first."""
        near = (self.previous, self.next)
        return bool(self.category) or any(each is not None and each.asks_category() for each in near)


@dataclass(frozen=True)
class Section:
    """From the matched line, the marker, on. A line of prose ends like a sentence and has `prose-words` or more."""

    until: Annotated[
        Literal["end", "prose", "blank", "posts", "reviews", "text-above"],
        "Where it ends: with the page, before the next line of prose, before a blank line, or with the last of the "
        "posts that people write below an article, each with a date or a line of the rule's category. With reviews of "
        "a product, or what its buyers have bought too, the text of the page ends, if most of it stands above, or "
        "dates and lines of comments follow. `text-above` goes the other way, to the nearest line that is no name: "
        "what somebody wrote above the marker.",
    ] = "prose"
    until_match: Annotated[Match | None, "It ends before the first line that holds this, too."] = None
    needs_end: Annotated[bool, "There is no section where no such line comes within `max-lines`."] = False
    max_lines: Annotated[int, "It takes so many lines with text at most, the marker aside."] = 10_000
    max_words: Annotated[
        int, "If it would take more words in lines of prose, the marker is not believed and goes alone."
    ] = 1_000_000
    prose_words: Annotated[int, "A line that ends like a sentence is prose if it has so many words."] = 14


@dataclass(frozen=True)
class Run:
    """Lines in a row that all meet the rule's `where`; looks at lines outside the article alone."""

    min_lines: Annotated[int, "How many lines in a row there must be."] = 4


@dataclass(frozen=True)
class Duplicate:
    """Lines that stand twice, after folding.

    The copy inside the article stays, or else the first. A copy of a line that goes is of that line's category.
    """

    scope: Annotated[
        Literal["adjacent", "document", "line", "documents"],
        "Where the copies stand: right behind each other, anywhere in the page, both in one line, or on many pages of "
        "a run.",
    ]
    between: Annotated[bool, 'With scope "line": whether some other text stands between the copies.'] = False
    min_documents: Annotated[int, 'With scope "documents": on how many pages the line must be.'] = 3
    min_share: Annotated[float, 'With scope "documents": on which share (0 to 1) of the group\'s pages too.'] = 0.5


@dataclass(frozen=True)
class Region:
    """The lines that the body leaves out on one side."""

    side: Annotated[Literal["before", "gap", "after"], "Before the article, in a gap inside it, or after it."]


@dataclass(frozen=True)
class Title:
    """The line that heads the article: of the lines around its opening the one with the highest score.

    The line meets the rule's `where`. The traits are those of `Traits` in `engine/title_traits.py`.
    """

    weights: Annotated[
        Mapping[str, Any], "For each trait of a line, a table of what each value of it adds to the line's score."
    ]
    reach: Annotated[int, "How many lines before the article are candidates."] = 80
    least: Annotated[float, "Where no line has a higher score, there is no title."] = 0.0
    least_clean: Annotated[
        float, "The same for a page that is all article, with prose in it: its title may have gone already."
    ] = 0.0


@dataclass(frozen=True)
class Heading:
    """Labels short lines inside the article that meet the rule's `where`; they stay."""


@dataclass(frozen=True)
class Layout:
    """Blank lines around removed text."""

    keep: Annotated[int, "So many at most stay between two lines that stay."] = 1


@dataclass(frozen=True)
class Wordless:
    """Lines that have no words to judge them by."""

    of: Annotated[
        Literal["image", "empty", "rule", "definition", "div", "running-head"],
        "An `image` goes, and what is `empty` (a link without text, a comment, a button of a text browser). A `rule`, "
        "such as a line of dashes, stays between lines that stay; a `definition` of a link or a footnote where a line "
        "that stays uses it; the fences of a `div` where all within stays. A `running-head` is a head, a foot or a "
        "number of a printed page.",
    ]


Mechanism = Literal["section", "run", "duplicate", "body", "region", "title", "heading", "wordless", "layout", "guard"]
Kind = Literal["line", "trim", "keep", Mechanism]


@dataclass(frozen=True)
class Guard:
    """What limits the other rules: what would take too much is undone, and reported."""

    scope: Annotated[
        Literal["rule", "document"],
        '"rule" limits how much one rule may take; "document" sees to it that enough of a page survives.',
    ]
    kinds: Annotated[tuple[Kind, ...], 'With scope "rule": the kinds of rules that it limits.'] = ()
    max_share: Annotated[
        float, 'With scope "rule": the share (0 to 1) of the words of a page\'s prose that one rule may take.'
    ] = 1.0
    min_words: Annotated[
        int, 'So many words of prose any rule may take (scope "rule"), or are enough (scope "document").'
    ] = 0
    min_share: Annotated[float, 'With scope "document": and so is this share (0 to 1) of a page\'s prose.'] = 0.0
    undo: Annotated[
        tuple[Kind, ...],
        'With scope "document": the kinds of rules that are undone, one after the other, until enough survives.',
    ] = ()
    prose_words: Annotated[int, "A line that ends like a sentence is prose if it has so many words."] = 14


@dataclass(frozen=True)
class Rule:
    """One rule. One of the mechanisms from `section` to `guard` is set, or none: then it speaks of single lines.

    `written_in` are the languages of its pack, `pack` is the path of that file below its folder, without the suffix;
    `off_in` are scopes in which other packs switch it off.
    """

    id: Annotated[str, 'A name that no other rule has, such as "en.promo.newsletter".']
    category: Annotated[Category, "What the lines are. Those of title, body and heading stay, all others go."]
    summary: Annotated[str, "What the rule takes, in a few words, for lists of rules."]
    reason: Annotated[str, "Why a line goes or stays, in a sentence, for those who ask."]
    action: Annotated[
        Literal["remove", "trim", "keep"],
        "Whether it takes a line, takes the part of it that a pattern matches, or protects it from all others.",
    ] = "remove"
    match: Annotated[Match | None, "What a line must hold."] = None
    where: Annotated[Conditions | None, "What else must be true of the line."] = None
    unless: Annotated[Conditions | None, "Exceptions: where all of this is true, the rule says nothing."] = None
    section: Annotated[Section | None, "Takes what stands below the line as well."] = None
    run: Annotated[Run | None, "Takes several lines in a row that meet `where`."] = None
    duplicate: Annotated[Duplicate | None, "Takes lines that stand twice."] = None
    body: Annotated[Mapping[str, Any] | None, "Finds where the article begins and ends."] = None
    region: Annotated[Region | None, "Takes what the body leaves out."] = None
    title: Annotated[Title | None, "Finds the line that heads the article."] = None
    heading: Annotated[Heading | None, "Labels headings inside the article."] = None
    wordless: Annotated[Wordless | None, "Takes lines without words."] = None
    layout: Annotated[Layout | None, "Takes blank lines around what was taken."] = None
    guard: Annotated[Guard | None, "Limits what the others take."] = None
    remove: Annotated[
        tuple[str, ...],
        'Examples that it must take: a line, or several of which those that go begin with "- " and those that stay '
        "with two spaces; [-...-] is the part that a trim takes. Of a keep rule: what it does not protect.",
    ] = ()
    keep: Annotated[tuple[str, ...], "Near misses that it must leave whole. Of a keep rule: what it protects."] = ()
    evidence: Annotated[
        bool, "Whether what it takes or keeps tells the body where the article is. Without, nothing else moves by it."
    ] = True
    language: Annotated[tuple[str, ...], "Codes of those languages that the rule is for alone."] = ()
    site: Annotated[
        tuple[str, ...],
        'Sites that it is for alone: hosts of URLs (with or without "www."), or folders; * stands for any characters.',
    ] = ()
    path: Annotated[tuple[str, ...], 'Paths that it is for alone, as "/sport/*": of URLs, else of files.'] = ()
    override: Annotated[
        str,
        "Id of a rule that it is made from, and that is off where this one speaks. What this one does not say is as "
        "there; its id is that one's with the name of the pack after an @.",
    ] = ""
    written_in: tuple[str, ...] = field(default=(), metadata=NOT_A_KEY)
    pack: str = field(default="", metadata=NOT_A_KEY)
    file: str = field(default="", metadata=NOT_A_KEY)
    off_in: tuple[Scope, ...] = field(default=(), metadata=NOT_A_KEY)

    @property
    def scope(self) -> Scope:
        """The pages that it speaks of, but for a language that some of its phrases do not need, see `PackHead`."""
        return self.language or (self.written_in if self.match is None else ()), self.site, self.path

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
