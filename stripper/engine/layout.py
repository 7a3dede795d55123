"""Blank lines left over around removed text."""

from __future__ import annotations

from operator import itemgetter

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
    blank = [raw.isspace() for raw in page.raw]
    if not gone or not any(blank):
        return decisions
    folded: list[Decision] = []
    stretch: list[tuple[int, int, int]] = []  # blank lines since the last kept line: number, start, end
    torn = False  # whether a line was removed since then
    started = False
    start = 0

    def close(keep: int) -> None:
        if torn:
            for blank in stretch[keep:]:
                folded.append(Decision(*blank, "remove", rule.rule.category, rule.rule.id, rule.rule.reason))

    for number, (written, is_blank) in enumerate(zip(page.written, blank, strict=True), 1):
        end = start + len(written)
        if is_blank:
            stretch.append((number, start, end))
        elif number in gone:
            torn = True
        else:
            close(rule.rule.layout.keep if started else 0)
            stretch, torn, started = [], False, True
        start = end
    close(0)
    return sorted([*decisions, *folded], key=itemgetter(0))


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
