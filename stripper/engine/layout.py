"""Blank lines left over around removed text."""

from __future__ import annotations

from operator import itemgetter

from ..late_pattern import late_pattern
from ..model import Decision
from ..reading.page import Page
from .matching.compiled_rule import CompiledRule


def fold_blanks(rule: CompiledRule, page: Page, decisions: list[Decision]) -> list[Decision]:
    """Add the removal of blank lines that stood around removed lines, and return all decisions in order.

    Between two kept lines with removed ones in between, `Layout.keep` of the page's blank lines stay; before the
    first kept line and after the last, none does. Where nothing was removed, blank lines stay as they are.
    """
    assert rule.rule.layout is not None
    gone = {each.line for each in decisions if each.action == "remove"}
    gone.difference_update([each.line for each in decisions if each.action == "keep"])
    # One that goes with others, as amid a comment, goes once.
    lines = "".join(["-" if at in gone else " " if raw.isspace() else "k" for at, raw in enumerate(page.raw, 1)])
    starts = page.starts()
    folded: list[Decision] = []
    for stretch in _NOT_KEPT.finditer(lines) if gone else ():
        first, end = stretch.span()
        blank = [at for at in range(first, end) if lines[at] == " "] if "-" in stretch[0] else []
        for at in blank[rule.rule.layout.keep if first and end < len(lines) else 0 :]:
            where = at + 1, starts[at], starts[at + 1]
            folded.append(Decision(*where, "remove", rule.rule.category, rule.rule.id, rule.rule.reason))
    return sorted([*decisions, *folded], key=itemgetter(0)) if folded else decisions


_NOT_KEPT = late_pattern("[ -]+")


def keep_apart(page: Page, decisions: list[Decision]) -> list[Decision]:
    """Leave the ending of a removed line where it is all that parts two blocks of a Markdown text.

    Without it a paragraph below a heading that goes would become one with the paragraph above it.
    """
    block = {number: (page.blocks[line] or -line) for line, numbers in enumerate(page.lines) for number in numbers}
    taken = {each.line: at for at, each in enumerate(decisions) if each.action == "remove"}
    for each in decisions:
        if each.action == "keep":
            taken.pop(each.line, None)
    above: int | None = None
    for number, raw in enumerate(page.raw):
        if number + 1 in taken:
            continue
        if above is not None and above < number - 1 and not raw.isspace() and block.get(above) != block.get(number):
            at = taken[number]
            before = page.written[number - 1]
            end = decisions[at].end - (len(before) - len(before.rstrip("\r\n")))
            decisions[at] = decisions[at]._replace(end=end)
        above = None if raw.isspace() else number
    return decisions
