"""Rules that take several lines: those that a marker heads, and runs of short ones."""

from __future__ import annotations

from collections.abc import Sequence, Set

from ..reading.page import Page
from .matching.compiled_rule import CompiledRule
from .parts.posts import lines_of_posts, lines_of_remark
from .verdicts import Verdicts

MOST_SCANNED = 100  # times as many lines as a page has


def take_section(rule: CompiledRule, marker: int, page: Page, verdicts: Verdicts) -> None:
    """Give the lines that a marker heads to its rule, as far as `Section` says."""
    for line in section_lines(rule, marker, page):
        if verdicts.free(line):
            verdicts.take(line, rule)


def section_lines(rule: CompiledRule, marker: int, page: Page) -> Sequence[int]:
    """The lines that a marker heads; none where they are more prose than a section may have.

    On a page of markers alone, each would go through all that follow; none does that has many such before it.
    """
    section = rule.rule.section
    assert section is not None
    taken: list[int] = []
    if page.scanned > MOST_SCANNED * len(page) or _is_in_contents(marker, page):
        return taken
    if section.until == "reviews":
        return taken  # see `reviews`
    if section.until == "posts":
        return lines_of_posts(marker, rule.rule.category, page)
    if section.until == "text-above":
        return lines_of_remark(marker, section.max_lines, page)
    prose = 0
    for line in range(marker + 1, len(page)):
        if len(taken) >= section.max_lines or rule.ends(page, line):
            break
        if section.until == "blank" and page.blank_before(line):
            break
        if page.is_prose(line, section.prose_words):
            if section.until == "prose":
                break
            prose += page.words[line]
            if prose > section.max_words:
                break
        taken.append(line)
    page.scanned += len(taken)
    return taken if rule.has_time(page, len(taken)) and prose <= section.max_words else []


def _is_in_contents(line: int, page: Page) -> bool:
    """Whether a line that is no heading names a heading further down, which heads what there is."""
    return page.marks[line].kind != "heading" and page.last_heading(page.folded[line]) > line


def take_runs(rule: CompiledRule, page: Page, verdicts: Verdicts, held: Set[int]) -> None:
    """Take each stretch of free lines outside the article (`held`) that meet the rule's conditions."""
    assert rule.rule.run is not None
    if None not in verdicts.rule:  # as where a body has been found
        return
    least, run = rule.rule.run.min_lines, list[int]()
    for line in [*range(len(page)), None]:
        if line is not None and (line in held or not rule.meets(page, line)):
            line = None
        if line is not None:
            run.append(line)
            continue
        if len(run) >= least:
            for each in run:
                if verdicts.free(each):
                    verdicts.take(each, rule)
        run = []
