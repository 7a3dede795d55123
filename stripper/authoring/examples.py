"""Whether the examples of rules hold.

An example is a text. In one of several lines, `- ` heads each line that must go and two spaces each that must stay,
as in a diff; `[-...-]` marks the part of a line that a trim must take. A single line without marks goes whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..engine.cleaning import clean
from ..errors import Problem
from ..model import KEPT, Document, Outcome
from ..rules.format import Rule
from ..rules.ruleset import RuleSet

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


def _without(text: str, gone: set[int]) -> str:
    """A text with a space for each of some characters."""
    return "".join(" " if at in gone else char for at, char in enumerate(text))


def _protected(text: str, rules: RuleSet, rule: Rule) -> bool:
    return any(each.rule == rule.id for each in clean(Document(text), rules).decisions)


def test_rules(rules: RuleSet, asked: Iterable[Rule] | None = None) -> tuple[Problem, ...]:
    """Run the examples of rules (all, or those `asked`), by each alone, on pages in its language; what fails, in order.

    One that asks what others find of a line is tried with all of them.
    """
    return tuple(problem for rule in (rules.rules if asked is None else asked) for problem in _test(rule, rules))


test_rules.__test__ = False  # type: ignore[attr-defined]  # not one of pytest's


def _anywhere(rule: Rule) -> Rule:
    """A rule as it is on the pages that it is for: an example does not say which site it is from."""
    return replace(rule, site=(), path=(), off_in=()) if rule.site or rule.path or rule.off_in else rule


def _test(rule: Rule, rules: RuleSet) -> Iterator[Problem]:
    def problem(key: str, number: int, text: str, message: str) -> Problem:
        return Problem(rule.file, rule.id, f"{key} example {number}", f"{message}: {text!r:.150}")

    alone = replace(
        rules,
        rules=tuple(map(_anywhere, rules.rules)) if rule.asks_category() else (_anywhere(rule),),
        kept=KEPT - {rule.category},
        spoken=frozenset(rule.language or rule.written_in),
    )
    protects = rule.action == "keep"
    for number, example in enumerate(rule.remove, 1):
        text, gone = read_example(example)
        if protects:
            if _protected(text, alone, rule):
                yield problem("remove", number, text, "the rule keeps it, and must not")
            continue
        outcome = clean(Document(text), alone)
        if (taken := _taken(outcome, rule)) != gone:
            wrong = "".join(text[at] for at in sorted(gone - taken)) or "".join(text[at] for at in sorted(taken - gone))
            verb = "stays" if gone - taken else "goes"
            yield problem("remove", number, text, f"{wrong[:40]!r} {verb}, and must not")
        elif len(alone.rules) == 1 and outcome.text.split() != _without(text, gone).split():
            yield problem("remove", number, text, f"words touch, or part, in what is left, {outcome.text!r:.80}")
    for number, example in enumerate(rule.keep, 1):
        text, _ = read_example(example)
        if protects:
            if not _protected(text, alone, rule):
                yield problem("keep", number, text, "the rule does not keep it, and must")
        elif _taken(clean(Document(text), alone), rule):
            yield problem("keep", number, text, "goes, and must stay")
