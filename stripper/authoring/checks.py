"""What is wrong with packs, as far as it can be seen without a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ..api import strip_bytes
from ..engine.matching.patterns import PATTERN_TIMEOUT
from ..engine.matching.prefilter import compiled
from ..engine.plan import plan
from ..errors import InputError, Problem, RuleError
from ..model import Document
from ..reading.folding import fold_all
from ..reading.page import Page
from ..rules.cache import keep, recall
from ..rules.format import Rule, matches_of
from ..rules.loading import load_rules, rules_at
from ..rules.patterns import is_strange
from ..rules.phrases import KINDS
from ..rules.ruleset import RuleSet
from ..runs.discovery import Search, walk
from ..runs.files import read_regular
from .backtracking import MOST_OF_A_PACK, AttackText, find_attack
from .examples import read_example, within_time

BOUND_THEM = "let no two repeats take the same text, or bound them, as in '.{1,80}' for '.*'"
# Kinds that speak of whole pages, or of lines without words.
EXEMPT = frozenset({"body", "region", "title", "heading", "wordless", "layout", "guard"})


def check_rules(paths: Iterable[str | Path] = (), folder: Path | None = None) -> tuple[Problem, ...]:
    """What is wrong with the packs at `paths` (beside the shipped ones), or with the shipped packs if none is given.

    A pack that does not load, or a pattern that does not compile, is all that is said. Else: missing examples,
    patterns that match the empty text or that can run away, phrases that stand twice, literals that no line can hold,
    and examples that a rule of another category takes first. With a `folder`, also which rules never fire on its text
    files, and of shipped packs that alone; raises InputError if it has none.
    """
    own_paths = [Path(path) for path in paths]
    try:
        rules = load_rules(own_paths)
        plan(rules)
    except RuleError as error:
        return error.problems
    asked = rules_at(own_paths, rules)
    unused = list(_unused(asked, rules, folder)) if folder else []
    if folder and not own_paths:
        return tuple(unused)
    attacks = Attacks(lasting=not own_paths)
    found = [
        Problem(rule.file, rule.id, key, message)
        for rule in asked
        for key, message in (*_check_examples(rule), *_check_matches(rule, rules, attacks))
    ]
    attacks.keep()
    if attacks.untried:
        first = attacks.untried[0]
        message = f"has the first of {len(attacks.untried):,} patterns that are not looked at: those before took more"
        message = f"{message} than {MOST_OF_A_PACK:,} steps; mend what is said of them, or check parts of the pack"
        found.append(Problem(first.file, first.id, "", message))
    taken = [problem for _, problem in within_time(asked, lambda rule: _check_precedence(rule, rules))]
    return (*found, *taken, *unused)


class Attacks:
    """The texts on which patterns run away. Looking takes long, so what was found is kept if it is `lasting`.

    What is not may come from a stranger, so looking ends after so many steps; `untried` are the rules of patterns that
    come then, one for each.
    """

    def __init__(self, lasting: bool) -> None:
        self._lasting = lasting
        self._steps = 0
        self.untried: list[Rule] = []
        self._before: dict[tuple[str, bool], Any] = (recall(_KEY) or {}) if lasting else {}
        self._found: dict[tuple[str, bool], Any] = {}

    def on(self, source: str, rule: Rule) -> AttackText | None:
        """The text on which a pattern of a rule runs away; None if there is none, or if no more are looked for."""
        asked = source, rule.action == "trim"
        if asked in self._before:
            found = self._before[asked]
        elif self._steps > MOST_OF_A_PACK and not self._lasting:
            self.untried.append(rule)
            return None
        else:
            attack, steps = find_attack(*asked)
            self._steps += steps
            found = attack and tuple(attack)
        self._found[asked] = found
        return found and AttackText(*found)

    def keep(self) -> None:
        if self._lasting and self._found.keys() != self._before.keys():
            keep(_KEY, lambda: self._found)


_KEY = b"attacks"


def _unused(asked: Iterable[Rule], rules: RuleSet, folder: Path) -> Iterator[Problem]:
    """A rule fires if it decides on a line or part of one, or as a guard undoes another rule."""
    fired: set[str] = set()
    count = 0
    for found in sorted(walk(str(folder), Search((), pages=True))):
        if found.problem:
            continue
        try:
            outcome = strip_bytes(read_regular(Path(found.source)), name=found.source, rules=rules)
        except InputError:  # no text: nothing to judge by
            continue
        count += 1
        fired.update(each.rule for each in outcome.decisions)
        fired.update(note.rule for note in outcome.notes)
    if not count:
        raise InputError(f"{folder}: holds no text file: none that ends in .txt or .md can be read")
    asked = list(asked)
    heard = {rule.site for rule in asked if rule.id in fired}  # of these sites there are pages
    for rule in asked:
        if rule.id not in fired and not _needs_many(rule):
            files = f"{count:,} text files" if count > 1 else "text file"
            message = f"never fires on the {files} of {folder}"
            yield Problem(rule.file, rule.id, "", message + ("" if rule.site in heard else _where_it_speaks(rule)))


def _where_it_speaks(rule: Rule) -> str:
    if not rule.site:
        return ""
    return f"; it is for pages of {' or '.join(rule.site)} alone, which stand in a folder of that name"


def _needs_many(rule: Rule) -> bool:
    """Whether it looks at many documents at once, and so at none alone."""
    return rule.duplicate is not None and rule.duplicate.scope == "documents"


def _check_examples(rule: Rule) -> Iterator[tuple[str, str]]:
    exempt = rule.kind in EXEMPT or _needs_many(rule)
    for key, examples in (("remove", rule.remove), ("keep", rule.keep)):
        if not examples and not exempt:
            yield key, f"missing; give at least one text that the rule must {'take' if key == 'remove' else 'leave'}"


def _takes_nothing(source: str) -> bool:
    import regex

    try:
        return regex.search(source, "", timeout=PATTERN_TIMEOUT) is not None
    except (TimeoutError, MemoryError):
        return False  # runs away, which is said as well


def _check_matches(rule: Rule, rules: RuleSet, attacks: Attacks) -> Iterator[tuple[str, str]]:
    for key, match in matches_of(rule):
        templates = {pattern: template for pattern, _, template in match.made}
        for source in match.pattern:
            said, where = templates.get(source, source), "like" if source in templates else "pattern"
            if _takes_nothing(source):
                yield f"{key}.{where}", f"{said!r} matches the empty text, and so every line; ask for something"
            if is_strange(source):
                yield (
                    f"{key}.{where}",
                    f"{said!r} calls itself or refers back, and its time cannot be told; say it without",
                )
            elif (attack := attacks.on(source, rule)) is not None:
                took = f"takes {attack.steps:,} steps on {attack}, and ever more on longer lines"
                yield f"{key}.{where}", f"{said!r} {took}; {BOUND_THEM}"
        for kind in (*KINDS, "literals"):
            seen: dict[str, str] = {}
            for phrase in getattr(match, kind):
                if (same := seen.setdefault(fold_all([phrase])[0], phrase)) is not phrase:
                    yield f"{key}.{kind}", f"{phrase!r} says what {same!r} says, since both are folded; leave one out"
            for phrase in seen.values():
                if not phrase.strip(rules.orthography.trimmings):
                    yield f"{key}.{kind}", f"{phrase!r} holds only marks that lines are stripped of; name a word"


def _check_precedence(rule: Rule, rules: RuleSet) -> Iterator[Problem | None]:
    """What is wrong with its examples, and None before each."""
    if rule.kind not in ("line", "section"):
        return
    own = compiled(rules).rule(rule.id)
    assert own is not None
    for number, example in enumerate(rule.remove, 1):
        yield None
        text, gone = read_example(example)
        page = Page(Document(text), rules.orthography)
        starts = page.starts()
        for line, found in compiled(rules).found(page).items():
            start = starts[page.lines[line][0]]
            first = next((each.rule for each in found if each.rule.action != "trim"), rule)
            ours = own.applies(page, line)
            if ours and first.category != rule.category and start in gone:
                message = f"{first.id} takes it first, as {first.category}"
                yield Problem(rule.file, rule.id, f"remove example {number}", message)
