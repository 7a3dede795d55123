"""A rule set made ready for pages, once."""

from __future__ import annotations

import os
from _thread import RLock  # as `threading` has it, which takes long to import
from collections.abc import Sequence
from functools import lru_cache

from ..errors import Problem, RuleError
from ..reading.page import Page
from ..rules.format import MECHANISMS
from ..rules.ruleset import RuleSet
from .body.model import BodyModel
from .matching.compiled_rule import CompiledRule
from .matching.prefilter import CompiledRules, compiled

# A plan learns from each page what its lines are, and is made when it is first needed: one thread at a time may do
# either, or they would find what another has half learned. What is forked off meanwhile must not find that either.
IN_TURN = RLock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=IN_TURN.acquire, after_in_parent=IN_TURN.release, after_in_child=IN_TURN.release)


class Plan:
    """A compiled rule set, with the rules of each mechanism at hand."""

    __slots__ = ("body", "by_marks", "kept", "kinds", "matching")

    def __init__(self, rules: RuleSet) -> None:
        self.kept = rules.kept
        self.matching: CompiledRules = compiled(rules)
        self.kinds = {kind: self.matching.of_kind(kind) for kind in MECHANISMS if kind != "section"}
        self.by_marks = list(filter(None, map(self.matching.rule, rules.by_marks())))
        self.body = [(rule, _body_model(rule)) for rule in self.kinds["body"]]

    def of(self, page: Page, kind: str) -> list[CompiledRule]:
        """The rules of a mechanism that speak of a page, in order of precedence, each to go through it once."""
        return _with_time(self.kinds[kind], page)

    def marked(self, page: Page) -> list[CompiledRule]:
        """The rules that go by marks alone and speak of a page, each to go through it once."""
        return _with_time(self.by_marks, page)

    def duplicates(self, page: Page, *scopes: str) -> list[CompiledRule]:
        """Those that look for copies in some places, each to go through the page once."""
        rules = self.kinds["duplicate"]
        asked = [rule for rule in rules if rule.rule.duplicate is not None and rule.rule.duplicate.scope in scopes]
        return _with_time(asked, page)

    def body_of(self, page: Page) -> tuple[CompiledRule, BodyModel] | None:
        """The first rule of the body that speaks of a page, with its model; None of an empty page."""
        return next((each for each in self.body if len(page) and each[0].speaks_of(page)), None)


MOST_OF_A_KIND = 50  # of rules that are not shipped, since each goes through all of a page


def _with_time(rules: Sequence[CompiledRule], page: Page) -> list[CompiledRule]:
    """Some rules without those that do not speak of a page, and those for which it has no time."""
    asked = [rule for rule in rules if rule.speaks_of(page)]
    page.timed_out.update([rule.rule.id for rule in asked if rule.own][MOST_OF_A_KIND:])
    return [rule for rule in asked if rule.has_time(page, len(page))]


def _body_model(rule: CompiledRule) -> BodyModel:
    """Raises RuleError if the rule's table is not what the model takes."""
    try:
        return BodyModel.of(rule.rule.body or {})
    except ValueError as error:
        key, _, message = str(error).partition(": ")
        raise RuleError((Problem(rule.rule.file, rule.rule.id, f"body.{key}", message),)) from None


@lru_cache(maxsize=8)
def plan(rules: RuleSet) -> Plan:
    """The plan of a rule set, made once; rule sets compare by identity."""
    return Plan(rules)
