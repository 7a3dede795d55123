"""A page and a rule set -> decisions. Nothing is remembered from one page to the next, and nothing changes text here.

What rules find of the lines is evidence for the body, which finds where the article begins and ends. Title, headings
and what lies outside follow from it, then duplicates and runs of short lines, then guards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model import Decision, Document, Note
from ..reading.page import Page
from ..rules.ruleset import RuleSet
from .again import take_refused
from .article import NO_ARTICLE, Article, label_headings, take_regions
from .body.model import ARTICLE
from .context import take_runs
from .duplicates import take_duplicates
from .evidence import gather_evidence
from .guards import apply_guard
from .layout import fold_blanks, keep_apart
from .parts.headings import begin_at_title
from .plan import Plan, plan
from .regions import find_regions
from .standfirst import standfirst
from .subject import take_subject
from .title import find_title
from .verdicts import Verdicts
from .wordless import take_wordless

if TYPE_CHECKING:
    from .statistics import Statistics


MOST_PASSES = 8  # in search of what else goes; a page that is made for it could ask for any number


def judge(
    document: Document, rules: RuleSet, statistics: Statistics | None, timed_out: frozenset[str] = frozenset()
) -> tuple[Page, list[Decision], list[Note]]:
    """The page of a document, the decisions on it in order, and what the user should know of them.

    `timed_out` are rules that ran out of time on the document, and are left out.

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
    if article is not None:
        for rule in ready.of(page, "run"):
            take_runs(rule, page, verdicts, article.held)
    for _ in range(MOST_PASSES):  # lines are side by side now that were not, and refrains are none any more
        copies = ready.duplicates(page, "adjacent", "document")
        copied = [take_duplicates(rule, page, verdicts, article or NO_ARTICLE, ready.kept) for rule in copies]
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


def _find_article(ready: Plan, page: Page, verdicts: Verdicts, notes: list[Note]) -> Article | None:
    """Find the body, its title and headings.

    None where a page has no article: it may be a list of prices or of links, whose lines all look like a menu's.
    """
    found = ready.body_of(page)
    if found is None:
        return NO_ARTICLE
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
