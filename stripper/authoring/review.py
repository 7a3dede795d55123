"""A review of many pages as one HTML file: what each page was, what stays of it, and why, to be looked at in a browser.

The file needs no network. It holds the pages as compressed JSON, in parts that are read when a page of them is looked
at: a browser opens the review of thousands of pages at once. All that stands in it beside `view/` is base64, and is
put on the screen as text, so nothing that a page holds can run; a content security policy forbids all other scripts.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from importlib import resources
from itertools import groupby
from operator import attrgetter
from typing import Any

from ..engine.why import ARTICLE, STATES, Why, explain_body
from ..model import CATEGORIES, Decision, Outcome
from ..rules.format import Rule
from ..rules.loading import source_of
from ..rules.ruleset import RuleSet
from ..version import __version__
from .compare import Change
from .matched import Matched
from .pages import Judged, Source

BY_SHAPE = frozenset({"body", "region", "title", "heading"})  # kinds of rule that take what the body model leaves them
UNSURE = 0.8  # a line of which the model is less sure is counted, and shown, as one to look at
TOLD = 5  # names shown of what told of a line
EACH_SIDE = 2  # of them, at least, for the article and against it
EXAMPLES = 10  # lines shown of what a rule took
PART_CHARACTERS = 400_000  # of JSON; unpacked in a few hundredths of a second
SCRIPTS = ("data.js", "list.js", "page.js", "marks.js", "start.js")
MARK = "<!-- A review by stripper -->"  # tells a file that may be overwritten


class Review:
    """Takes one page after the other; `html` is the file. `title` stands at its head."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._rules: dict[str, Rule] = {}  # of all rule sets: of several rules with one id, the first is shown
        self._matched: dict[RuleSet, Matched] = {}
        self._strings = _Table()
        self._names = _Table()  # of rules
        self._taken: Counter[int] = Counter()
        self._on_pages: Counter[int] = Counter()
        self._examples: dict[int, dict[str, tuple[int, int]]] = {}
        self._pages: list[dict[str, Any]] = []
        self._parts: list[str] = []
        self._part: list[list[Any]] = []
        self._size = 0

    def __len__(self) -> int:
        return len(self._pages)

    def add(self, judged: Judged, changes: Iterable[Change] | None = None) -> None:
        """`changes` are those that the page has undergone, which are shown beside its lines.

        The rules must have their phrases and examples, see `load_rules(examples=True)`.
        """
        source, outcome, rules, statistics = judged
        if rules not in self._matched:
            self._matched[rules] = Matched(rules)
            self._rules = {rule.id: rule for rule in rules.rules} | self._rules
        whys = {number: why for why in explain_body(outcome.document, rules, statistics) for number in why.lines}
        lines = list(self._lines(outcome, whys, self._matched[rules]))
        by_number = {line[0]: line for line in lines}
        for each in changes or ():
            if (line := by_number.get(each.line)) is not None:
                line += [{}] if len(line) == 6 else []
                category = "body" if each.goes else each.category
                line[6]["was"] = [int(each.goes), CATEGORIES.index(category), "" if each.goes else each.rule]
        summary = self._summary(source, outcome, lines)
        if changes is not None:
            summary["changed"] = sum(len(line) > 6 and "was" in line[6] for line in lines)
        self._pages.append(summary)
        self._part.append(lines)
        self._size += len(outcome.document.text) * 2
        if self._size > PART_CHARACTERS:
            self._close_part()

    def _lines(self, outcome: Outcome, whys: dict[int, Why], matched: Matched) -> Iterator[list[Any]]:
        """Each line with text as the view takes it: its number, text, whether it stays, category, rule, reason, and a
        table of what else there is to say.
        """
        text = outcome.document.text
        for number, (whole, *trims) in _by_line(outcome.decisions):
            shown = text[whole.start : whole.end].rstrip("\r\n")
            if not shown or shown.isspace():
                continue
            more: dict[str, Any] = {}
            why = whys.get(number)
            if trims:
                more["cuts"] = [self._cut(each, text, whole.start) for each in trims]
            if why is not None and why.lines[0] != number:
                more["piece"] = 1
            if whole.rule and self._rules[whole.rule].kind in BY_SHAPE:
                if why is not None:
                    more |= self._why(why, whole)
            elif whole.rule and (phrases := matched.of(whole.rule, shown)):
                more["found"] = [self._strings.place(each) for each in phrases[:TOLD]]
            rule = self._names.place(whole.rule) if whole.rule else -1
            reason = self._strings.place(whole.reason)
            stays = int(whole.action == "keep")
            yield [number, shown, stays, CATEGORIES.index(whole.category), rule, reason, *([more] if more else [])]

    def _cut(self, each: Decision, text: str, start: int) -> list[int]:
        """Where a cut begins and ends in its line, which begins at `start` of the text; its rule and the reason."""
        ends = [_browser_length(text[start:end]) for end in (each.start, each.end)]
        return [*ends, self._names.place(each.rule), self._strings.place(each.reason)]

    def _why(self, why: Why, whole: Decision) -> dict[str, Any]:
        """How sure the model is of the line, and what told most: in hundredths, for the article if above 0.

        Of a title it is not asked: that is found by other means, and may stand anywhere.
        """
        others = [state for state in range(len(STATES)) if state != ARTICLE]
        rival = max(others, key=why.best.__getitem__)
        told = [[self._strings.place(name), round(100 * worth)] for name, worth in _most_told(why.told(ARTICLE, rival))]
        chances = [round(100 * chance) for chance in why.chances]
        found = {"chances": chances, "told": told}
        if self._rules[whole.rule].kind != "title":
            found["sure"] = round(100 * (why.article if whole.action == "keep" else 1 - why.article))
        return found

    def _summary(self, source: Source, outcome: Outcome, lines: Sequence[list[Any]]) -> dict[str, Any]:
        at = len(self._pages)
        gone = [line for line in lines if not line[2]]
        unsure = [line for line in lines if len(line) > 6 and line[6].get("sure", 100) < 100 * UNSURE]
        cuts = [(cut[2], line) for line in lines if len(line) > 6 for cut in line[6].get("cuts", ())]
        decided = [(line[4], line) for line in lines if line[4] >= 0] + cuts
        for rule, line in decided:
            self._taken[rule] += 1
            some = self._examples.setdefault(rule, {})
            if len(some) < EXAMPLES:
                some.setdefault(line[1].strip(), (at, line[0]))
        self._on_pages.update({rule for rule, _ in decided})
        rules = {line[4] for line in gone} | {rule for rule, _ in cuts}
        words, kept = _words(outcome.document.text), _words(outcome.text)
        title = next((line[1] for line in lines if line[2] and CATEGORIES[line[3]] == "title"), "")
        return {
            "name": source.name, "site": source.group or outcome.document.site, "language": outcome.language,
            "title": title, "part": len(self._parts), "at": len(self._part),
            "lines": len(lines), "gone": len(gone), "words": words, "kept": kept,
            "unsure": len(unsure), "rules": sorted(rules), "categories": sorted({line[3] for line in gone}),
            "notes": [[note.kind, note.rule, note.message] for note in outcome.notes],
        }  # fmt: skip

    def _close_part(self) -> None:
        if self._part:
            self._parts.append(_packed(self._part))
        self._part, self._size = [], 0

    def html(self) -> str:
        self._close_part()
        index = {
            "title": self._title, "version": __version__, "unsure": round(100 * UNSURE), "categories": CATEGORIES,
            "strings": self._strings.values, "states": STATES, "rules": [*map(self._rule, self._names.values)],
            "pages": self._pages,
        }  # fmt: skip
        index["key"] = sha256(json.dumps([self._title, [page["name"] for page in self._pages]]).encode()).hexdigest()
        return _html(self._title, _packed(index), self._parts)

    def _rule(self, name: str) -> dict[str, Any]:
        rule, place = self._rules[name], self._names.place(name)
        return {
            "id": name, "category": CATEGORIES.index(rule.category), "summary": rule.summary, "source": source_of(rule),
            "lines": self._taken[place], "pages": self._on_pages[place],
            "examples": [[*at, text] for text, at in self._examples.get(place, {}).items()],
        }  # fmt: skip


class _Table:
    """Texts that stand in many places, each once; they are named by their place."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def place(self, text: str) -> int:
        return self._places.setdefault(text, len(self._places))

    @property
    def values(self) -> list[str]:
        return list(self._places)


def _most_told(told: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """The names that told most, some of them for and some against the article if there are such."""
    sides = [[each for each in told if (each[1] > 0) is sign][:EACH_SIDE] for sign in (True, False)]
    first = [each for side in sides for each in side]
    rest = [each for each in told if each not in first]
    return sorted([*first, *rest][:TOLD], key=lambda each: -abs(each[1]))


def _by_line(decisions: Iterable[Decision]) -> Iterator[tuple[int, list[Decision]]]:
    return ((number, list(some)) for number, some in groupby(decisions, attrgetter("line")))


def _browser_length(text: str) -> int:
    """The length of a text as JavaScript counts it, for which a character such as an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _words(text: str) -> int:
    return len(text.split())


def _packed(value: Any) -> str:
    data = json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode("ascii")
    return b64encode(gzip.compress(data, 6, mtime=0)).decode("ascii")


def _html(title: str, index: str, parts: Sequence[str]) -> str:
    """The view with its data. Base64 has no character that could end a script element, whatever the pages hold."""
    view = resources.files(__package__) / "view"
    script = "\n".join((view / name).read_text("utf-8") for name in SCRIPTS)
    style = (view / "view.css").read_text("utf-8")
    data = [f'<script type="text/plain" id="index">{index}</script>']
    data += [f'<script type="text/plain" id="part-{at}">{part}</script>' for at, part in enumerate(parts)]
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; base-uri 'none'; form-action 'none'"
    )
    filled = {
        "MARK": MARK,
        "POLICY": policy,
        "TITLE": _escaped(title),
        "STYLE": style,
        "DATA": "\n".join(data),
        "SCRIPT": script,
    }
    pieces = (view / "view.html").read_text("utf-8").split("@@")  # every second piece is the name of what stands there
    return "".join(filled[piece] if at % 2 else piece for at, piece in enumerate(pieces))


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _escaped(text: str) -> str:
    import html

    return html.escape(text.encode("utf-8", "backslashreplace").decode("utf-8"))  # a folder may have any name
