"""Which phrases and patterns of a rule hold of a line: the engine asks only whether any does."""

from __future__ import annotations

from typing import Any

from ..engine.matching.budget import Budget
from ..engine.matching.matcher import Matcher
from ..engine.matching.patterns import PatternLibrary
from ..model import Document
from ..reading.page import Page
from ..rules.format import Match
from ..rules.phrases import KINDS
from ..rules.ruleset import RuleSet
from ..rules.templates import Made

REMEMBERED = 200  # characters; longer lines are hardly met again


class Matched:
    """Answers for a rule set whose rules have their phrases, see `load_rules(examples=True)`."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = {rule.id: rule for rule in rules.rules}
        self._orthography = rules.orthography
        self._parts: dict[str, list[tuple[str, Matcher]]] = {}
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}

    def of(self, name: str, text: str) -> tuple[str, ...]:
        """The phrases and patterns of the rule of an id that hold of a line; none if it asks for none."""
        found = self._known.get((name, text))
        if found is None:
            page = Page(Document(text), self._orthography)
            found = tuple(said for said, each in self._parts_of(name) if len(page) and each.matches(page, 0))
            if len(text) <= REMEMBERED:
                self._known[name, text] = found
        return found

    def _parts_of(self, name: str) -> list[tuple[str, Matcher]]:
        """Each phrase and pattern of a rule's match by itself."""
        if name not in self._parts:
            rule = self._rules[name]
            parts = []
            if rule.match is not None:
                for kind in KINDS:
                    for phrase in getattr(rule.match, kind):
                        only: dict[str, Any] = {kind: (phrase,)}
                        parts.append((f"{kind}: {phrase}", Match(**only)))
                templates = {made.pattern: made.template for made in map(Made._make, rule.match.made)}
                for source in rule.match.pattern:
                    said = f"like: {templates[source]}" if source in templates else f"pattern: {source}"
                    parts.append((said, Match(pattern=(source,))))
            library, budget, trims = PatternLibrary(), Budget(name), rule.action == "trim"
            self._parts[name] = [
                (said, Matcher(match, self._orthography, library, budget, trims)) for said, match in parts
            ]
        return self._parts[name]
