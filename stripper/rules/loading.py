"""Packs become a rule set: found, read or taken from the cache, and put in order of precedence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from pathlib import Path

from ..errors import Problem, RuleError
from ..reading.languages import Language
from ..reading.orthography import Orthography
from .cache import fingerprint, keep, recall
from .finding import Pack, find_packs, shipped_folder
from .format import Match, Rule
from .names import nearest_name
from .parsing import parse_packs, read_pack
from .phrase_index import build_phrase_indexes
from .phrases import Table, add_folded_phrases, tables_of
from .ruleset import CachedRules, RuleSet
from .tables import from_table, lean_table, to_table


def load_rules(paths: Iterable[str | Path] = (), default: bool = True, *, examples: bool = True) -> RuleSet:
    """Read the shipped packs and those at `paths` (files or folders); with `default` off, `paths` alone.

    Later paths stand before earlier ones, and all before the shipped packs. Raises RuleError with every problem.
    With `examples` off, rules come as cleaning needs them: without examples, and with their phrases in the index alone.
    """
    problems: list[Problem] = []
    packs = list(find_packs(paths, default, problems))
    if examples or problems:
        tables = _read_packs(packs, problems)
        return _built(tables, tuple(map(from_table, tables["rules"])))
    # Reading and checking the packs takes ten times as long as reading what came of it the last time. The key is all
    # that they hold, since that is read in a millisecond, and the times of files can be set back.
    key = fingerprint(*(part for pack in packs for part in pack.held()))
    tables = recall(key)
    if tables is None:
        tables = _read_packs(packs, problems)
        tables["phrases"] = build_phrase_indexes(tables["rules"])
        tables["rules"] = tuple(map(lean_table, tables["rules"]))
        keep(key, lambda: tables)
    return _built(tables, CachedRules(tables["rules"], tables["phrases"]))


def _read_packs(packs: Iterable[Pack], problems: list[Problem]) -> Table:
    """The rule set of the packs, as plain values. Raises RuleError for `problems`, old and new."""
    rules: list[Rule] = []
    languages: list[Language] = []
    orthography: Orthography | None = None
    for pack in parse_packs(packs):
        head, some, text = read_pack(pack, problems)
        orthography = orthography or text
        rules += some
        if head.function_words or head.letters:
            languages.append(Language(head.language[0], head.function_words, head.letters, head.widespread))
    seen: dict[str, Rule] = {}
    for rule in rules:
        if (first := seen.setdefault(rule.id, rule)) is not rule:
            problems.append(_taken_id(rule, first))
    problems += _unknown_languages(rules, {each.code for each in languages})
    if orthography is None and not problems:
        problems.append(Problem(str(shipped_folder()), "", "text", "no pack has a [text] table"))
    if problems or orthography is None:
        raise RuleError(tuple(problems))
    tables: Table = to_table(RuleSet(tuple(rules), orthography, tuple(languages)))
    add_folded_phrases(list(tables_of(Match.__name__, tables)), orthography)
    return tables


def _taken_id(rule: Rule, first: Rule) -> Problem:
    if rule.file.startswith(str(shipped_folder())) and rule.pack != first.pack:
        message = "is the id of a shipped rule; take another one, and switch that rule off with --disable"
        return Problem(first.file, first.id, "id", message)
    return Problem(rule.file, rule.id, "id", f"stands in {first.file} already; ids are unique")


def _unknown_languages(rules: Iterable[Rule], known: Set[str]) -> Iterator[Problem]:
    for rule in rules:
        for code in sorted({*rule.language, *rule.written_in} - known):
            hint = nearest_name(code, known) if known else "its pack must give its function-words"
            yield Problem(rule.file, rule.id, "language", f"nothing tells pages in {code!r}; {hint}")


def _built(tables: Table, rules: Sequence[Rule]) -> RuleSet:
    languages = tuple(map(from_table, tables.get("languages", ())))
    return RuleSet(rules, from_table(tables["orthography"]), languages)


def source_of(rule: Rule) -> str:
    """The lines of its pack that make up a rule."""
    table: list[str] = []
    for line in Path(rule.file).read_text("utf-8").splitlines():
        if line.strip() == "[[rule]]":
            if _id_of(table) == rule.id:
                break
            table = []
        table.append(line)
    while table and (not table[-1].strip() or table[-1].startswith("#")):
        table.pop()
    return "\n".join(table) + "\n"


def _id_of(lines: Iterable[str]) -> str:
    for line in lines:
        key, _, value = line.partition("=")
        if key.strip() == "id":
            return value.partition("#")[0].strip().strip("\"'")
    return ""
