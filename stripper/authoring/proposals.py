"""What is proposed, and how it reads as a pack: rules with their evidence, examples and near misses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ..engine.statistics import NUMBER

NO_PROSE = "No page of the site holds a line of prose, and so this one stands for what must stay."
PLACES = {"before": "navigation", "inside": "promo", "after": "related"}  # where lines stand -> the category proposed
TEXTS = 20  # of a line or label that are kept
GLANCE = 200  # characters of a near miss
NEAREST = 2  # near misses of a rule
SHOWN = 5  # examples of a rule, and lines below a marker in one
LABELS = ("starts", "contains")
SUMMARIES = {
    "whole": "Lines that many pages share",
    "starts": "Lines that begin as on many pages",
    "contains": "Lines with a label that stands in lines of many pages",
    "pattern": "Lines that many pages share, but for numbers",
    "end": "A line below which the page ends, on each page that has it",
    "box": "A line over others that are none of the article",
}


class Sight(NamedTuple):
    """A line as it stands on a page: `place` is where, one of PLACES; `stays` tells what the rules do."""

    page: str
    text: str
    place: str
    stays: bool
    is_title: bool
    is_prose: bool
    words: int


@dataclass(slots=True)
class Seen:
    """What is known of a line, or of a label that heads lines, on one site."""

    pages: set[str] = field(default_factory=set)
    left: int = 0  # times that the rules left it
    prose: int = 0  # times that it was prose
    titles: int = 0  # times that it was taken for the title
    words: int = 0
    texts: dict[str, None] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)

    def add(self, sight: Sight) -> None:
        self.pages.add(sight.page)
        self.left += sight.stays
        self.titles += sight.is_title
        self.prose += sight.is_prose
        self.words = max(self.words, sight.words)
        self.places[sight.place] = self.places.get(sight.place, 0) + 1
        if len(self.texts) < TEXTS:
            self.texts.setdefault(sight.text)

    def kinds(self) -> int:
        """How many of its texts differ in more than numbers."""
        return len({NUMBER.sub("0", text.casefold()) for text in self.texts})

    @property
    def times(self) -> int:
        return sum(self.places.values())

    @property
    def inside(self) -> int:
        """How often it stands between paragraphs of an article."""
        return self.places.get("inside", 0)

    @property
    def place(self) -> str:
        return max(PLACES, key=lambda place: self.places.get(place, 0))

    @property
    def text(self) -> str:
        return next(iter(self.texts))


class Below(NamedTuple):
    """The lines below a marker: how many there are on all pages, how many the rules leave, how many they take for their
    place alone, and those of one page."""

    lines: int
    left: int
    by_shape: int
    example: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A line (`whole`), a label that lines begin with (`starts`) or have in them (`contains`), or a marker of the `end`
    or of a `box`.

    A marker takes the lines `below` it: `most` words of prose, or lines, at most.
    """

    kind: str
    key: str
    seen: Seen
    below: Below | None = None
    most: int = 0

    @property
    def varies(self) -> bool:
        """Whether its texts differ in more than marks and case, as no label does."""
        texts = {_words(text) for text in self.seen.texts}
        return self.kind not in LABELS and len(texts) > 1

    def evidence(self, count: int) -> str:
        """As a comment, `count` being the number of pages."""
        seen, below = self.seen, self.below
        told = f"{len(seen.pages)} of {count} pages, left {seen.left} of {seen.times} times"
        told += f", {seen.inside} between paragraphs" if seen.inside else ""
        if below is not None:
            told += f"; below it {below.lines} lines, {below.left} of them left"
            told += f" and {below.by_shape} taken for their place alone" if below.by_shape else ""
        return f"#   {told}: {plain(seen.text)[:70]}"


def rules_of(site: str, count: int, found: Sequence[Proposal], misses: Sequence[str]) -> Iterator[str]:
    """The rules of a site of so many pages, as TOML. `misses` are lines of prose, which must stay."""
    groups: dict[tuple[str, str, int], list[Proposal]] = {}
    for each in found:
        kind = "pattern" if each.kind == "whole" and each.varies else each.kind
        groups.setdefault((each.seen.place, kind, len(groups) if each.below else 0), []).append(each)
    name = re.sub(r"\W+", "-", site.casefold()).strip("-_") or "pages"
    ids: dict[str, int] = {}
    for (place, kind, _), some in sorted(groups.items()):
        category = "related" if some[0].below else PLACES[place]
        own = f"{name}.{category}.{kind}"
        ids[own], what = ids.get(own, 0) + 1, "markers" if some[0].below else "lines"
        lines = [
            f"# {plain(site) or 'All pages'}: {what} {place} the article. None is prose.",
            *(each.evidence(count) for each in some),
            "[[rule]]",
            f"id       = {quoted(own if ids[own] == 1 else f'{own}-{ids[own]}')}",
            f"category = {quoted(category)}",
            f"summary  = {quoted(SUMMARIES[kind])}",
            f"reason   = {quoted('Stands on many pages of the site')}",
            *_match(kind, some),
            "evidence = false",
            *([f"site     = [{quoted(of_site)}]"] if (of_site := site_name(site)) else []),
            f"remove   = [{_list(_example(each, misses) for each in some[:SHOWN])}]",
            f"keep     = [{_list([*_without_colon(kind, some), *_nearest(some, misses)])}]",
            "",
        ]
        yield "\n".join(lines)


def _match(kind: str, some: Sequence[Proposal]) -> Iterator[str]:
    if some[0].varies:
        way, values = "pattern", [_pattern(each.seen) for each in some]
    elif kind == "starts":
        way, values = kind, [each.key for each in some]
    elif kind == "contains":  # as a phrase it would lose its colon
        way, values = "pattern", [rf"(?i)\b{re.escape(COLON.sub('', each.key))}\s?[:：]" for each in some]
    else:
        way, values = "whole", [each.seen.text for each in some]
    yield f"match    = {{ {way} = [{_list(dict.fromkeys(values))}] }}"
    if kind in LABELS:
        yield f"where    = {{ max-words = {max(each.seen.words for each in some)}, sentence = false }}"
    elif kind == "end":
        yield f'section  = {{ until = "end", prose-words = 10, max-words = {some[0].most} }}'
    elif kind == "box":
        yield f'section  = {{ until = "prose", prose-words = 10, max-lines = {some[0].most} }}'


def _nearest(some: Sequence[Proposal], misses: Sequence[str]) -> list[str]:
    """The lines of prose that have most words of what is proposed in them, of those short enough to read them all."""
    own = {word.strip(":") for each in some for word in each.key.split()}
    short = [text for text in misses if len(text) <= GLANCE] or list(misses)
    return sorted(short, key=lambda text: -len(own.intersection(text.casefold().split())))[:NEAREST] or [NO_PROSE]


def _without_colon(kind: str, some: Sequence[Proposal]) -> list[str]:
    """A line that begins with a label and goes on without its colon, as a heading may: "Title fight" is no "Title:"."""
    labels = [_words(each.key) for each in some]
    for at, each in enumerate(some):
        miss = COLON.sub("", each.seen.text, count=1)
        others = (*labels[:at], *labels[at + 1 :])
        if kind == "starts" and each.key.endswith(":") and not _words(miss).startswith(others):
            return [miss]
        if kind == "contains" and not COLON.search(miss):
            return [miss]
    return []


def _words(text: str) -> str:
    return MARKS.sub(" ", text.casefold()).strip()


def _example(each: Proposal, misses: Sequence[str]) -> str:
    if each.below is None:
        return each.seen.text
    above = misses[0] if misses else NO_PROSE
    return "\n".join([f"  {above}", *(f"- {text}" for text in (each.seen.text, *each.below.example[:SHOWN]))])


def _pattern(seen: Seen) -> str:
    """What matches the texts of a line, and all that differ from them in nothing but what varies among them."""
    texts = [" ".join(text.split()) for text in seen.texts]
    bare = [text.strip("".join(char for char in set(text) if not char.isalnum())) for text in texts]
    pieces = [NUMBER.sub("0", text).split() for text in bare]
    first = NUMBER.split(bare[0])
    if any(len(each) != len(pieces[0]) for each in pieces):
        return rf"(?i)^\W*{NUMBER_PATTERN.join(map(re.escape, first))}\W*$"
    words = []
    for at, word in enumerate(pieces[0]):
        others = {each[at].casefold() for each in pieces}
        varies = len(others) > 1 and all(any(map(str.isalpha, other)) for other in others)
        words.append(WORD_PATTERN if varies else NUMBER_PATTERN.join(map(re.escape, word.split("0"))))
    return rf"(?i)^\W*{' '.join(words)}\W*$"


MARKS = re.compile(r"\W+")
COLON = re.compile(r"\s*[:：]")
NUMBER_PATTERN = r"\d[\d.,:]*"
WORD_PATTERN = r"\p{L}+\W?"


def site_name(group: str) -> str:
    """The name by which rules can be for a group alone: that part of a folder which may be a host, or the last one."""
    parts = [part for part in group.split("/") if part]
    return next((part for part in parts if "." in part), parts[-1] if parts and group.endswith("/") else "")


def _list(values: Iterable[str]) -> str:
    return "".join(f"\n  {quoted(value)}," for value in values) + "\n"


def plain(text: str) -> str:
    """A text that can stand in a comment."""
    return "".join(char if char.isprintable() else " " for char in text)


def quoted(text: str) -> str:
    """A TOML string."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return re.sub("[\x7f-\x9f]", lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
