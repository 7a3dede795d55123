"""What other rules do to pages, or did in an earlier run: which lines change their fate, and by which rules."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ..engine.cleaning import clean, stretches
from ..engine.plan import plan
from ..engine.records import digest
from ..engine.statistics import Statistics
from ..errors import InputError, OptionError
from ..model import CATEGORIES, Decision, Document, Outcome
from ..reading.decoding import encode
from ..reading.page import Page
from ..rules.format import LINE_KINDS, Rule
from ..rules.ruleset import RuleSet
from ..runs.files import REMOVED, read_regular
from .pages import Judged, Pages, Source

BY_LINE = (*LINE_KINDS, "trim")  # kinds of rule that say nothing of a page where they find no line


class Taken(NamedTuple):
    """What took a line, or a part of one."""

    line: int
    rule: str
    category: str


Fates = Mapping[tuple[int, int], Taken]  # all that goes of a page, by start and end; all else stays


class Change(NamedTuple):
    """A line, or a part of one, that stayed before and goes now, or the other way round.

    `rule` is the one that takes it: now if it `goes`, else before.
    """

    line: int
    goes: bool
    rule: str
    category: str
    text: str


class Compared(NamedTuple):
    """What has changed on a page, and how it is now."""

    changes: list[Change]
    now: Judged


Before = Callable[[Source, Document, Statistics | None], Fates]
IsSame = Callable[[Source, Document], bool]


def compare(
    pages: Pages, before: Before, is_same: IsSame = lambda *_: False, together: bool = True
) -> Iterator[Compared | None]:
    """The pages in order, each with its changes since `before`; None for those that have not changed.

    Pages of which `is_same` says so are not judged at all; each is by itself unless `together`, see `Pages.judged`.
    What cannot be told of is named in `pages.unread`.
    """
    known = pages.statistics() if together else {}

    def compared(source: Source, document: Document) -> Compared | None:
        if is_same(source, document):
            return None
        counts = known.get(source.group or "")
        was = before(source, document, counts)
        now = pages.judge(source, document, counts)
        found = changes(document.text, was, fates_of(now.outcome))
        return Compared(found, now) if found else None

    return pages.each(compared)


def under(rules_of: Callable[[Source], RuleSet]) -> Before:
    """As other rules would have it."""
    return lambda source, document, counts: fates_of(clean(document, rules_of(source), counts))


def no_part_in(pages: Pages, rules_of: Callable[[Source], RuleSet]) -> IsSame:
    """Whether none of the rules in which others differ from those of the pages takes any line of a page.

    Then nothing of the page changes. Both must have their phrases, see `load_rules(examples=True)`.
    """

    @cache
    def differing(old: RuleSet, new: RuleSet) -> tuple[RuleSet, ...] | None:
        was, now = ({rule.id: _bare(rule) for rule in rules.rules} for rules in (old, new))
        common = {name for name, rule in was.items() if now.get(name) == rule}
        orders = [[name for name in rules if name in common] for rules in (was, now)]
        others = [tuple(rule for name, rule in rules.items() if name not in common) for rules in (was, now)]
        tell = all(rule.match is not None and rule.kind in BY_LINE for some in others for rule in some)
        if _rest(old) != _rest(new) or orders[0] != orders[1] or not tell:
            return None
        return tuple(replace(rules, rules=some) for rules, some in zip((old, new), others, strict=True) if some)

    def is_same(source: Source, document: Document) -> bool:
        some = differing(rules_of(source), pages.options_of(source).rules)
        return some is not None and not any(_takes_any(rules, document) for rules in some)

    return is_same


def _takes_any(rules: RuleSet, document: Document) -> bool:
    for _, _, part in stretches(document):
        page = Page(part, rules.orthography)
        if plan(rules).matching.found(page) or page.timed_out:
            return True
    return False


def _rest(rules: RuleSet) -> tuple[Any, ...]:
    """What decides beside the rules."""
    return rules.orthography, rules.languages, rules.kept, rules.spoken


def _bare(rule: Rule) -> Rule:
    """A rule without what makes no difference to what it takes."""
    return replace(rule, remove=(), keep=(), summary="", reason="", file="", pack="")


def as_a_run_left(folder: Path) -> Before:
    """As a run with `--removed` did it whose output is in a folder. Raises OptionError if there is no such folder."""
    if not folder.is_dir():
        raise OptionError(f"{folder}: no such folder; it is the output of `stripper batch --removed`")

    def before(source: Source, document: Document, _: Statistics | None) -> Fates:
        beside = folder / (source.name + REMOVED)
        if not beside.exists():
            raise InputError(f"{beside}: no such file; the pages are to be named as they were for the run")
        rows = _rows(read_regular(beside))
        if not rows or rows[0].get("original") != digest(encode(document.text, document)).hex():
            raise InputError(f"{beside}: is not what a run took out of {source.path} as it is now")
        with suppress(KeyError, TypeError):
            return {
                (row["at"], row["at"] + len(row["text"])): Taken(row["line"], str(row["rule"]), row["category"])
                for row in rows[1:]
                if type(row["at"]) is type(row["line"]) is int and row["category"] in CATEGORIES
            }
        raise InputError(f"{beside}: is not what this program writes")

    return before


def _rows(data: bytes) -> list[dict[str, Any]]:
    with suppress(ValueError, RecursionError):
        rows = [json.loads(line) for line in data.splitlines()]
        if all(isinstance(row, dict) for row in rows):
            return rows
    return []


def rules_on_shared_lines(rules: RuleSet) -> Iterator[str]:
    """The rules that take what other pages have too, so that it counts which pages are looked at together."""
    for rule in rules.of_kind("duplicate"):
        if rule.duplicate is not None and rule.duplicate.scope == "documents":
            yield rule.id


def fates_of(outcome: Outcome) -> Fates:
    def taken(each: Decision) -> Taken:
        return Taken(each.line, each.rule, each.category)

    return {(each.start, each.end): taken(each) for each in outcome.removed}


def changes(text: str, was: Fates, now: Fates) -> list[Change]:
    """What changes, in order of the text, white space aside."""
    found = [(span, False, each) for span, each in was.items() if span not in now]
    found += [(span, True, each) for span, each in now.items() if span not in was]
    found.sort(key=lambda item: item[0])
    return [
        Change(each.line, goes, each.rule, each.category, text[start:end].strip())
        for (start, end), goes, each in found
        if text[start:end].strip()
    ]


def by_rule(found: list[Change]) -> Counter[tuple[str, bool]]:
    """How many changes each rule has a part in: those that go by it now, and those that it took and leaves."""
    return Counter((each.rule, each.goes) for each in found)
