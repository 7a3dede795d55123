"""What limits the other rules: no rule takes an article away unseen."""

from __future__ import annotations

from collections import Counter

from ..model import Note
from ..reading.page import Page
from ..rules.format import Guard
from .matching.compiled_rule import CompiledRule
from .verdicts import Taken, Verdicts


def apply_guard(guard: CompiledRule, page: Page, verdicts: Verdicts, kept: frozenset[str]) -> list[Note]:
    """Let a guard undo what goes too far; returns what the user should know of it."""
    spec = guard.rule.guard
    assert spec is not None
    return (_guard_rules if spec.scope == "rule" else _guard_document)(spec, guard.rule.id, page, verdicts, kept)


def _guard_rules(spec: Guard, _: str, page: Page, verdicts: Verdicts, kept: frozenset[str]) -> list[Note]:
    """Undo each rule of the guarded kinds that takes more than its share of the document's prose."""
    taken: Counter[CompiledRule] = Counter()
    prose = page.prose(spec.prose_words)
    for line in prose:
        rule = verdicts.rule[line]
        if (
            rule is not None
            and rule.kind in spec.kinds
            and not _leaves_article(rule)
            and page.category[line] not in kept
        ):
            taken[rule] += page.words[line]
    if not taken:
        return []
    total = sum(page.words[line] for line in prose)
    notes = []
    for rule, words in taken.items():
        if words > spec.min_words and words > spec.max_share * total:
            for line in range(len(page)):
                if verdicts.rule[line] is rule:
                    verdicts.undo(line)
            message = f"held back: it would take {words} of {total} words of prose"
            notes.append(Note("guard", rule.rule.id, message))
    return notes


def _leaves_article(rule: CompiledRule) -> bool:
    """Whether what a rule takes stands elsewhere on the page, or below an article, so that it cannot take one away."""
    duplicate, section = rule.rule.duplicate, rule.rule.section
    if section is not None:
        return section.until in ("posts", "reviews")
    return duplicate is not None and duplicate.scope in ("adjacent", "document")


def _guard_document(spec: Guard, name: str, page: Page, verdicts: Verdicts, kept: frozenset[str]) -> list[Note]:
    """Undo kinds of rules, one after the other, until enough of the document's prose survives.

    A kind that was undone in vain, since it took another one to let enough survive, has its lines again.
    """
    prose = page.prose(spec.prose_words)
    total = sum(page.words[line] for line in prose)
    enough = min(spec.min_words, spec.min_share * total)

    def left() -> int:
        return sum(page.words[line] for line in prose if verdicts.stays(line, kept))

    undone: dict[str, tuple[int, list[Taken]]] = {}  # kind -> words that it would leave, what it took
    for kind in spec.undo:
        if (words := left()) >= enough:
            break
        if taken := verdicts.taken(kind):
            undone[kind] = words, taken
            for line, *_ in taken:
                verdicts.undo(line)
    for other in list(undone)[:-1]:
        taken = undone[other][1]
        for each in taken:
            verdicts.take(*each)
        if left() >= enough:
            del undone[other]
        else:
            for line, *_ in taken:
                verdicts.undo(line)
    return [
        Note("guard", name, f"held back the rules of kind {kind}: only {words} of {total} words of prose would be left")
        for kind, (words, _) in undone.items()
    ]
