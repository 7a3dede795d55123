"""Rules proposed from pages: lines, and starts of lines, that many pages of a site share and the rules leave.

Only what stands on several pages is proposed, word for word (numbers aside), and nothing that reads as prose anywhere.
The same pages give the same pack, whatever their order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ..engine.statistics import NUMBER
from ..model import Outcome
from ..reading.page import Page
from ..rules.ruleset import RuleSet
from .pages import Source

LEAST_PAGES = 3  # that must share a line; two articles may quote the same name
LEAST_SHARE = 0.05  # of the pages of the site
INSIDE_SHARE = 0.6  # of the pages, for what may be a heading or a title: recipes share headings, series a title
INSIDE_MOST = 0.2  # of the times that a line is seen; more often between paragraphs, it needs so many pages
MOST_TIMES = 2.0  # that a line stands on each page; more often it is part of the items of a list, such as a rating
PROSE_WORDS = 10  # a line of so many words that ends like a sentence is prose
LABEL_WORDS = 4  # at most, before a colon
NO_PROSE = "No page of the site holds a line of prose, and so this one stands for what must stay."
PLACES = {"before": "navigation", "inside": "promo", "after": "related"}  # where lines stand -> the category proposed


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

    @property
    def place(self) -> str:
        return max(PLACES, key=lambda place: self.places.get(place, 0))


class Learned(NamedTuple):
    """A pack as TOML, how many lines it proposes, and what was left out and why."""

    pack: str
    proposed: int
    left_out: list[str]


class Learner:
    """Takes one page after the other, as the rules judge each by itself; `learned` is what comes of them."""

    def __init__(self, rules: RuleSet) -> None:
        self._orthography = rules.orthography
        self._lines: dict[str, dict[str, Seen]] = {}
        self._labels: dict[str, dict[str, Seen]] = {}
        self._pages: dict[str, set[str]] = {}
        self._misses: dict[str, list[str]] = {}

    def add(self, source: Source, outcome: Outcome) -> None:
        if any(note.kind == "no-body" for note in outcome.notes):
            return  # a list of goods, say: what its lines share may be all that it is about
        site = source.group or ""
        self._pages.setdefault(site, set()).add(source.name)
        page = Page(outcome.document, self._orthography)
        gone = {each.line for each in outcome.removed} - {
            each.line for each in outcome.decisions if each.action == "keep"
        }
        titles = {each.line for each in outcome.decisions if each.category == "title"}
        stays = [not all(number + 1 in gone for number in numbers) for numbers in page.lines]
        prose = [at for at in range(len(page)) if stays[at] and page.is_prose(at, PROSE_WORDS)]
        misses = self._misses.setdefault(site, [])
        if prose and len(misses) < 50:
            misses.append(min((page.text[at] for at in prose), key=lambda text: (len(text), text)))
        for at, bare in enumerate(page.folded):
            if not bare:
                continue
            place = "before" if not prose or at < prose[0] else "after" if at > prose[-1] else "inside"
            keys = [(self._lines, NUMBER.sub("0", bare))]
            label, colon, rest = bare.partition(":")
            if colon and rest.strip() and not label.isdigit() and len(label.split()) <= LABEL_WORDS:
                keys.append((self._labels, label))
            for table, key in keys:
                seen = table.setdefault(site, {}).setdefault(key, Seen())
                seen.pages.add(source.name)
                seen.left += stays[at]
                seen.titles += page.lines[at][0] + 1 in titles
                seen.prose += page.is_prose(at, PROSE_WORDS)
                seen.words = max(seen.words, page.words[at])
                seen.places[place] = seen.places.get(place, 0) + 1
                if len(seen.texts) < 20:
                    seen.texts.setdefault(page.text[at])

    def learned(self) -> Learned:
        left_out: list[str] = []
        rules: list[str] = []
        taken: set[str] = set()  # a line that two sites share is proposed once
        proposed = 0
        for site in sorted(self._pages):
            count = len(self._pages[site])
            found = list(self._believed(site, count, taken, left_out))
            proposed += len(found)
            rules += _rules(site, count, found, sorted(self._misses[site], key=lambda text: (len(text), text)))
        head = "# Proposed from pages: look at each rule, and give it a better name and category.\nschema-version = 1\n"
        return Learned("\n".join([head, *rules]), proposed, left_out)

    def _believed(self, site: str, count: int, taken: set[str], left_out: list[str]) -> Iterator[tuple[str, str, Seen]]:
        """Kind, key and what was seen of each line or label that is proposed."""
        least = max(LEAST_PAGES, LEAST_SHARE * count)
        labels = set()
        for kind, table in (("starts", self._labels), ("whole", self._lines)):
            for key, seen in sorted(table.get(site, {}).items(), key=lambda item: (-len(item[1].pages), item[0])):
                if len(seen.pages) < least or not seen.left or key in taken:
                    continue
                if kind == "starts" and len(seen.texts) < LEAST_PAGES:
                    continue  # the lines themselves are proposed
                if kind == "whole" and key.partition(":")[0] in labels:
                    continue
                if not any(char.isalpha() for char in key):
                    continue
                if why := self._why_not(seen, count):
                    left_out.append(f"{site or 'all pages'}: {key[:60]!r} on {len(seen.pages)} of {count} pages: {why}")
                    continue
                taken.add(key)
                labels |= {key} if kind == "starts" else set()
                yield kind, key, seen

    def _why_not(self, seen: Seen, count: int) -> str:
        if seen.prose:
            return "reads as prose"
        if seen.titles and len(seen.pages) < INSIDE_SHARE * count:
            return "is the title of some pages"
        if sum(seen.places.values()) > MOST_TIMES * len(seen.pages):
            return "stands many times on each page, as a part of each item of a list does"
        if (
            seen.places.get("inside", 0) > INSIDE_MOST * sum(seen.places.values())
            and len(seen.pages) < INSIDE_SHARE * count
        ):
            return "stands between paragraphs, as a heading may"
        return ""


def _rules(site: str, count: int, found: Iterable[tuple[str, str, Seen]], misses: list[str]) -> Iterator[str]:
    groups: dict[tuple[str, str], list[tuple[str, Seen]]] = {}
    for kind, key, seen in found:
        varies = kind == "whole" and len({NUMBER.sub("0", text) for text in seen.texts}) < len(seen.texts)
        groups.setdefault((seen.place, "pattern" if varies else kind), []).append((key, seen))
    of_site = _site_of(site)
    name = re.sub(r"\W+", "-", site.casefold()).strip("-_") or "pages"
    for (place, kind), some in sorted(groups.items()):
        category = PLACES[place]
        texts = [text for _, seen in some for text in list(seen.texts)[:1]]
        if kind == "pattern":
            values = [rf"(?i)^\W*{_pattern(text)}\W*$" for text in texts]
        else:
            values = texts if kind == "whole" else [key for key, _ in some]
        evidence = [f"#   {len(seen.pages)} of {count} pages, left {seen.left} times: {key[:70]}" for key, seen in some]
        shared = "Lines that many pages share" + ("" if kind == "whole" else ", but for a part")
        lines = [
            f"# {site or 'All pages'}: lines {place} the article.",
            *evidence,
            "[[rule]]",
            f"id       = {quoted(f'{name}.{category}.{kind}')}",
            f"category = {quoted(category)}",
            f"summary  = {quoted(shared)}",
            f"reason   = {quoted('Stands on many pages of the site')}",
            f"match    = {{ {kind} = [{_list(values)}] }}",
            "evidence = false",
            *([f"site     = [{quoted(of_site)}]"] if of_site else []),
        ]
        if kind == "starts":
            most = max(seen.words for _, seen in some)
            lines.append(f"where    = {{ max-words = {most}, sentence = false }}")
        lines += [f"remove   = [{_list(texts[:5])}]", f"keep     = [{_list(misses[:2] or [NO_PROSE])}]", ""]
        yield "\n".join(lines)


def _site_of(group: str) -> str:
    """The name by which rules can be for a group alone: that part of a folder which may be a host, or the last one."""
    parts = [part for part in group.split("/") if part]
    return next((part for part in parts if "." in part), parts[-1] if parts and group.endswith("/") else "")


def _pattern(text: str) -> str:
    pieces = NUMBER.split(" ".join(text.split()).strip("".join(c for c in set(text) if not c.isalnum())))
    return r"\d[\d.,:]*".join(map(re.escape, pieces))


def _list(values: Iterable[str]) -> str:
    return "".join(f"\n  {quoted(value)}," for value in values) + "\n"


def quoted(text: str) -> str:
    """A TOML string."""
    import json

    text = text.encode("utf-8", "replace").decode("utf-8")
    return re.sub("[\x7f-\x9f]", lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
