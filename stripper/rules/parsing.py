"""One pack: read, and checked against the format. Every problem is collected, none ends the reading of the others."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from functools import cache
from math import isfinite
from typing import Any, Literal, NamedTuple, NoReturn

from ..errors import Problem
from ..model import CATEGORIES
from ..reading.orthography import Orthography
from .cache import fingerprint, keep, recall
from .finding import MAX_PACK_BYTES, SLOTS_PACK, Pack
from .format import LINE_KINDS, MECHANISMS, Match, PackHead, Rule, matches_of
from .names import is_glob, nearest_name
from .template_tokens import SLOT_NAME
from .templates import Slots, SlotTables
from .toml import read_toml
from .weights import with_fitted

SCHEMA_VERSION = 1
MAX_DEPTH = 20  # of tables within a rule; conditions may hold conditions of neighbours, and so on
MAX_PROBLEMS = 1000  # nobody reads more, and each hint at what was meant takes time
MOST_PHRASES = 50_000  # whole lines aside; where each begins another, an automaton of them takes 4 s to make
MOST_TEXTS = 1_000_000  # in lists of all kinds, those that rules have from others and from the head of their pack too
MOST_GLOBS = 20_000  # different ones; each takes 50 µs to make a pattern of
MOST_BODIES = 50  # rules with weights for the body; those of the shipped one take 3 MB each time
MOST_PAIRS = 50_000_000  # characters of a rule's patterns times its literals, which are looked for in each other


@dataclass(slots=True)
class Amounts:
    """How much packs hold, since memory and time grow with it: of a user's own all together, of a shipped one alone."""

    problems: int = 0
    texts: int = 0
    phrases: int = 0
    atoms: int = 0  # of all patterns, see `patterns.atoms_written_out`
    pairs: int = 0
    bodies: int = 0
    globs: set[str] = field(default_factory=set)


class PackProblems:
    """Collects what is wrong while a pack is read."""

    def __init__(self, file: str, amounts: Amounts | None = None) -> None:
        self.file, self.rule, self.found, self.amounts = file, "", list[Problem](), amounts or Amounts()

    def add(self, key: str, message: str) -> None:
        self.found.append(Problem(self.file, self.rule, key, message))
        self.amounts.problems += 1
        if self.amounts.problems >= MAX_PROBLEMS:
            raise Enough

    def stop(self, key: str, message: str) -> NoReturn:
        """Say what is too much, and look at no more."""
        self.found.append(Problem(self.file, self.rule, key, message))
        self.amounts.problems = MAX_PROBLEMS
        raise Enough


class Enough(Exception):
    """So much is wrong with packs, or there is so much of them, that the rest is not looked at."""


@cache
def _spec(cls: type) -> dict[str, tuple[str, Any, bool]]:
    """Of a dataclass of the format: key of the file -> name of the field, its type, whether it must be given."""
    hints = typing.get_type_hints(cls)
    return {
        item.name.replace("_", "-"): (item.name, hints[item.name], item.default is MISSING)
        for item in fields(cls)
        if item.metadata.get("given", True)
    }


def read_table(cls: type, table: Mapping[str, Any], key: str, problems: PackProblems) -> Any:
    """Build a dataclass of the format from a TOML table, or report why not and return None."""
    spec, values, before = _spec(cls), dict[str, Any](), len(problems.found)
    if key.count(".") > MAX_DEPTH:
        problems.add(f"{key:.60}", "is nested too deeply")
        return None
    for name, value in table.items():
        path = f"{key}.{name}" if key else name
        if name not in spec:
            problems.add(path, f"unknown key; {nearest_name(name, spec)}")
        else:
            values[spec[name][0]] = _value(spec[name][1], value, path, problems)
    for name, (_, _, required) in spec.items():
        if required and name not in table:
            problems.add(f"{key}.{name}" if key else name, "missing; each such table must have it")
    return cls(**values) if len(problems.found) == before else None


def _value(kind: Any, value: Any, key: str, problems: PackProblems) -> Any:
    """Check one value of a TOML table against the type of its field."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is types.UnionType or origin is typing.Union:
        return _value(next(option for option in inner if option is not type(None)), value, key, problems)
    if is_dataclass(kind) and isinstance(value, dict):
        return read_table(typing.cast(type, kind), value, key, problems)
    if origin is tuple:
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            problems.amounts.texts += len(value)
            if problems.amounts.texts > MOST_TEXTS:
                problems.stop(key, f"the packs have more than {MOST_TEXTS:,} texts in lists; {WITH_THOSE_OF_OTHERS}")
            return tuple([_value(inner[0], item, key, problems) for item in value])
        problems.add(key, f'must be a list of strings, as in ["one", "another"], is {value!r:.60}')
    elif origin is Literal:
        if value in inner:
            return value
        problems.add(key, f"cannot be {value!r:.60}; {nearest_name(str(value), inner)}")
    elif is_dataclass(kind) or origin is not None:
        if origin is not None and isinstance(value, dict):
            return value  # the body's own table: its model checks it
        problems.add(key, f"must be a table, as in {{ key = value }}, is {value!r:.60}")
    elif isinstance(value, bool) is (kind is bool) and isinstance(value, (int, float) if kind is float else kind):
        if kind is int and value < 0:
            problems.add(key, f"cannot be less than 0, is {value!r:.60}")
        elif kind is float and not isfinite(value):
            problems.add(key, f"must be a number, is {value}")
        return value
    else:
        problems.add(key, f"must be {_TYPE_NAMES[kind]}, is {value!r:.60}")
    return None


WITH_THOSE_OF_OTHERS = "what rules have from others, or from the head of their pack, counts again for each"
_TYPE_NAMES = {int: "a whole number", float: "a number", bool: "true or false", str: "a string"}


class ParsedPack(NamedTuple):
    """A pack whose rules are as TOML has them, what their templates may name, and what has been found wrong so far.

    `orthography` is its `[text]` table, if it has one.
    """

    pack: Pack
    head: PackHead
    entries: list[dict[str, Any]]
    orthography: Orthography | None
    slots: Slots
    found: PackProblems


Bases = Mapping[str, tuple[ParsedPack, Mapping[str, Any]]]  # by its id, what a rule that overrides it is made from


def parse_packs(packs: Iterable[Pack]) -> list[ParsedPack]:
    """All packs together, since the slots of one are for all."""
    read = []
    own = Amounts()
    packs = list(packs)
    shipped = _tables_of([pack for pack in packs if pack.shipped])
    for pack in packs:
        found = PackProblems(str(pack.file), Amounts() if pack.shipped else own)
        head, entries, orthography = PackHead(SCHEMA_VERSION), list[dict[str, Any]](), None
        slots = SlotTables({}, {})
        if found.amounts.problems >= MAX_PROBLEMS:
            continue
        with suppress(Enough):
            tables = _read_toml(pack, found, shipped)
            slots = _read_slots(tables, found)
            head = _read_head(tables, found) or head
            entries = _read_entries(tables, found)
            if "text" in tables:
                orthography = _read_text(tables["text"], found)
        read.append((pack, head, entries, orthography, slots, found))
    shared = [slots for pack, *_, slots, _ in read if pack.name == SLOTS_PACK][-1:]
    return [
        ParsedPack(pack, head, entries, orthography, Slots(slots, *shared), found)
        for pack, head, entries, orthography, slots, found in read
    ]


def bases_of(packs: Sequence[ParsedPack]) -> Bases:
    """The rules of some packs that others can override. Of several of an id the first counts; they are an error."""
    return {
        entry["id"]: (each, entry)
        for each in reversed(packs)
        for entry in each.entries
        if "override" not in entry and isinstance(entry.get("id"), str)
    }


def read_pack(parsed: ParsedPack, bases: Bases, problems: list[Problem]) -> list[Rule]:
    """The rules of one pack; what is wrong with it is added to `problems`."""
    rules: list[Rule] = []
    with suppress(Enough):
        if parsed.found.amounts.problems < MAX_PROBLEMS:
            rules += _read_rules(parsed, bases)
    problems.extend(parsed.found.found)
    return rules


def _tables_of(packs: Sequence[Pack]) -> dict[str, dict[str, Any]]:
    """What shipped packs hold, as TOML has it, by their names; kept, so that a change of one's own is there at once.

    What is no valid pack is not among it.
    """
    key = fingerprint(b"tables", *(part for pack in packs for part in (pack.name.encode(), pack.data)))
    kept: dict[str, dict[str, Any]] | None = recall(key)
    if kept is not None:
        return kept
    tables = {}
    for pack in packs:
        with suppress(ValueError):
            tables[pack.name] = _tables(pack.data)
    keep(key, lambda: tables)
    return tables


def _tables(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_PACK_BYTES:
        raise ValueError(f"is larger than {MAX_PACK_BYTES // 1_000_000} MB; split it into several packs")
    return read_toml(data)


def _read_toml(pack: Pack, found: PackProblems, shipped: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    try:
        tables = shipped[pack.name] if pack.shipped and pack.name in shipped else _tables(pack.data)
    except ValueError as error:
        found.add("", f"is no valid pack: {error}")
        return {}
    if (version := tables.get("schema-version")) != SCHEMA_VERSION:
        if version is None:
            found.add("schema-version", f"missing; a pack begins with the line: schema-version = {SCHEMA_VERSION}")
        else:
            found.add("schema-version", f"must be {SCHEMA_VERSION}, is {version!r:.60}")
    return tables


_TABLES = {"rule": "[[rule]]", "slots": "[slots]", "patterns": "[patterns]", "text": "[text]"}


def _read_head(tables: Mapping[str, Any], found: PackProblems) -> PackHead | None:
    known = _spec(PackHead)
    for name in sorted(tables.keys() - known.keys() - _TABLES.keys()):
        found.add(name, f"unknown key; {nearest_name(name, [*known, *_TABLES.values()])}")
    if type(tables.get("schema-version")) is not int:
        return None  # said already
    head: PackHead | None = read_table(PackHead, {name: tables[name] for name in known if name in tables}, "", found)
    if head is not None and (head.function_words or head.letters) and len(head.language) != 1:
        found.add("language", "must name one language, which the function words and letters tell")
        return None
    if head is not None:
        _check_sites(head.site, found)
    return head


def _check_sites(sites: Iterable[str], found: PackProblems) -> None:
    for site in sites:
        if "/" in site:
            found.add("site", f"cannot be {site!r:.60}; name the host alone, as in 'news.example', or a folder")


def _read_slots(tables: Mapping[str, Any], found: PackProblems) -> SlotTables:
    """The `[slots]` and `[patterns]` of a pack, without those that are wrong."""
    kinds: dict[str, Any] = {"slots": tuple[str, ...], "patterns": str}
    read: dict[str, dict[str, Any]] = {key: {} for key in kinds}
    for key, kind in kinds.items():
        if not isinstance(table := tables.get(key, {}), dict):
            found.add(key, f"must be a table, is {table!r:.60}")
            continue
        for name, value in table.items():
            if not re.fullmatch(SLOT_NAME, name):
                found.add(f"{key}.{name:.60}", "no name for a slot; use small letters, digits and '-'")
            elif (good := _value(kind, value, f"{key}.{name:.60}", found)) is not None:
                read[key][name] = good
    return SlotTables(read["slots"], read["patterns"])


def _read_entries(tables: Mapping[str, Any], found: PackProblems) -> list[dict[str, Any]]:
    entries = tables.get("rule", [])
    if isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries):
        return entries
    found.add("rule", "must be tables, each headed [[rule]]")
    return []


def _read_rules(parsed: ParsedPack, bases: Bases) -> Iterator[Rule]:
    pack, head, found = parsed.pack, parsed.head, parsed.found
    for number, entry in enumerate(parsed.entries, 1):
        found.rule = str(entry.get("id", f"rule {number}"))
        origin, slots, fitted_in = parsed, parsed.slots, pack
        if "override" in entry:
            name = str(entry["override"])
            if name not in bases:
                found.add("override", f"no rule is called {name!r:.60}; {nearest_name(name, bases)}")
                continue
            origin, base = bases[name]
            slots = Slots(parsed.slots.tables[0], *origin.slots.tables)  # the shared ones last, since some are empty
            fitted_in = pack if "body" in entry else origin.pack
            entry = {**base, "id": f"{name}@{pack.name}", **entry}
            found.rule = str(entry["id"])
        places = {"site": list(head.site), "path": list(head.path)}
        rule = _with_patterns(read_table(Rule, places | entry, "", found), slots, found)
        if rule is not None and "site" in entry:
            _check_sites(rule.site, found)
        if rule is not None and check_rule(rule, found):
            found.amounts.bodies += rule.body is not None
            if found.amounts.bodies > MOST_BODIES:
                found.stop("body", f"the packs have more than {MOST_BODIES} rules with the weights of a body")
            try:
                body = rule.body and with_fitted(rule.body, fitted_in.file, fitted_in.fitted)
                written_in = origin.head.language
                yield replace(rule, body=body, written_in=written_in, pack=pack.name, file=str(pack.file))
            except ValueError as error:
                key, _, message = str(error).partition(": ")
                found.add(f"body.{key}", message)
    found.rule = ""


def _with_patterns(table: Any, slots: Slots, found: PackProblems, key: str = "") -> Any:
    """A rule, or a table of one, with the patterns that its templates become."""
    if not is_dataclass(table) or isinstance(table, type):
        return table
    if isinstance(table, Match) and table.like:
        made = []
        for template in table.like:
            try:
                made += slots.make(template)
            except ValueError as error:
                found.add(f"{key}.like", f"{template!r:.60} {error}")
        return replace(table, pattern=(*table.pattern, *(each.pattern for each in made)), made=tuple(made))
    inner = {
        item.name: _with_patterns(each, slots, found, f"{key}.{item.name}".strip("."))
        for item in fields(table)
        if is_dataclass(each := getattr(table, item.name))
    }
    return replace(table, **inner) if inner else table


def _read_text(table: Any, found: PackProblems) -> Orthography | None:
    orthography: Orthography | None = _value(Orthography, table, "text", found)
    if orthography is not None and not all(script and script[0] <= script[-1] for script in orthography.unspaced):
        found.add("text.unspaced", "must be the first and the last character of each script, as in 'ぁヿ'")
    if orthography is not None and orthography.characters_per_word < 1:
        found.add("text.characters-per-word", f"cannot be less than 1, is {orthography.characters_per_word}")
    return orthography


def check_rule(rule: Rule, problems: PackProblems) -> bool:
    """What the types cannot say about a rule. True if all is well."""
    # Not needed where the rules come from the cache.
    from .patterns import MOST_ATOMS_OF_PACKS, atoms_written_out, too_large

    before, amounts = len(problems.found), problems.amounts
    if rule.id in ("", *CATEGORIES):
        problems.add("id", f"cannot be {rule.id!r}; make up a name that no category has, as in 'en.promo.newsletter'")
    mechanisms = [name for name in MECHANISMS if getattr(rule, name) is not None]
    if len(mechanisms) > 1:
        problems.add(mechanisms[1], f"a rule has one mechanism; this one has {' and '.join(mechanisms)}")
    if rule.kind in (*LINE_KINDS, "trim") and rule.match is None and not rule.goes_by_marks():
        problems.add("match", "missing; say what the line holds: whole, starts, ends, contains, like or pattern")
    for key, match in matches_of(rule):
        if not (match.whole or match.starts or match.ends or match.contains or match.like or match.pattern):
            problems.add(key, "is empty; give whole, starts, ends, contains, like or pattern")
        if match.literals and len(match.pattern) == len(match.made):
            problems.add(f"{key}.literals", "needs a pattern; phrases stand in whole, starts, ends or contains")
        phrases = (*match.whole, *match.starts, *match.ends, *match.contains, *match.literals)
        if not all(phrase.strip(" *") for phrase in phrases):
            problems.add(key, "holds an empty phrase, which would match every line")
        amounts.phrases += len(phrases) - len(match.whole)
        if amounts.phrases > MOST_PHRASES:
            problems.stop(key, f"the packs have more than {MOST_PHRASES:,} phrases that are no whole lines; drop some")
        amounts.pairs += len(match.literals) * sum(map(len, match.pattern[: len(match.pattern) - len(match.made)]))
        if amounts.pairs > MOST_PAIRS:
            problems.stop(f"{key}.literals", "are too many for so many patterns; give some of them rules of their own")
        for pattern in match.pattern:
            if why := too_large(pattern):
                problems.add(f"{key}.pattern", f"{pattern!r:.60} {why}, and would take long to compile")
                continue
            amounts.atoms += atoms_written_out(pattern)
            if amounts.atoms > MOST_ATOMS_OF_PACKS:
                message = f"the patterns of the packs repeat more than {MOST_ATOMS_OF_PACKS:,} parts"
                problems.stop(f"{key}.pattern", message)
    amounts.globs.update(each for each in (*rule.site, *rule.path) if is_glob(each))
    if len(amounts.globs) > MOST_GLOBS:
        problems.stop("path" if rule.path else "site", f"the packs have more than {MOST_GLOBS:,} different globs")
    if rule.kind == "trim" and (rule.match is None or not (rule.match.pattern or rule.match.like)):
        problems.add("match", "a trim needs a pattern or a template, which tells the part to take")
    return len(problems.found) == before
