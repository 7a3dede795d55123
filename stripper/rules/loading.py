"""Packs become a rule set: found, read or taken from the cache, and put in order of precedence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import Problem, RuleError
from ..late_pattern import late_pattern
from ..reading.folding import fold_all
from ..reading.languages import Language
from ..reading.orthography import Orthography
from .cache import Parts, fingerprint, keep, recall, recall_with_parts
from .finding import (
    SLOTS_PACK,
    Pack,
    own_packs,
    pack_files,
    read_packs,
    shipped_folder,
    shipped_packs,
    shipped_prefix,
    stamp_of,
)
from .format import Match, Rule, Scope
from .names import nearest_name
from .phrase_index import build_phrase_indexes, kept_indexes, read_indexes
from .phrases import Table, add_folded_phrases, tables_of
from .ruleset import CachedRules, RuleSet, heads_of
from .tables import from_table, lean_table, to_table, told_table

if TYPE_CHECKING:
    from .parsing import ParsedPack


def load_rules(
    paths: Iterable[str | Path] = (), default: bool = True, *, examples: bool = True, shipped: Path | None = None
) -> RuleSet:
    """Read the shipped packs and those at `paths` (files or folders); with `default` off, `paths` alone.

    Later paths stand before earlier ones, and all before the shipped packs. Raises RuleError with every problem.
    With `examples` off, rules come as cleaning needs them: without examples, and with their phrases in the index alone.
    `shipped` is a folder to be read in place of that of the shipped packs.
    """
    problems: list[Problem] = []
    folder = shipped or shipped_folder()
    places = own_packs(paths, problems, folder)
    own = list(read_packs(places, False, problems))

    def read() -> Table:
        theirs = read_packs(shipped_packs(folder, default, places), True, problems)
        return _read_packs([*own, *theirs], problems)

    if examples or problems:
        tables = read()
        return _built(tables, tuple(map(from_table, tables["rules"])))
    # Reading and checking the packs takes a hundred times as long as reading what came of it the last time. The key is
    # all that a user's own hold, since the times of files can be set back, and for the shipped ones, as Python has it
    # for its modules, their size and times.
    key = fingerprint(stamp_of(folder), bytes([default]), *(part for pack in own for part in pack.held()))
    tables, parts = recall_with_parts(key)
    if tables is None:
        made = read()
        try:
            tables = _kept(made, parts)
        except ValueError:  # it holds what is no plain value, such as a date, and its rule will say so
            return _built(made, tuple(map(from_table, made["rules"])))
        keep(key, lambda: tables, parts)
    indexes = read_indexes(tables["phrases"], parts)
    return _built(tables, CachedRules(tables["heads"], tables["rules"], indexes, parts, tables["key"]))


def _kept(tables: Table, parts: Parts) -> Table:
    """A rule set as it is kept, most of it in `parts`. Raises ValueError if it holds what is no plain value."""
    rules = tables["rules"]
    told = repr([told_table(rule) for rule in rules])
    return {
        **tables,
        "key": fingerprint(told.encode("utf-8", "surrogatepass")),
        "phrases": kept_indexes(build_phrase_indexes(rules), parts),
        "heads": heads_of(map(from_table, rules)),
        "rules": tuple(parts.add(lean_table(rule)) for rule in rules),
    }


def _read_packs(packs: Iterable[Pack], problems: list[Problem]) -> Table:
    """The rule set of the packs, as plain values. Raises RuleError for `problems`, old and new."""
    from .parsing import parse_packs  # not needed where the rules come from the cache

    parsed = parse_packs(packs)
    orthography = next((each.orthography for each in parsed if each.orthography), None)
    rules = list(_left(_read_rules(parsed, orthography, problems), parsed, problems))
    languages = [
        Language(head.language[0], tuple(fold_all([*head.function_words, *head.letters])), head.widespread)
        for head in (each.head for each in parsed)
        if head.function_words or head.letters
    ]
    seen: dict[str, Rule] = {}
    for rule in rules:
        if (first := seen.setdefault(rule.id, rule)) is not rule:
            problems.append(_taken_id(rule, first))
    problems += _unknown_languages(rules, {each.code for each in languages})
    if orthography is None and not problems:
        problems.append(Problem(str(shipped_folder()), "", "text", "no pack has a [text] table"))
    if problems or orthography is None:
        raise RuleError(tuple(problems))
    return to_table(RuleSet(tuple(rules), orthography, tuple(languages)))  # type: ignore[no-any-return]


def _read_rules(packs: Sequence[ParsedPack], orthography: Orthography | None, problems: list[Problem]) -> list[Rule]:
    """The rules of all packs. What came of the shipped ones is kept, so that a change of one's own is there at once."""
    from .parsing import bases_of, read_pack

    bases = bases_of(packs)
    common = [part for each in packs if each.orthography or each.pack.name == SLOTS_PACK for part in each.pack.held()]
    rules: list[Rule] = []
    for shipped, some in groupby(packs, lambda each: each.pack.shipped):
        group = list(some)
        lasts = shipped and not any("override" in entry for each in group for entry in each.entries)
        key = fingerprint(*common, *(part for each in group for part in each.pack.held()))
        tables = recall(key) if lasts else None
        if tables is None:
            before = len(problems)
            tables = [to_table(rule) for each in group for rule in read_pack(each, bases, problems)]
            if orthography is not None:
                add_folded_phrases(list(tables_of(Match.__name__, tables)), orthography)
            if lasts and len(problems) == before:
                keep(key, partial(list, tables))
        rules += map(from_table, tables)
    return rules


def _taken_id(rule: Rule, first: Rule) -> Problem:
    if rule.file.startswith(shipped_prefix()) and rule.pack != first.pack:
        message = f"is the id of a shipped rule; to change that one, write override = {first.id!r} instead"
        return Problem(first.file, first.id, "id", message)
    return Problem(rule.file, rule.id, "id", f"stands in {first.file} already; ids are unique")


def _left(rules: Sequence[Rule], packs: Sequence[ParsedPack], problems: list[Problem]) -> Iterator[Rule]:
    """The rules that others leave switched on somewhere, with the scopes in which they are off."""
    from .parsing import MAX_PROBLEMS, MOST_TEXTS

    known = sorted({name for rule in rules for name in (rule.id, rule.category)})
    off: dict[str, list[tuple[str, Scope]]] = {}  # id or category -> packs in which it is off, and where
    unknown: list[tuple[str, str]] = []
    for each in packs:
        file, head = str(each.pack.file), each.head
        for name in dict.fromkeys(head.disable):
            off.setdefault(name, []).append((file, (head.language, head.site, head.path)))
        unknown += [(file, name) for name in sorted(set(head.disable).difference(known))]
    for file, name in unknown[:MAX_PROBLEMS]:
        message = f"no category or rule is called {name!r:.60}; {nearest_name(name, known)}"
        problems.append(Problem(file, "", "disable", message))
    overridden: dict[str, list[tuple[str, Scope]]] = {}
    for rule in rules:
        if rule.override:
            overridden.setdefault(rule.override, []).append((rule.id, rule.scope))
    names = 0
    for rule in rules:
        scopes = [scope for name, scope in overridden.get(rule.id, ()) if name != rule.id]
        of_packs = dict((*off.get(rule.id, ()), *off.get(rule.category, ())))
        scopes += [scope for file, scope in of_packs.items() if file != rule.file]
        if EVERYWHERE in scopes:
            continue
        names += sum(len(part) for scope in scopes for part in scope)
        if names > MOST_TEXTS:
            message = f"too many rules are off in too many places: together more than {MOST_TEXTS:,} names of them"
            problems.append(Problem(rule.file, rule.id, "disable", message))
            return
        yield replace(rule, off_in=tuple(scopes)) if scopes else rule


EVERYWHERE: Scope = ((), (), ())


def _unknown_languages(rules: Iterable[Rule], known: Set[str]) -> Iterator[Problem]:
    from .parsing import MAX_PROBLEMS

    unknown = ((rule, code) for rule in rules for code in sorted({*rule.language, *rule.written_in} - known))
    for rule, code in islice(unknown, MAX_PROBLEMS):
        hint = nearest_name(code, known) if known else "its pack must give its function-words"
        yield Problem(rule.file, rule.id, "language", f"nothing tells pages in {code!r:.60}; {hint}")


def _built(tables: Table, rules: Sequence[Rule]) -> RuleSet:
    languages = tuple(map(from_table, tables.get("languages", ())))
    return RuleSet(rules, from_table(tables["orthography"]), languages)


def rules_at(paths: Iterable[str | Path], rules: RuleSet) -> list[Rule]:
    """The rules of the packs at some paths, or all if there are none."""
    files = {str(file) for path in paths for file, _ in pack_files(Path(path))}
    return [rule for rule in rules.rules if not files or rule.file in files]


def source_of(rule: Rule) -> str:
    """The lines of its pack that make up a rule."""
    if not Path(rule.file).is_file():  # a pipe, say
        return "# cannot be shown: what it stands in is no file, and could be read but once\n"
    table: list[str] = []
    for line in Path(rule.file).read_text("utf-8").split("\n"):
        if _HEAD.match(line):
            if _is_of(table, rule):
                break
            table = []
        table.append(line)
    while table and (not table[-1].strip() or table[-1].startswith("#")):
        table.pop()
    return "\n".join(table) + "\n"


_HEAD = late_pattern(r"\s*\[\[\s*rule\s*]]\s*(#|$)")


def _is_of(table: Iterable[str], rule: Rule) -> bool:
    """Whether the lines of a table are those of a rule, which may have its id from the one that it overrides."""
    given: dict[str, str] = {}
    for line in table:
        key, _, value = line.partition("=")
        given.setdefault(key.strip(), value.partition("#")[0].strip().strip("\"'"))
    return given["id"] == rule.id if "id" in given else bool(rule.override) and given.get("override") == rule.override
