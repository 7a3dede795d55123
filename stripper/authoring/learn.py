"""Rules proposed from pages: lines, starts of lines and markers that many pages of a site share and the rules leave.

Only what stands on several pages is proposed, word for word (numbers and what stands between them aside), and nothing
that reads as prose anywhere. The same pages give the same pack, whatever their order.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ..engine.records import digest
from ..engine.statistics import NUMBER
from ..model import Outcome
from ..reading.page import Page
from ..rules.ruleset import RuleSet
from .markers import Row, Sequences, find_markers
from .pages import Source
from .proposals import Proposal, Seen, Sight, plain, rules_of, site_name

LEAST_PAGES = 5  # that must share a line; fewer articles, or goods, may say the same by chance
LEAST_SHARE = 0.05  # of the pages of the site
INSIDE_SHARE = 0.6  # of the pages, for what may be a heading or a title: recipes share headings
INSIDE_MOST = 0.2  # of the times that a line is seen; more often between paragraphs, it needs so many pages
LEFT_MOST = 0.5  # of the times that a line is seen; what the rules take more often is no heading
MOST_TIMES = 2.0  # that a line is left on each page; more often it is part of the items of a list, such as a rating
PROSE_WORDS = 10  # a line of so many words that ends like a sentence is prose
LABEL_WORDS = 4  # at most, before a colon
FIRST_WORDS = 2  # without a colon, that many lines share
MOST_WORDS = 8  # of such a line
LONGEST = 5_000  # characters of a line that is proposed; few paragraphs are longer, and whole dumps of sites are
HEAD = """\
# Proposed from pages: look at each rule, and give it a better name and category. What other rules do not take is left.
"""
AS_PROPOSED = "# As proposed: "  # and a digest of all below that line
MISSES = 2_000  # lines of prose kept as near misses
BY_SHAPE = frozenset({"body", "region"})  # kinds of rule that see one page at a time: of another they may leave a line
_AMONG_NUMBERS = re.compile(r"\b(?:[^\W\d_]+\.?)(?= 0,? 0\b)|(?<=\b0 )[^\W\d_]+\.?(?= 0\b)")


class Why(NamedTuple):
    """Why a line, or several, are not proposed."""

    one: str
    many: str


PROSE = Why("reads as prose", "read as prose")
TITLE = Why("is the title of some pages", "are the titles of some pages")
MANY_TIMES = Why(
    "stands many times on each page, as a part of each item of a list does",
    "stand many times on each page, as a part of each item of a list does",
)
LONG = Why("is too long for a phrase", "are too long for phrases")
AMID = Why("stands between paragraphs, where a heading may", "stand between paragraphs, where a heading may")


class LeftOut(NamedTuple):
    """A line that many pages have, or start with, and why it is not proposed."""

    site: str
    line: str
    pages: int
    why: Why

    def __str__(self) -> str:
        return f"{plain(self.site) or 'all pages'}: {plain(self.line)[:60]!r} on {self.pages} pages: {self.why.one}"


class Learned(NamedTuple):
    """A pack as TOML, how many lines and markers it proposes in how many rules, and what was left out, named there too.

    `too_few` are the sites of which there are too few pages to tell what they share, `no_article` counts pages that
    were passed by.
    """

    pack: str
    proposed: int
    rules: int
    left_out: list[LeftOut]
    too_few: list[str]
    no_article: int


@dataclass(slots=True)
class _Site:
    """What is known of the pages of one site."""

    pages: Sequences = field(default_factory=dict)
    lines: dict[str, Seen] = field(default_factory=dict)
    starts: dict[str, Seen] = field(default_factory=dict)
    labels: dict[str, Seen] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)

    def least(self) -> float:
        return max(LEAST_PAGES, LEAST_SHARE * len(self.pages))


def key_of(folded: str) -> str:
    """What lines have in common that differ in numbers, or in a word before or between numbers, as in a date."""
    return _AMONG_NUMBERS.sub("a", NUMBER.sub("0", folded))


def start_of(folded: str) -> str:
    """What a line begins with up to a colon, if that is short; "" if it has none."""
    label, colon, rest = folded.partition(":")
    is_label = colon and rest.strip() and not label.isdigit() and len(label.split()) <= LABEL_WORDS
    return label + colon if is_label else ""


def label_of(folded: str) -> str:
    """The word before the last colon, which is a label if little stands behind it, as a name in a credit; else ""."""
    before, colon, rest = folded.rpartition(":")
    words = before.split()
    is_label = colon and 0 < len(rest.split()) <= LABEL_WORDS and len(words) > 1 and words[-1].isalpha()
    return f"{words[-1]}:" if is_label else ""


def words_of(folded: str) -> str:
    """The first words of a line that has a few more of them, as "photo by" in a credit; else ""."""
    words = folded.split()
    first = words[:FIRST_WORDS]
    return " ".join(first) if FIRST_WORDS < len(words) <= MOST_WORDS and all(map(str.isalpha, first)) else ""


class Learner:
    """Takes one page after the other, as the rules judge each by itself; `learned` is what comes of them."""

    def __init__(self, rules: RuleSet) -> None:
        self._orthography = rules.orthography
        self._by_shape = {name for name, _, kind, *_ in rules.heads() if kind in BY_SHAPE}
        self._sites: dict[str, _Site] = {}
        self._no_article = 0

    def add(self, source: Source, outcome: Outcome) -> None:
        """Take a page into account, unless no article was found on it."""
        if any(note.kind == "no-body" for note in outcome.notes):
            self._no_article += 1
            return  # a list of goods, say: what its lines share may be all that it is about
        group = source.group or ""
        site = self._sites.setdefault(f"{name}/" if (name := site_name(group)) else group, _Site())
        page = Page(outcome.document, self._orthography)
        kept = {each.line: each.category for each in outcome.decisions if each.action == "keep"}
        shaped = {each.line for each in outcome.removed if each.rule in self._by_shape}
        stays = [any(number + 1 in kept for number in numbers) for numbers in page.lines]
        prose = [page.is_prose(at, PROSE_WORDS) for at in range(len(page))]
        held = [at for at in range(len(page)) if stays[at] and prose[at]]
        site.misses += [page.text[at] for at in held[: MISSES - len(site.misses)]]
        rows = site.pages[source.name] = []
        for at, bare in enumerate(page.folded):
            if not bare:
                continue
            number = page.lines[at][0] + 1
            place = "before" if not held or at < held[0] else "after" if at > held[-1] else "inside"
            is_title, words = kept.get(number) == "title", page.words[at]
            sight = Sight(source.name, page.text[at], place, stays[at], is_title, prose[at], words)
            key = key_of(bare)
            rows.append(
                Row(sys.intern(key), stays[at], number in shaped, words if prose[at] else 0, stays[at] and prose[at])
            )
            for table, each in (
                (site.lines, key), (site.starts, start_of(bare) or words_of(bare)), (site.labels, label_of(bare)),
            ):  # fmt: skip
                if each:
                    table.setdefault(each, Seen()).add(sight)

    def learned(self) -> Learned:
        """What is proposed for the sites of which enough pages were added."""
        left_out: list[LeftOut] = []
        too_few: list[str] = []
        rules: list[str] = []
        taken: set[str] = set()  # a line that two sites share is proposed once
        proposed = 0
        for name, site in sorted(self._sites.items()):
            if len(site.pages) < LEAST_PAGES:
                too_few.append(name or "all pages")
                continue
            found = list(_believed(name, site, taken, left_out))
            markers, above = find_markers(site.pages, site.lines, {each.key for each in found}, site.least())
            headed = {each.key for each in found if each.kind == "whole"} - above | {each.key for each in markers}
            found = [each for each in found if each.key not in headed] + markers
            proposed += len(found)
            misses = sorted(set(site.misses), key=lambda text: (len(text), text))
            rules += rules_of(name, len(site.pages), found, misses)
        foot = ["# Left out:", *(f"#   {each}" for each in left_out), ""] if left_out else []
        pack = "\n".join(["schema-version = 1\n", *rules, *foot])
        head = f"{HEAD}{AS_PROPOSED}{_digest(pack.encode('utf-8'))}\n"
        return Learned(head + pack, proposed, len(rules), left_out, too_few, self._no_article)


def is_as_proposed(pack: bytes) -> bool:
    """Whether a file is a pack of proposals that nobody has changed."""
    told, _, rest = pack.partition(AS_PROPOSED.encode())[2].partition(b"\n")
    return told.decode("utf-8", "replace") == _digest(rest)


def _digest(data: bytes) -> str:
    return digest(data).hex()


def _believed(name: str, site: _Site, taken: set[str], left_out: list[LeftOut]) -> Iterator[Proposal]:
    """Each line or label that is proposed."""
    count, heads = len(site.pages), set[str]()
    for kind, table in (("starts", site.starts), ("contains", site.labels), ("whole", site.lines)):
        for key, seen in sorted(table.items(), key=lambda item: (-len(item[1].pages), item[0])):
            if len(seen.pages) < site.least() or not seen.left or key in taken:
                continue
            if kind != "whole" and seen.kinds() < LEAST_PAGES:
                continue  # the lines themselves are proposed
            if kind == "whole" and not heads.isdisjoint((start_of(key), words_of(key), label_of(key))):
                continue
            if not any(char.isalpha() for char in key):
                continue
            if why := _why_not(seen, count):
                left_out.append(LeftOut(name, seen.text, len(seen.pages), why))
                continue
            taken.add(key)
            heads |= {key} if kind != "whole" else set()
            yield Proposal(kind, key, seen)


def _why_not(seen: Seen, count: int) -> Why | None:
    if len(seen.text) > LONGEST:
        return LONG
    if seen.prose:
        return PROSE
    if 0 < seen.titles < INSIDE_SHARE * len(seen.pages):
        return TITLE  # on most of its pages, it is the name of the site
    if seen.left > MOST_TIMES * len(seen.pages):
        return MANY_TIMES
    is_inside = seen.inside > INSIDE_MOST * seen.times and seen.left > LEFT_MOST * seen.times
    if is_inside and len(seen.pages) < INSIDE_SHARE * count:
        return AMID
    return None
