"""Whether the examples of rules hold.

An example is a text. In one of several lines, `- ` heads each line that must go and two spaces each that must stay,
as in a diff; `[-...-]` marks the part of a line that a trim must take. A single line without marks goes whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from time import process_time

from ..engine.cleaning import clean
from ..errors import Problem
from ..model import KEPT, Document, Outcome
from ..rules.format import Rule
from ..rules.ruleset import RuleSet
from .reasons import why_it_goes, why_it_stays

MOST_SECONDS = 60  # of processor time for the examples of all packs; those of the shipped ones take some six
_CUT = re.compile(r"\[-(.*?)-\]")


def read_example(example: str) -> tuple[str, set[int]]:
    """The text of an example, and the offsets of the characters that its marks say must go (white space aside)."""
    lines = example.strip("\n").split("\n")
    text, gone = [], set[int]()
    start = 0
    for line in lines:
        whole = len(lines) == 1 and not _CUT.search(line)
        if len(lines) > 1:
            whole, line = line.startswith("- "), line[2:]
        pieces = _CUT.split(line)  # every second piece stood between marks
        at = start
        for number, piece in enumerate(pieces):
            if whole or number % 2:
                gone.update(range(at, at + len(piece)))
            at += len(piece)
        text.append("".join(pieces))
        start = at + 1
    joined = "\n".join(text)
    return joined, {at for at in gone if not joined[at].isspace()}


def _taken(outcome: Outcome, rule: Rule) -> set[int]:
    text = outcome.document.text
    spans = (range(each.start, each.end) for each in outcome.removed if each.rule == rule.id)
    return {at for span in spans for at in span if not text[at].isspace()}


def _what_is_wrong(rule: Rule, rules: RuleSet, text: str, gone: set[int], taken: set[int]) -> str:
    """The first line of an example of which something stays that must go, or else goes that must stay, and why."""
    if stays := gone - taken:
        why = why_it_stays(rule, rules.orthography, text, min(stays), min(gone))
        return _said(text, stays, "stays, and must not", why)
    why = why_it_goes(rule, rules.orthography, text, min(taken - gone))
    return _said(text, taken - gone, "goes, and must not", why)


def _said(text: str, wrong: set[int], verb: str, why: str) -> str:
    start = min(wrong)
    line_end = (text + "\n").index("\n", start)
    end = max(at for at in wrong if at < line_end) + 1
    place = f"line {text.count(chr(10), 0, start) + 1}, " if "\n" in text else ""
    return f"{place}{text[start:end]!r:.80} {verb}{why and f': {why}'}"


def _marks_missing(example: str, must_go: bool) -> str:
    """What is wrong with the marks of an example, which then proves nothing; empty if they are well."""
    lines = example.strip("\n").split("\n")
    if len(lines) > 1:
        for number, line in enumerate(lines, 1):
            if line.strip() and not line.startswith(("- ", "  ")):
                return f"line {number}, {line!r:.80}, begins neither with '- ' nor with two spaces; each goes or stays"
    if must_go and not read_example(example)[1]:
        return "says of no line that it must go; '- ' before a line does"
    return ""


def _without(text: str, gone: set[int]) -> str:
    """A text with a space for each of some characters."""
    return "".join(" " if at in gone else char for at, char in enumerate(text))


def _protected(text: str, rules: RuleSet, rule: Rule) -> bool:
    return any(each.rule == rule.id for each in clean(Document(text), rules).decisions)


def test_rules(rules: RuleSet, asked: Iterable[Rule] | None = None) -> tuple[Problem, ...]:
    """Run the examples of rules (all, or those `asked`), by each alone, on pages in its language; what fails, in order.

    One that asks what others find of a line is tried with all of them.
    """
    tried = rules.rules if asked is None else asked
    return tuple(_with_origin(problem, rule) for rule, problem in within_time(tried, lambda rule: _test(rule, rules)))


def within_time(
    rules: Iterable[Rule], check: Callable[[Rule], Iterator[Problem | None]]
) -> Iterator[tuple[Rule, Problem]]:
    """Rules with what a check of their examples finds, which gives None before each example.

    A pack from a stranger may take time with each of any number of examples: after MOST_SECONDS no other is tried,
    which is then the last problem.
    """
    end = process_time() + MOST_SECONDS
    for rule in rules:
        for problem in check(rule):
            if problem is not None:
                yield rule, problem
            elif process_time() > end:
                message = f"examples from here on are not tried: those before took {MOST_SECONDS} seconds"
                yield rule, Problem(rule.file, rule.id, "", f"{message}; mend slow patterns, or try parts of the pack")
                return


def _with_origin(problem: Problem, rule: Rule) -> Problem:
    """Says of a rule made from another whose examples they may be, too."""
    if not rule.override:
        return problem
    return replace(problem, message=f"{problem.message} (what the pack gives none of, it has from {rule.override})")


test_rules.__test__ = False  # type: ignore[attr-defined]  # not one of pytest's


def _anywhere(rule: Rule) -> Rule:
    """A rule as it is on the pages that it is for: an example does not say which site it is from."""
    return replace(rule, site=(), path=(), off_in=()) if rule.site or rule.path or rule.off_in else rule


def _test(rule: Rule, rules: RuleSet) -> Iterator[Problem | None]:
    """What is wrong with its examples, and None before each."""

    def problem(key: str, number: int, text: str, message: str) -> Problem:
        return Problem(rule.file, rule.id, f"{key} example {number}", f"{message}: {text!r:.150}")

    alone = replace(
        rules,
        rules=tuple(map(_anywhere, rules.rules)) if rule.asks_category() else (_anywhere(rule),),
        kept=KEPT - {rule.category},
        spoken=frozenset(rule.language or rule.written_in),
    )
    protects = rule.action == "keep"
    for key, examples in (("remove", rule.remove), ("keep", rule.keep)):
        for number, example in enumerate(examples, 1):
            if missing := _marks_missing(example, must_go=key == "remove" and not protects):
                yield Problem(rule.file, rule.id, f"{key} example {number}", missing)
    for number, example in enumerate(rule.remove, 1):
        yield None
        text, gone = read_example(example)
        if protects:
            if _protected(text, alone, rule):
                yield problem("remove", number, text, "the rule keeps it, and must not")
            continue
        outcome = clean(Document(text), alone)
        if (taken := _taken(outcome, rule)) != gone:
            message = _what_is_wrong(rule, rules, text, gone, taken)
            yield Problem(rule.file, rule.id, f"remove example {number}", message)
        elif len(alone.rules) == 1 and outcome.text.split() != _without(text, gone).split():
            yield problem("remove", number, text, f"words touch, or part, in what is left, {outcome.text!r:.80}")
    for number, example in enumerate(rule.keep, 1):
        yield None
        text, _ = read_example(example)
        if protects:
            if not _protected(text, alone, rule):
                yield problem("keep", number, text, "the rule does not keep it, and must")
        elif _taken(clean(Document(text), alone), rule):
            yield problem("keep", number, text, "goes, and must stay")
