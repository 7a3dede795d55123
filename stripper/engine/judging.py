"""A page and a rule set -> decisions. Nothing is remembered from one page to the next, and nothing changes text here.

Lines are judged on their own first (`judge_lines`), then in context: what a marker heads, what stands on many
documents. All that is evidence for the body, which finds where the article begins and ends. Title, headings and what
lies outside follow from it, then duplicates and runs of short lines, then guards.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from ..model import Decision, Document, Note
from ..reading.page import Page
from ..reading.units import PLAIN
from ..rules.ruleset import RuleSet
from .again import take_refused
from .article import label_headings, take_regions
from .body.model import ARTICLE
from .body.speech import spoken_labels
from .context import take_doubled, take_duplicates, take_known, take_runs, take_section
from .guards import apply_guard
from .layout import fold_blanks, keep_apart
from .matching.compiled_rule import CompiledRule
from .parts.blocks import begin_at_title
from .parts.contents import lines_of_contents
from .plan import Plan, plan
from .regions import find_regions
from .standfirst import standfirst
from .subject import ABOUT, free_subject, take_subject
from .title import find_title
from .verdicts import Verdicts
from .wordless import take_wordless

if TYPE_CHECKING:
    from .statistics import Statistics


def find_evidence(page: Page, rules: RuleSet, statistics: Statistics | None = None) -> list[str]:
    """What all rules but those of the whole page find each line of it to be; "" where they find nothing.

    This is what the body is told; its weights are fitted on it.
    """
    verdicts = Verdicts(page)
    gather_evidence(plan(rules), page, verdicts, statistics)
    return verdicts.evidence


def gather_evidence(ready: Plan, page: Page, verdicts: Verdicts, statistics: Statistics | None) -> None:
    unsaid = judge_lines(ready, page, verdicts)
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


def judge(
    document: Document, rules: RuleSet, statistics: Statistics | None, timed_out: frozenset[str] = frozenset()
) -> tuple[Page, list[Decision], list[Note]]:
    """`timed_out` are rules that ran out of time on the document, and are left out.

    What such rules had a part in must not stand, so the page is judged once more without them. Those that run out only
    then are left out from there on.
    """
    ready = plan(rules)
    page = Page(document, rules.orthography)
    page.timed_out |= timed_out
    verdicts = Verdicts(page)
    notes: list[Note] = []
    gather_evidence(ready, page, verdicts, statistics)
    article = _find_article(ready, page, verdicts, notes)
    held = article.held if article is not None else set()
    if article is not None:
        for rule in ready.of(page, "run"):
            take_runs(rule, page, verdicts, held)
    alone = article is not None and article.alone
    for _ in range(MOST_PASSES):  # lines are side by side now that were not, and refrains are none any more
        copies = ready.duplicates(page, "adjacent", "document")
        copied = [take_duplicates(rule, page, verdicts, held, ready.kept, alone) for rule in copies]
        if not take_refused(page, verdicts, ready.kept) and not any(copied):
            break
    for rule in ready.of(page, "guard"):
        notes += apply_guard(rule, page, verdicts, ready.kept)
    of_wordless, of_layout = ready.of(page, "wordless"), ready.of(page, "layout")
    if page.timed_out and not timed_out:
        return judge(document, rules, statistics, frozenset(page.timed_out))
    for name in sorted(page.timed_out):
        notes.append(Note("timeout", name, "ran out of time on this document and was left out"))
    decisions = verdicts.decisions(ready.kept)
    if page.asides:
        decisions = take_wordless(of_wordless, page, decisions, ready.kept)
    for rule in of_layout:
        if rule.rule.category not in ready.kept:
            decisions = fold_blanks(rule, page, decisions)
    if page.form == "markdown":
        decisions = keep_apart(page, decisions)
    return page, decisions, notes


def judge_lines(ready: Plan, page: Page, verdicts: Verdicts) -> list[tuple[int, CompiledRule]]:
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


CONTENTS = "navigation"  # what the body is told that lines of contents are
MOST_PASSES = 8  # in search of what else goes; a page that is made for it could ask for any number
UNREAD = ("code", "formula", "metadata")  # kinds of lines whose words are no text


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


class Article(NamedTuple):
    """The lines that an article holds, and whether it stands alone: nothing was found around it."""

    held: set[int]
    alone: bool


def _find_article(ready: Plan, page: Page, verdicts: Verdicts, notes: list[Note]) -> Article | None:
    """Find the body, its title and headings.

    None where a page has no article: it may be a list of prices or of links, whose lines all look like a menu's.
    """
    found = ready.body_of(page)
    if found is None:
        return Article(set(), alone=False)
    rule, model = found
    page = verdicts.shown(ready.kept)
    lines = model.lines_of(page)
    regions = find_regions(model, page, lines, verdicts)
    if regions is None:
        message = "no article was found; only rules that are safe on any page applied"
        notes.append(Note("no-body", rule.rule.id, message))
        return None
    alone = regions.count(ARTICLE) == len(regions)
    held = {line for line, state in enumerate(regions) if state == ARTICLE and verdicts.free(line)}
    for title in ready.of(page, "title"):
        if verdicts.subject:
            line: int | None = take_subject(title, verdicts)
        else:
            line = find_title(title, page, verdicts, regions, lines)
        if line is not None:
            held.add(line)
            if not alone:
                held -= begin_at_title(regions, line, held, page)
                held |= standfirst(line, page, verdicts, regions, lines.shapes)
            break
    for heading in ready.of(page, "heading"):
        label_headings(heading, page, verdicts, regions)
    for line in held:
        if verdicts.free(line):
            verdicts.take(line, rule)
    take_regions(ready.of(page, "region"), page, verdicts, regions)
    return Article(held, alone)
