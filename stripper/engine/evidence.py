"""What rules find each line of a page to be: the evidence for where its article begins and ends.

Each line is judged on its own first, then by rules that ask what was found around it, then by what the markers head.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from ..reading.page import Page
from ..reading.units import PLAIN
from ..rules.ruleset import RuleSet
from .body.speech import spoken_labels
from .context import take_section
from .duplicates import take_doubled, take_known
from .matching.compiled_rule import CompiledRule
from .parts.contents import lines_of_contents
from .plan import Plan, plan
from .subject import ABOUT, free_subject
from .verdicts import Verdicts

if TYPE_CHECKING:
    from .statistics import Statistics

CONTENTS = "navigation"  # what the body is told that lines of contents are
UNREAD = ("code", "formula", "metadata")  # kinds of lines whose words are no text


def find_evidence(page: Page, rules: RuleSet, statistics: Statistics | None = None) -> list[str]:
    """What all rules but those of the whole page find each line of it to be; "" where they find nothing.

    This is what the body is told; its weights are fitted on it.
    """
    verdicts = Verdicts(page)
    gather_evidence(plan(rules), page, verdicts, statistics)
    return verdicts.evidence


def gather_evidence(ready: Plan, page: Page, verdicts: Verdicts, statistics: Statistics | None) -> None:
    """Give lines to the rules that find them, and note in `verdicts.evidence` what the body is told of that."""
    unsaid = _judge_lines(ready, page, verdicts)
    free_subject(page, verdicts)
    take_doubled(ready.duplicates(page, "line"), page, verdicts)
    if statistics is not None:
        take_known(ready.duplicates(page, "documents"), page, verdicts, statistics)
    verdicts.evidence = evidence = page.category.copy()
    for line, rule in sorted(unsaid, key=lambda item: item[1].rule.action != "keep"):
        if line in verdicts.protected or (rule.late and not rule.meets(page, line)):
            continue
        if rule.rule.action == "keep":
            verdicts.protect(line, rule)
            verdicts.trims.pop(line, None)
            continue
        if line in verdicts.subject and rule.rule.category in ABOUT:
            continue
        if verdicts.free(line):
            verdicts.take(line, rule)
        if rule.kind == "section":  # a marker that another rule has taken heads the same lines
            take_section(rule, line, page, verdicts)
    verdicts.contents = lines_of_contents(page)
    for line in verdicts.contents:
        evidence[line] = evidence[line] or CONTENTS


def _judge_lines(ready: Plan, page: Page, verdicts: Verdicts) -> list[tuple[int, CompiledRule]]:
    """The independent pass, then the rules that ask what it found, then what the markers head.

    Returns the lines that rules take or keep which are to be no evidence, with these; they take what the others leave,
    and keep what they like.
    """
    found, verdicts.refused = ready.matching.found_and_refused(page)
    if page.is_marked:
        found = _with_marks(ready, page, found)
    for line in spoken_labels(page, found):
        del found[line]
    late: list[tuple[int, CompiledRule]] = []
    unsaid: list[tuple[int, CompiledRule]] = []
    markers: list[tuple[int, CompiledRule]] = []

    def apply(line: int, rule: CompiledRule) -> None:
        if rule.rule.action == "keep":
            verdicts.protect(line, rule)
        elif rule.rule.action == "trim":
            _trim(rule, line, page, verdicts)
        elif verdicts.free(line):
            verdicts.take(line, rule)
            if rule.kind == "section":
                markers.append((line, rule))

    for line, rules in found.items():
        keepers = (rule for rule in rules if rule.rule.action == "keep" and rule.rule.evidence and not rule.late)
        keeper = next(keepers, None)
        if keeper is not None:
            rules = [keeper]  # the others have no say
        for rule in rules:
            if not rule.rule.evidence and rule.rule.action != "trim":
                unsaid.append((line, rule))
            elif rule.late:
                late.append((line, rule))
            else:
                apply(line, rule)
    for line, rule in late:
        if (verdicts.free(line) or rule.always_asked) and rule.meets(page, line):
            apply(line, rule)
    for line, rule in markers:
        take_section(rule, line, page, verdicts)
    return unsaid


def _with_marks(ready: Plan, page: Page, found: dict[int, list[CompiledRule]]) -> dict[int, list[CompiledRule]]:
    """Add the rules that go by marks alone. Of code and metadata no others have a say: `image:` in code is code."""
    told: dict[int, list[CompiledRule]] = {}
    marked = ready.marked(page)
    for line, mark in enumerate(page.marks):
        rules = found.get(line, []) if mark.kind not in UNREAD else []
        if mark is not PLAIN or page.links[line]:
            by_marks = [rule for rule in marked if rule.late or rule.meets(page, line)]
            rules = sorted([*rules, *by_marks], key=attrgetter("index")) if by_marks else rules
        if rules:
            told[line] = rules
    return told


def _trim(rule: CompiledRule, line: int, page: Page, verdicts: Verdicts) -> None:
    """Note what a rule cuts out of a line, with the white space that the cut leaves over.

    Where nothing but marks would be left, the whole line goes.
    """
    text = page.text[line]
    for start, end in rule.spans(page, line):
        if not verdicts.places.spend(len(text)):
            return
        left, right = _with_space(text, start, end, page.orthography.openers)
        if any(char.isalnum() for char in text[:left] + text[right:]):
            verdicts.trim(line, left, right, rule)
        elif verdicts.rule[line] is None:
            verdicts.take(line, rule)


def _with_space(text: str, left: int, right: int, closing: str) -> tuple[int, int]:
    """A span with the white space around it that is left over once it is cut out, and not more: no words may touch.

    `closing` are the marks that stand right behind a word, such as a comma.
    """
    if right == len(text):
        return len(text[:left].rstrip()), right
    if not left or text[left - 1].isspace():
        return left, len(text) - len(text[right:].lstrip())
    if text[right].isspace() or text[right] in closing:
        return left, right
    if text[right - 1].isspace():
        return left, len(text[:right].rstrip())
    return left + text[left].isspace(), right
