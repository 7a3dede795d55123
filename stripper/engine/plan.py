"""A rule set made ready for pages, once."""

from __future__ import annotations

from functools import lru_cache

from ..errors import Problem, RuleError
from ..rules.format import LINE_KINDS, MECHANISMS
from ..rules.ruleset import RuleSet
from .body import BodyModel
from .compiled_rule import CompiledRule
from .prefilter import CompiledRules, compiled


class Plan:
    """A compiled rule set, with the rules of each mechanism at hand."""

    __slots__ = ("body", "by_marks", "kept", "kinds", "matching")

    def __init__(self, rules: RuleSet) -> None:
        self.kept = rules.kept
        self.matching: CompiledRules = compiled(rules)
        self.kinds = {kind: self.matching.of_kind(kind) for kind in MECHANISMS if kind != "section"}
        self.by_marks = [rule for rule in self.matching.of_kind(*LINE_KINDS) if rule.rule.goes_by_marks()]
        self.body = [(rule, _body_model(rule)) for rule in self.kinds["body"]][:1]

    def duplicates(self, *scopes: str) -> list[CompiledRule]:
        rules = self.kinds["duplicate"]
        return [rule for rule in rules if rule.rule.duplicate is not None and rule.rule.duplicate.scope in scopes]


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
