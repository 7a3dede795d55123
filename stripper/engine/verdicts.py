"""What has been found of each line so far: the working state of the engine, one for each document."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from operator import itemgetter

from ..model import Action, Decision
from ..reading.folding import fold
from ..reading.page import Page
from ..reading.places import Places
from .matching.compiled_rule import CompiledRule

Told = tuple[Action, str, str, str]  # of a line: what becomes of it, its category, its rule, and the reason
Cut = tuple[int, int, CompiledRule]  # start and end in the page's text of a line, and the rule that takes it
Taken = tuple[int, CompiledRule, str, str]  # a line, the rule that has it, its category and the reason
_decision = partial(tuple.__new__, Decision)  # takes half the time of `Decision`


class Verdicts:
    """Which rule takes which line or part of a line.

    A line has one verdict at most. `rule`, and `page.category`, have one entry a line; a line that a rule protects
    has that rule, and stays whatever its category is. Lines are those of the `Page`.
    `evidence` is the category that rules find for each line, "" where none does, which is what the body is told.
    `outside` holds, for each line outside the article, the rule that has it where no other does.
    `trims` holds the spans, in characters of the page's text of the line, that trimming rules take; `reason` those
    reasons that say more than the rule does. `refused` are lines that rules would take if they stood elsewhere, and
    these rules. `subject` are the lines of a page about what is boilerplate elsewhere, `notices` those of
    terms below the foot of a page, `contents` those of lists of the sections of a book, `frames` those that stand
    around each post of a thread.
    """

    __slots__ = (
        "contents", "evidence", "frames", "notices", "outside", "page", "places", "protected", "reason", "refused",
        "rule", "subject", "trims",
    )  # fmt: skip

    def __init__(self, page: Page) -> None:
        self.page, self.places = page, Places(page)
        self.rule: list[CompiledRule | None] = [None] * len(page)
        self.evidence: list[str] = [""] * len(page)
        self.reason: dict[int, str] = {}
        self.trims: dict[int, list[Cut]] = {}
        self.protected: set[int] = set()
        self.outside: dict[int, CompiledRule] = {}
        self.subject = self.notices = range(0)
        self.contents: Sequence[int] = ()
        self.frames: set[int] = set()
        self.refused: dict[int, list[CompiledRule]] = {}

    def free(self, line: int) -> bool:
        """Whether no rule has had a say on a line with text yet."""
        return self.rule[line] is None

    def stays(self, line: int, kept: frozenset[str]) -> bool:
        """Whether a line is not removed as things are, since it is of a category in `kept`, or protected, or free."""
        return self.rule[line] is None or self.page.category[line] in kept or line in self.protected

    def staying(self, kept: frozenset[str]) -> list[int]:
        """The lines of which `stays` is true."""
        rows = enumerate(zip(self.rule, self.page.category, strict=True))
        return [line for line, (rule, found) in rows if rule is None or found in kept or line in self.protected]

    def texts_left(self, kept: frozenset[str]) -> list[str]:
        """The folded text of each line without what is cut out of it."""
        folded = self.page.folded.copy()
        for line in self.trims:
            left = _left_of(self.page.text[line], self._cuts(line, kept))
            folded[line] = fold(left).strip(self.page.orthography.trimmings)
        return folded

    def shown(self, kept: frozenset[str]) -> Page:
        """The page without what is cut out of its sentences: one ends as such, whatever link stood behind it."""
        if not self.trims:
            return self.page
        texts = self.page.text.copy()
        for line in self.trims:
            left = _left_of(texts[line], self._cuts(line, kept)).strip()
            if self.page.orthography.is_sentence(left):
                texts[line] = left
        return self.page.saying(texts, self.trims)

    def take(self, line: int, rule: CompiledRule, category: str = "", reason: str = "") -> None:
        self.rule[line] = rule
        self.page.category[line] = category or rule.rule.category
        if reason:
            self.reason[line] = reason

    def protect(self, line: int, rule: CompiledRule) -> None:
        self.take(line, rule)
        self.protected.add(line)

    def taken(self, kind: str) -> list[Taken]:
        """The lines that rules of a kind have, as `take` takes them."""
        owners = ((line, rule) for line, rule in enumerate(self.rule) if rule is not None and rule.kind == kind)
        return [(line, rule, self.page.category[line], self.reason.get(line, "")) for line, rule in owners]

    def undo(self, line: int) -> None:
        """Take a line back from its rule. Outside the article the rule of that side has it then."""
        owner, outside = self.rule[line], self.outside.get(line)
        self.rule[line] = None
        self.page.category[line] = ""
        self.reason.pop(line, None)
        if outside is not None and outside is not owner:
            self.take(line, outside)

    def trim(self, line: int, start: int, end: int, rule: CompiledRule) -> None:
        """Note a span to cut out of a line."""
        if len(self.page.lines[line]) == 1 or self.places.of(line, start, end):
            self.trims.setdefault(line, []).append((start, end, rule))

    def decisions(self, kept: frozenset[str]) -> list[Decision]:
        """The decisions on lines with text, in order. `kept` are the categories that stay."""
        page = self.page
        starts = page.starts()
        if not (self.trims or page.spans):
            told = [self._told(line, kept) for line in range(len(page))]
            return [
                _decision((number + 1, starts[number], starts[number + 1], *what))
                for numbers, what in zip(page.lines, told, strict=True)
                for number in numbers
            ]
        decisions: list[Decision] = []
        blocks: list[tuple[int, list[Decision]]] = []  # of a line of several: where each begins, what is said of it
        for line, numbers in enumerate(page.lines):
            what, cuts = self._told_with_cuts(line, kept)
            found = [_decision((number + 1, starts[number], starts[number + 1], *what)) for number in numbers]
            for left, right, trim in cuts:
                for number, first, last in self.places.of(line, left, right):
                    where, rule = (number + 1, starts[number] + first, starts[number] + last), trim.rule
                    found.append(Decision(*where, "remove", rule.category, rule.id, rule.reason))
            if len(numbers) > 1:
                found.sort(key=itemgetter(0, 1))
            if line not in page.spans:
                decisions += found
                continue
            _, first, last = self.places.as_written(numbers[0], *page.spans[line])
            blocks.append((starts[numbers[0]] + first, found))
            if line + 1 == len(page) or page.lines[line + 1] != numbers:
                decisions += _of_blocks(blocks, starts[numbers[0]] + last)
                blocks = []
        return decisions

    def _told(self, line: int, kept: frozenset[str]) -> Told:
        owner = self.rule[line]
        if owner is None:
            return "keep", "body", "", ""
        rule, category = owner.rule, self.page.category[line]
        action: Action = "keep" if category in kept or line in self.protected else "remove"
        return action, category, rule.id, self.reason.get(line) or rule.reason

    def _told_with_cuts(self, line: int, kept: frozenset[str]) -> tuple[Told, list[Cut]]:
        """The same, and what is cut out of the line."""
        told = self._told(line, kept)
        cuts = self._cuts(line, kept) if told[0] == "keep" and line in self.trims else []
        if cuts and not any(map(str.isalnum, _left_of(self.page.text[line], cuts))):
            rule = cuts[0][2].rule
            return ("remove", rule.category, rule.id, rule.reason), []
        return told, cuts

    def _cuts(self, line: int, kept: frozenset[str]) -> list[Cut]:
        """What is cut out of a line, in order; of spans that overlap the first has what both hold."""
        cuts: list[Cut] = []
        end = 0
        for left, right, trim in sorted(self.trims[line], key=itemgetter(0)):
            if trim.rule.category not in kept and right > end:
                cuts.append((max(left, end), right, trim))
                end = right
        return cuts


def _of_blocks(blocks: list[tuple[int, list[Decision]]], end: int) -> list[Decision]:
    """The decisions on a line, given those on each of its blocks and where these begin, and where the last one ends.

    Where some stay and some go, the line stays, and the blocks that go are cut out of it.
    """
    line = next((found[0] for _, found in blocks if found[0].action == "keep"), None)
    if line is None:
        return blocks[0][1][:1]
    ends = [*[start for start, _ in blocks[1:]], end]
    decisions = [line]
    for (start, found), stop in zip(blocks, ends, strict=True):
        whole = found[0].action == "remove"
        decisions += [found[0]._replace(start=start, end=stop)] if whole else found[1:]
    return decisions


def _left_of(text: str, cuts: list[Cut]) -> str:
    """What cuts, in order, leave of a text."""
    edges = [0, *(edge for left, right, _ in cuts for edge in (left, right)), len(text)]
    return "".join([text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)])
