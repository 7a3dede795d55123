"""What limits the other rules: no rule takes an article away unseen."""

from __future__ import annotations

from collections import Counter

from ..model import Note
from ..reading.page import Page
from ..rules.format import Guard
from .compiled_rule import CompiledRule
from .verdicts import Verdicts


def apply_guard(guard: CompiledRule, page: Page, verdicts: Verdicts, kept: frozenset[str]) -> list[Note]:
    """Let a guard undo what goes too far; returns what the user should know of it."""
    spec = guard.rule.guard
    assert spec is not None
    return (_guard_rules if spec.scope == "rule" else _guard_document)(spec, guard.rule.id, page, verdicts, kept)


def _guard_rules(spec: Guard, _: str, page: Page, verdicts: Verdicts, kept: frozenset[str]) -> list[Note]:
    """Undo each rule of the guarded kinds that takes more than its share of the document's prose."""
    taken: Counter[CompiledRule] = Counter()
    for line in range(len(page)):
        rule = verdicts.rule[line]
        if (
            rule is not None
            and rule.kind in spec.kinds
            and page.category[line] not in kept
            and page.is_prose(line, spec.prose_words)
        ):
            taken[rule] += page.words[line]
    if not taken:
        return []
    total = sum(page.words[line] for line in range(len(page)) if page.is_prose(line, spec.prose_words))
    notes = []
    for rule, words in taken.items():
        if words > spec.min_words and words > spec.max_share * total:
            for line in range(len(page)):
                if verdicts.rule[line] is rule:
                    verdicts.undo(line)
            message = f"held back: it would take {words} of {total} words of prose"
            notes.append(Note("guard", rule.rule.id, message))
    return notes


def _guard_document(spec: Guard, name: str, page: Page, verdicts: Verdicts, kept: frozenset[str]) -> list[Note]:
    """Undo kinds of rules, one after the other, until enough of the document's prose survives."""
    prose = [line for line in range(len(page)) if page.is_prose(line, spec.prose_words)]
    total = sum(page.words[line] for line in prose)
    notes = []
    for kind in spec.undo:
        left = sum(page.words[line] for line in prose if verdicts.rule[line] is None or page.category[line] in kept)
        if left >= spec.min_words or left >= spec.min_share * total:
            break
        owners = ((line, verdicts.rule[line]) for line in range(len(page)))
        undone = [line for line, owner in owners if owner is not None and owner.kind == kind]
        for line in undone:
            verdicts.undo(line)
        if undone:
            message = f"held back the rules of kind {kind}: only {left} of {total} words of prose would be left"
            notes.append(Note("guard", name, message))
    return notes
