"""Rules that need more than one line: sections, runs and duplicates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from ..reading.folding import fold
from ..reading.page import Page
from .compiled_rule import CompiledRule
from .verdicts import Verdicts

if TYPE_CHECKING:
    from .statistics import Statistics


def take_section(rule: CompiledRule, marker: int, page: Page, verdicts: Verdicts) -> None:
    """Give the lines that a marker heads to its rule, as far as `Section` says."""
    section = rule.rule.section
    assert section is not None
    taken: list[int] = []
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
                return
        taken.append(line)
    for line in taken:
        if verdicts.free(line):
            verdicts.take(line, rule)


def take_runs(rule: CompiledRule, page: Page, verdicts: Verdicts, held: set[int]) -> None:
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


def take_duplicates(rule: CompiledRule, page: Page, verdicts: Verdicts, held: set[int], kept: frozenset[str]) -> None:
    """Take copies of a line. The copy that the article holds stays, or else the first.

    Copies of a line that goes, by a category not in `kept`, are of its category. A copy that a section, the shape of
    the page or a run has taken goes to this rule all the same, since it says more.
    """
    assert rule.rule.duplicate is not None
    if rule.rule.duplicate.scope == "adjacent":
        groups: Iterable[Sequence[int]] = _stretches(page)
    else:
        groups = _same_lines(page)
    for group in groups:
        if not rule.meets(page, group[0]):
            continue
        stays = next((line for line in group if line in held), group[0])
        for line in group:
            owner = verdicts.rule[line]
            if line in held and (page.blocks[line] or _in_refrain(page, held, stays, line)):
                continue  # in code, in a table, in a list, in verse a line may stand twice
            if line == stays or line in verdicts.protected or (owner is not None and not _yields(owner)):
                continue
            category = page.category[stays] if page.category[stays] not in kept else ""
            verdicts.take(line, rule, category, f"{rule.rule.reason}: the same text as line {page.lines[stays][0] + 1}")


def _in_refrain(page: Page, held: set[int], first: int, line: int) -> bool:
    """Whether a line of the article stands there again together with the line beside it, and is no sentence."""
    if first == line or first not in held or page.orthography.is_sentence(page.text[line]):
        return False
    beside = [(first + step, line + step) for step in (-1, 1)]
    return any(one in held and two in held and page.folded[one] == page.folded[two] for one, two in beside)


def _yields(owner: CompiledRule) -> bool:
    return owner.kind in ("section", "region", "run", "body", "heading")


def _stretches(page: Page) -> list[list[int]]:
    stretches: list[list[int]] = []
    for line, (text, after) in enumerate(pairwise(page.folded)):
        if text == after and text:
            if not stretches or stretches[-1][-1] != line:
                stretches.append([line])
            stretches[-1].append(line + 1)
    return stretches


def _same_lines(page: Page) -> Iterable[list[int]]:
    groups: dict[str, list[int]] = {text: [] for text, count in Counter(page.folded).items() if count > 1 and text}
    for line, text in enumerate(page.folded):
        if text in groups:
            groups[text].append(line)
    return groups.values()


PROBE = 24  # characters at the head of a line that are looked for again in it


def take_doubled(rule: CompiledRule, page: Page, verdicts: Verdicts) -> None:
    """Find a text that stands twice within one line: `text text`, or with something `between`, `text (credit) text`.

    With something between the whole line goes; without, the second copy is trimmed.
    """
    assert rule.rule.duplicate is not None
    between = rule.rule.duplicate.between
    for line in range(len(page)):
        text = page.text[line]
        if len(text) < 2 * PROBE or not verdicts.free(line):
            continue
        second = text.find(text[:PROBE], PROBE)
        if second < 0:
            continue
        copy, gap = text[second:], text[:second]
        if not copy.strip(page.orthography.trimmings):  # a rule of dashes, which is the same wherever it is cut
            continue
        if not fold(gap).startswith(fold(copy).rstrip(page.orthography.trimmings)) or not rule.meets(page, line):
            continue
        rest = gap[len(copy.rstrip(page.orthography.trimmings)) :].strip(page.orthography.trimmings)
        if len(copy) < len(rest):
            continue
        if rest and between:
            verdicts.take(line, rule)
        elif not rest and not between:
            verdicts.trim(line, len(gap.rstrip()), len(text), rule)


def take_known(rule: CompiledRule, page: Page, verdicts: Verdicts, statistics: Statistics) -> None:
    """Take lines that stand on many documents of the group."""
    assert rule.rule.duplicate is not None
    spec = rule.rule.duplicate
    least = max(spec.min_documents, spec.min_share * statistics.documents)
    if statistics.documents < spec.min_documents:
        return
    for line in range(len(page)):
        if verdicts.free(line) and (count := statistics.count(page.folded, line)) >= least and rule.meets(page, line):
            where = f"on {count} of {statistics.documents} pages of {statistics.name}"
            verdicts.take(line, rule, reason=f"{rule.rule.reason}: {where}")
