"""Lines that have no words, and so follow those that have."""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import accumulate
from operator import attrgetter

from ..late_pattern import late_pattern
from ..model import Action, Decision
from ..reading.page import Page
from ..reading.units import Aside
from .matching.compiled_rule import CompiledRule


def take_wordless(
    rules: Sequence[CompiledRule], page: Page, decisions: list[Decision], kept: frozenset[str]
) -> list[Decision]:
    """Add the decisions on the lines without words to those on the others, see `Wordless`; all in order."""
    by_kind = {rule.rule.wordless.of: rule.rule for rule in rules if rule.rule.wordless is not None}
    stays: list[bool | None] = [None] * len(page.raw)  # what becomes of the lines that have words
    for each in decisions:
        stays[each.line - 1] = stays[each.line - 1] or each.action == "keep"
    before = list(accumulate(stays, _latest))
    after = list(accumulate(reversed(stays), _latest))[::-1]
    labels: set[str] = set()  # in brackets in what stays of the page, in small letters
    if any(aside.label for aside in page.asides):
        text = "".join([raw for raw, stay in zip(page.raw, stays, strict=True) if stay]).casefold()
        labels.update(_LABEL.findall(text))
    going = staying = [0]  # how many lines with words go, and stay, up to each
    if any(aside.kind == "div" for aside in page.asides):
        going, staying = (list(accumulate([stay is told for stay in stays], initial=0)) for told in (False, True))
    starts = page.starts()
    added = []
    for aside in page.asides:
        rule = by_kind.get(aside.kind)
        first, last = aside.numbers[0], aside.numbers[-1]
        if aside.kind == "div":
            between = going[first] == going[last] and staying[first] < staying[last]
        else:
            between = before[first] is not False and after[last] is not False
        goes = rule is not None and rule.category not in kept and not _stays(aside, between, labels)
        action: Action = "remove" if goes else "keep"
        told = (rule.category, rule.id, rule.reason) if goes and rule is not None else ("body", "", "")
        added += [
            Decision(number + 1, starts[number], starts[number + 1], action, *told)
            for number in aside.numbers
            if not page.raw[number].isspace()
        ]
    return sorted([*decisions, *added], key=attrgetter("line", "start"))


_LABEL = late_pattern(r"\[([^\[\]\n]+)\]")


def _latest(before: bool | None, now: bool | None) -> bool | None:
    return before if now is None else now


def _stays(aside: Aside, between: bool, labels: Set[str]) -> bool:
    """`between`: whether what stands on either side stays, or all within a div; `labels`: those that are in use."""
    if aside.kind == "definition":
        return aside.label in labels
    return aside.kind in ("rule", "div") and between
