"""Packs: TOML files of rules, read, checked and put in order. No text is matched here.

A pack is a table `schema-version`, any number of `[[rule]]` tables and, in one shipped pack, a `[text]` table. The
dataclasses below are the format: a key of the file is the name of a field with `-` for `_`, its type is the field's,
and a key without a field is an error. Every problem is collected and raised at once, as one `RuleError`.
"""

from __future__ import annotations

import os
import re
import types
import typing
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from functools import cache, partial
from math import isfinite
from pathlib import Path
from typing import Any, Literal, NamedTuple

from .cache import fingerprint, keep, recall
from .errors import Problem, RuleError, UnknownNameError
from .model import CATEGORIES, KEPT, Category
from .phrases import KINDS, Index, Sought, Table, add_sought, make_index, tables_of
from .text import Traits
from .weights import MOST_BYTES, SUFFIX, with_weights

SCHEMA_VERSION = 1
MAX_DEPTH = 20  # of tables within a rule; conditions may hold conditions of neighbours, and so on
MAX_TABLES = 100  # within each other, in a pack
MAX_PROBLEMS = 1000  # of a pack; nobody reads more, and each hint at what was meant takes time
MAX_PACK_BYTES = 8_000_000  # tomllib takes about a second for each; a larger pack is a mistake or an attack


@dataclass(frozen=True, slots=True)
class Match:
    """What a line must hold: any one of these. Phrases are compared folded, see `stripper.text`.

    `whole`, `starts` and `ends` look through bullets, arrows and punctuation at the ends of the line. A phrase never
    matches inside a word. A `pattern` is tried on the line without the white space around it, each run of it within
    made one space (that of a `trim`, whose offsets count, on the line as it stands); `literals` are words or phrases
    one of which (folded) is part of each text that a pattern matches, so that the pattern is tried on few lines. They
    are whole words too; a `*` at an end lets a word go on there: "photo*". Where a pattern shows words that it cannot
    do without, those literals alone ask for it that are part of these or hold them. A pattern that shows how its lines
    begin, as `^\\d` does, is tried on those alone, and can do without.
    `sought` holds the phrases of each key but `pattern` as they are looked for, see `add_sought`.
    """

    whole: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    pattern: tuple[str, ...] = ()
    literals: tuple[str, ...] = ()
    sought: Sought | None = field(default=None, compare=False, repr=False, metadata={"given": False})


@dataclass(frozen=True, slots=True)
class Conditions:
    """What else must be true of a line; all that are given.

    `first` and `last` count lines with text from either end of the document, `after` and `before` are shares of them
    (0 to 1). `digits` is the share of digits among letters and digits. `category` is what an earlier pass found the
    line to be. `previous` and `next` speak of the nearest lines with text.
    """

    min_words: int | None = None
    max_words: int | None = None
    min_chars: int | None = None
    max_chars: int | None = None
    sentence: bool | None = None
    case: Literal["upper", "lower", "title"] | None = None
    begins: Literal["upper", "lower", "digit", "mark"] | None = None
    min_digits: float | None = None
    max_digits: float | None = None
    first: int | None = None
    last: int | None = None
    after: float | None = None
    before: float | None = None
    blank_before: bool | None = None
    blank_after: bool | None = None
    category: tuple[Category, ...] = ()
    match: Match | None = None
    previous: Conditions | None = None
    next: Conditions | None = None

    def asks_category(self) -> bool:
        """Whether other rules must have judged the neighbourhood first."""
        near = (self.previous, self.next)
        return bool(self.category) or any(each is not None and each.asks_category() for each in near)


@dataclass(frozen=True, slots=True)
class Section:
    """From the matched line on: to the `end` of the document, to the next line of `prose`, or to a `blank` line.

    `until_match` ends it before the first line that matches. It takes at most `max_lines` lines with text. If it
    would take more than `max_words` words in lines of prose, the marker is not believed and goes alone.
    A line of prose ends like a sentence and has `prose_words` words or more.
    """

    until: Literal["end", "prose", "blank"] = "prose"
    until_match: Match | None = None
    max_lines: int = 10_000
    max_words: int = 1_000_000
    prose_words: int = 14


@dataclass(frozen=True, slots=True)
class Run:
    """`min_lines` or more lines in a row that all meet the rule's `where`; looks at lines outside the article alone."""

    min_lines: int = 4


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Lines that stand twice, after folding.

    scope "adjacent": the copy follows its original; "document": anywhere; "line": a text stands twice within one
    line, with `between` (if true) some other text between the copies; "documents": on many documents of a run, at
    least `min_documents` of them and at least `min_share` of the group. The copy inside the article stays, or else
    the first. A copy of a line that goes is of that line's category.
    """

    scope: Literal["adjacent", "document", "line", "documents"]
    between: bool = False
    min_documents: int = 3
    min_share: float = 0.5


@dataclass(frozen=True, slots=True)
class Region:
    """The lines that the body leaves out on one side: `before` the article, in a `gap` inside it, or `after` it."""

    side: Literal["before", "gap", "after"]


@dataclass(frozen=True, slots=True)
class Title:
    """The line that heads the article: of the last `reach` lines before it and its first line, the best candidate.

    The candidate meets the rule's `where`. Each line of distance costs `distance`; a line that stands again in the
    page, whole or at the start of another (a page title with the site's name), earns `repeated`; one that opens the
    article itself earns `opening`. Below `least` there is no title.
    """

    reach: int = 40
    distance: float = 0.25
    repeated: float = 4.0
    opening: float = 0.0
    least: float = -4.0


@dataclass(frozen=True, slots=True)
class Heading:
    """Labels short lines inside the article that meet the rule's `where`; they stay."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Blank lines around removed text: at most `keep` of them stay between two kept lines."""

    keep: int = 1


Mechanism = Literal["section", "run", "duplicate", "body", "region", "title", "heading", "layout", "guard"]
Kind = Literal["line", "trim", "keep", Mechanism]


@dataclass(frozen=True, slots=True)
class Guard:
    """What limits the others.

    scope "rule": a rule that takes more than `max_share` of the words of the document's prose is undone, and reported.
    scope "document": if fewer than `min_words` words of prose, and less than `min_share` of them, would survive, the
    kinds of rule named in `undo` are undone, one after the other, until enough survives. `prose_words` as in Section.
    """

    scope: Literal["rule", "document"]
    kinds: tuple[Kind, ...] = ()
    max_share: float = 1.0
    min_words: int = 0
    min_share: float = 0.0
    undo: tuple[Kind, ...] = ()
    prose_words: int = 14


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, as its pack has it. Exactly one of the mechanisms `section` ... `guard` is set, or none: then it
    speaks of single lines. `remove` are examples that it must take (lines, or texts whose lines are marked as in a
    diff: `- ` for what must go, two spaces for what must stay; `[-...-]` marks what a trim takes). `keep` are near
    misses that it must leave whole. `pack` is the path of the file below its folder, without the suffix.
    """

    id: str
    category: Category
    summary: str
    reason: str
    action: Literal["remove", "trim", "keep"] = "remove"
    match: Match | None = None
    where: Conditions | None = None
    unless: Conditions | None = None
    section: Section | None = None
    run: Run | None = None
    duplicate: Duplicate | None = None
    body: Mapping[str, Any] | None = None
    region: Region | None = None
    title: Title | None = None
    heading: Heading | None = None
    layout: Layout | None = None
    guard: Guard | None = None
    remove: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    pack: str = field(default="", metadata={"given": False})
    file: str = field(default="", metadata={"given": False})

    @property
    def kind(self) -> str:
        """The mechanism that carries the rule out: `line`, `trim`, `keep`, or the name of its table."""
        return _kind(partial(getattr, self))

    def asks_category(self) -> bool:
        """Whether it depends on what other rules have found."""
        return any(each is not None and each.asks_category() for each in (self.where, self.unless))


def _kind(get: Callable[[str], Any]) -> str:
    for name in MECHANISMS:
        if get(name) is not None:
            return name
    action: str = get("action") or "remove"
    return "line" if action == "remove" else action


MECHANISMS: tuple[str, ...] = typing.get_args(Mechanism)


class KeptRules(Sequence[Rule]):
    """Rules as they come from the cache, each built when it is first asked for: a page needs few of them.

    The index of their `phrases` may name rules that are not among these.
    """

    def __init__(self, tables: tuple[Table, ...], phrases: Index) -> None:
        self.phrases, self._tables = phrases, tables
        self._built: dict[int, Rule] = {}

    def __len__(self) -> int:
        return len(self._tables)

    @typing.overload
    def __getitem__(self, at: int) -> Rule: ...
    @typing.overload
    def __getitem__(self, at: slice) -> Sequence[Rule]: ...
    def __getitem__(self, at: int | slice) -> Rule | Sequence[Rule]:
        if isinstance(at, slice):
            return tuple(self)[at]
        if at not in self._built:
            self._built[at] = _build(self._tables[at])
        return self._built[at]

    def seen(self) -> Iterator[Callable[[str], Any]]:
        """For each rule a way to read its fields without building it; None stands for defaults."""
        return (table.get for table in self._tables)

    def without(self, off: Collection[str]) -> KeptRules:
        """Those whose id and category are not among these."""
        left = (table for table in self._tables if table["id"] not in off and table["category"] not in off)
        return KeptRules(tuple(left), self.phrases)


@dataclass(frozen=True, eq=False)
class RuleSet:
    """Rules in order of precedence, first wins: sites, languages, core. Made once, shared, picklable.

    `kept` are the categories whose lines stay.
    """

    rules: Sequence[Rule]
    traits: Traits
    kept: frozenset[str] = KEPT

    @property
    def phrases(self) -> Index:
        """The phrases of all rules, made anew unless the rules come with it."""
        if isinstance(self.rules, KeptRules):
            return self.rules.phrases
        tables: tuple[Table, ...] = _plain(tuple(self.rules))
        add_sought([table for table in tables_of(Match.__name__, tables) if "sought" not in table], self.traits)
        return make_index(tables)

    def kinds(self) -> list[tuple[str, str]]:
        """Id and kind of each rule."""
        return [(get("id"), _kind(get)) for get in self._seen()]

    def strangers(self) -> list[Rule]:
        """The rules of packs that are not shipped."""
        shipped = str(shipped_folder())
        return [self.rules[at] for at, get in enumerate(self._seen()) if not (get("file") or "").startswith(shipped)]

    def _seen(self) -> Iterator[Callable[[str], Any]]:
        if isinstance(self.rules, KeptRules):
            return self.rules.seen()
        return (partial(getattr, rule) for rule in self.rules)

    def with_options(self, keep: Iterable[str] = (), drop: Iterable[str] = (), disable: Iterable[str] = ()) -> RuleSet:
        """Keep or drop whole categories, switch off rules by id or category.

        Raises UnknownNameError for a name that no category (or, with `disable`, no rule) has.
        """
        keep, drop, off = frozenset(keep), frozenset(drop), frozenset(disable)
        for name in sorted(keep | drop):
            _require(name, CATEGORIES, "category")
        for name in sorted(off):
            _require(name, (*CATEGORIES, *(get("id") for get in self._seen())), "category or rule")
        if not (keep or drop or off):
            return self
        rules = self.rules
        if off and isinstance(rules, KeptRules):
            rules = rules.without(off)
        elif off:
            rules = tuple(rule for rule in rules if rule.id not in off and rule.category not in off)
        return replace(self, rules=rules, kept=(self.kept | keep) - drop)


def _require(name: str, known: Sequence[str], what: str) -> None:
    if name not in known:
        raise UnknownNameError(f"no {what} is called {name!r}; {_nearest(name, known)}")


def _nearest(name: str, known: Iterable[str]) -> str:
    """A hint for a name that nothing has."""
    import difflib

    known = list(known)
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"known are {', '.join(known)}" if len(known) < 30 else "`stripper rules list` shows them all"


def find_rule(rules: RuleSet, name: str) -> Rule:
    """The rule of an id. Raises UnknownNameError with the nearest one."""
    _require(name, [rule.id for rule in rules.rules], "rule")
    return next(rule for rule in rules.rules if rule.id == name)


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


# --- reading -----------------------------------------------------------------------------------------------------


class _Problems:
    """Collects what is wrong while a pack is read."""

    def __init__(self, file: str) -> None:
        self.file, self.rule, self.found = file, "", list[Problem]()

    def add(self, key: str, message: str) -> None:
        self.found.append(Problem(self.file, self.rule, key, message))
        if len(self.found) >= MAX_PROBLEMS:
            raise _Enough


class _Enough(Exception):
    """So much is wrong with a pack that the rest is not looked at."""


@cache
def _spec(cls: type) -> dict[str, tuple[str, Any, bool]]:
    """Of a dataclass of the format: key of the file -> name of the field, its type, whether it must be given."""
    hints = typing.get_type_hints(cls)
    return {
        item.name.replace("_", "-"): (item.name, hints[item.name], item.default is MISSING)
        for item in fields(cls)
        if item.metadata.get("given", True)
    }


def _table(cls: type, table: Mapping[str, Any], key: str, problems: _Problems) -> Any:
    """Build a dataclass of the format from a TOML table, or report why not and return None."""
    spec, values, before = _spec(cls), dict[str, Any](), len(problems.found)
    if key.count(".") > MAX_DEPTH:
        problems.add(f"{key:.60}", "is nested too deeply")
        return None
    for name, value in table.items():
        path = f"{key}.{name}" if key else name
        if name not in spec:
            problems.add(path, f"unknown key; {_nearest(name, spec)}")
        else:
            values[spec[name][0]] = _value(spec[name][1], value, path, problems)
    for name, (_, _, required) in spec.items():
        if required and name not in table:
            problems.add(f"{key}.{name}" if key else name, "missing; each such table must have it")
    return cls(**values) if len(problems.found) == before else None


def _value(kind: Any, value: Any, key: str, problems: _Problems) -> Any:
    """Check one value of a TOML table against the type of its field."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is types.UnionType or origin is typing.Union:
        return _value(next(option for option in inner if option is not type(None)), value, key, problems)
    if is_dataclass(kind) and isinstance(value, dict):
        return _table(typing.cast(type, kind), value, key, problems)
    if origin is tuple:
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple([_value(inner[0], item, key, problems) for item in value])
        problems.add(key, f"must be a list of strings, is {value!r:.60}")
    elif origin is Literal:
        if value in inner:
            return value
        problems.add(key, f"cannot be {value!r:.60}; {_nearest(str(value), inner)}")
    elif is_dataclass(kind) or origin is not None:
        if origin is not None and isinstance(value, dict):
            return value  # the body's own table: its model checks it
        problems.add(key, f"must be a table, is {value!r:.60}")
    elif isinstance(value, bool) is (kind is bool) and isinstance(value, (int, float) if kind is float else kind):
        if kind is int and value < 0:
            problems.add(key, f"cannot be less than 0, is {value!r:.60}")
        elif kind is float and not isfinite(value):
            problems.add(key, f"must be a number, is {value}")
        return value
    else:
        problems.add(key, f"must be {_TYPE_NAMES[kind]}, is {value!r:.60}")
    return None


_TYPE_NAMES = {int: "a whole number", float: "a number", bool: "true or false", str: "a string"}


def read_pack(pack: Pack, problems: list[Problem]) -> tuple[list[Rule], Traits | None]:
    """The rules and the `[text]` table of one pack; what is wrong with it is added to `problems`."""
    found = _Problems(str(pack.file))
    rules: list[Rule] = []
    traits = None
    with suppress(_Enough):
        tables = _read_toml(pack, found)
        rules += _read_rules(tables, pack, found)
        if "text" in tables:
            traits = _read_text(tables["text"], found)
    problems.extend(found.found)
    return rules, traits


# A key with dots, from the first of them on. `tomllib` takes time by the square of their number.
_DOTTED = re.compile(
    rb"""\.[ \t]*+(?:[\w-]++|"[^"\n]*"|'[^'\n]*')(?:[ \t]*+\.[ \t]*+(?:[\w-]++|"[^"\n]*"|'[^'\n]*'))*+"""
)
MAX_DOTS = 1000


def _read_toml(pack: Pack, found: _Problems) -> dict[str, Any]:
    import tomllib  # not needed where the rules come from the cache

    try:
        if len(pack.data) > MAX_PACK_BYTES:
            raise ValueError(f"is larger than {MAX_PACK_BYTES // 1_000_000} MB; split it into several packs")
        if any(key[0].count(b".") > MAX_DOTS for key in _DOTTED.finditer(pack.data)):
            raise RecursionError
        tables = tomllib.loads(pack.data.decode("utf-8"))
        if _is_deep(tables):
            raise RecursionError
    except RecursionError:
        found.add("", "is nested too deeply")
        return {}
    except ValueError as error:  # TOML and UTF-8 errors too
        found.add("", f"is no valid pack: {error}")
        return {}
    if (version := tables.get("schema-version")) != SCHEMA_VERSION:
        found.add("schema-version", f"must be {SCHEMA_VERSION}, is {version!r:.60}")
    for name in sorted(tables.keys() - {"schema-version", "rule", "text"}):
        found.add(name, "unknown key; a pack has 'schema-version', '[[rule]]' and '[text]'")
    return tables


def _is_deep(tables: dict[str, Any]) -> bool:
    """Whether more than MAX_TABLES tables or lists stand within each other."""
    level: list[Any] = [tables]
    for _ in range(MAX_TABLES):
        inner = [each for item in level for each in (item.values() if type(item) is dict else item)]
        level = [each for each in inner if type(each) in (dict, list)]
    return bool(level)


def _read_rules(tables: Mapping[str, Any], pack: Pack, found: _Problems) -> Iterator[Rule]:
    entries = tables.get("rule", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        found.add("rule", "must be tables, each headed [[rule]]")
        entries = []
    for number, entry in enumerate(entries, 1):
        found.rule = str(entry.get("id", f"rule {number}"))
        rule = _table(Rule, entry, "", found)
        if rule is not None and _check_rule(rule, found):
            try:
                body = rule.body and with_weights(rule.body, pack.file, pack.weights)
                yield replace(rule, body=body, pack=pack.name, file=str(pack.file))
            except ValueError as error:
                found.add("body.weights", str(error))
    found.rule = ""


def _read_text(table: Any, found: _Problems) -> Traits | None:
    traits: Traits | None = _value(Traits, table, "text", found)
    if traits is not None and not all(script and script[0] <= script[-1] for script in traits.unspaced):
        found.add("text.unspaced", "must be the first and the last character of each script, as in 'ぁヿ'")
    if traits is not None and traits.characters_per_word < 1:
        found.add("text.characters-per-word", f"cannot be less than 1, is {traits.characters_per_word}")
    return traits


def _check_rule(rule: Rule, problems: _Problems) -> bool:
    """What the types cannot say about a rule. True if all is well."""
    from .syntax import too_large  # not needed where the rules come from the cache

    before = len(problems.found)
    if rule.id in ("", *CATEGORIES):
        problems.add("id", f"cannot be {rule.id!r}; make up a name that no category has, as in 'en.promo.newsletter'")
    mechanisms = [name for name in MECHANISMS if getattr(rule, name) is not None]
    if len(mechanisms) > 1:
        problems.add(mechanisms[1], f"a rule has one mechanism; this one has {' and '.join(mechanisms)}")
    if rule.kind in ("line", "trim", "keep", "section") and rule.match is None:
        problems.add("match", "missing; say what the line holds: whole, starts, ends, contains or pattern")
    for key, match in matches_of(rule):
        if not (match.whole or match.starts or match.ends or match.contains or match.pattern):
            problems.add(key, "is empty; give whole, starts, ends, contains or pattern")
        if match.literals and not match.pattern:
            problems.add(f"{key}.literals", "needs a pattern; phrases stand in whole, starts, ends or contains")
        phrases = (*match.whole, *match.starts, *match.ends, *match.contains, *match.literals)
        if not all(phrase.strip(" *") for phrase in phrases):
            problems.add(key, "holds an empty phrase, which would match every line")
        for pattern in match.pattern:
            if why := too_large(pattern):
                problems.add(f"{key}.pattern", f"{pattern!r:.60} {why}, and would take long to compile")
    if rule.kind == "trim" and (rule.match is None or not rule.match.pattern):
        problems.add("match", "a trim needs a pattern, which tells the part to take")
    return len(problems.found) == before


def matches_of(rule: Rule) -> Iterator[tuple[str, Match]]:
    """Each match table of a rule, with its key."""
    if rule.match is not None:
        yield "match", rule.match
    if rule.section is not None and rule.section.until_match is not None:
        yield "section.until-match", rule.section.until_match
    todo = [("where", rule.where), ("unless", rule.unless)]
    while todo:
        key, conditions = todo.pop()
        if conditions is None:
            continue
        if conditions.match is not None:
            yield f"{key}.match", conditions.match
        todo += [(f"{key}.previous", conditions.previous), (f"{key}.next", conditions.next)]


# --- finding -----------------------------------------------------------------------------------------------------


def shipped_folder() -> Path:
    """The folder of the shipped packs: inside an installed wheel, or beside the package in a checkout."""
    here = Path(__file__).resolve().parent
    inside = here / "packs"
    return inside if inside.is_dir() else here.parent / "rules"


def pack_files(path: Path) -> list[tuple[Path, str]]:
    """The packs at a path, a file or a folder, each with its name. Order does not depend on the file system."""
    if path.is_dir():
        # What is there but no file, such as a pipe, would hold the program up.
        files = sorted(file for file in path.rglob("*.toml") if file.is_file() or not file.exists())
        return [(file, file.relative_to(path).with_suffix("").as_posix()) for file in files]
    return [(path, path.stem)]


TEXT_PACK = "core/text"  # how words and sentences are told; read even where the shipped rules are not wanted
_PRECEDENCE = {"sites": 0, "languages": 1, "core": 2}  # the special before the general; a user's packs before all


class Pack(NamedTuple):
    """A file of rules: where it is, its name, what it holds, and what the file of weights beside it holds, if any."""

    file: Path
    name: str
    data: bytes
    weights: bytes | None

    def held(self) -> Iterator[bytes]:
        """All that its rules depend on."""
        yield from (os.fsencode(self.file), os.fsencode(self.name), self.data, self.weights or b"")


def load_rules(paths: Iterable[str | Path] = (), default: bool = True, *, examples: bool = True) -> RuleSet:
    """Read the shipped packs and those at `paths` (files or folders); with `default` off, `paths` alone.

    Later paths stand before earlier ones, and all before the shipped packs. Raises RuleError with every problem.
    With `examples` off, rules come as cleaning needs them: without examples, and with their phrases in the index alone.
    """
    problems: list[Problem] = []
    packs = list(_find_packs(paths, default, problems))
    if examples or problems:
        return _built(_read_packs(packs, problems))
    # Reading and checking the packs takes ten times as long as reading what came of it the last time. The key is all
    # that they hold, since that is read in a millisecond, and the times of files can be set back.
    key = fingerprint(*(part for pack in packs for part in pack.held()))
    tables = recall(key)
    if tables is None:
        tables = _read_packs(packs, problems)
        tables["phrases"] = make_index(tables["rules"])
        tables["rules"] = tuple(map(_light, tables["rules"]))
        keep(key, lambda: tables)
    return RuleSet(KeptRules(tables["rules"], tables["phrases"]), _build(tables["traits"]))


def _find_packs(paths: Iterable[str | Path], default: bool, problems: list[Problem]) -> Iterator[Pack]:
    """The packs asked for, in order of precedence; those that cannot be read are added to `problems`."""
    shipped = pack_files(shipped_folder())
    shipped.sort(key=lambda item: (_PRECEDENCE.get(item[1].split("/")[0], 1), item[1]))
    own: list[tuple[Path, str]] = []
    for path in map(Path, [paths] if isinstance(paths, (str, Path)) else paths):
        found = pack_files(path)
        if not found:
            problems.append(Problem(str(path), "", "", "holds no pack: no file in it ends in .toml"))
        own = [*found, *own]
    given = {file.resolve() for file, _ in own}
    if not default:
        shipped = [(file, name) for file, name in shipped if name == TEXT_PACK]
    for file, name in [*own, *((file, name) for file, name in shipped if not given or file.resolve() not in given)]:
        try:
            weights = file.with_suffix(SUFFIX)
            fitted = _read(weights, MOST_BYTES) if weights.is_file() else None
            yield Pack(file, name, _read(file, MAX_PACK_BYTES), fitted)
        except OSError as error:
            problems.append(Problem(str(file), "", "", f"cannot be read: {error.strerror or error}"))


def _read(file: Path, most: int) -> bytes:
    """What a file holds, or as much of it as shows that it is larger than `most` bytes."""
    with file.open("rb") as opened:
        return opened.read(most + 1)


def _read_packs(packs: Iterable[Pack], problems: list[Problem]) -> Table:
    """The rule set of the packs, as plain values. Raises RuleError for `problems`, old and new."""
    rules: list[Rule] = []
    traits: Traits | None = None
    for pack in packs:
        some, text = read_pack(pack, problems)
        traits = traits or text
        rules += some
    seen: dict[str, Rule] = {}
    for rule in rules:
        if (first := seen.setdefault(rule.id, rule)) is not rule:
            problems.append(Problem(rule.file, rule.id, "id", f"stands in {first.file} already; ids are unique"))
    if traits is None and not problems:
        problems.append(Problem(str(shipped_folder()), "", "text", "no pack has a [text] table"))
    if problems or traits is None:
        raise RuleError(tuple(problems))
    tables: Table = _plain(RuleSet(tuple(rules), traits))
    add_sought(list(tables_of(Match.__name__, tables)), traits)
    return tables


# --- as plain values, which can be kept ------------------------------------------------------------------------------


def _plain(value: Any) -> Any:
    """A dataclass as a table of its fields but for defaults, and of its name under None."""
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    if not is_dataclass(value):
        return value
    held = {item.name: getattr(value, item.name) for item in fields(value) if getattr(value, item.name) != item.default}
    return {None: type(value).__name__} | {name: _plain(each) for name, each in held.items()}


def _build(table: Table) -> Any:
    """The dataclass that `_plain` was given."""
    values = {name: _build(each) if type(each) is dict and None in each else each for name, each in table.items()}
    return _FORMAT[values.pop(None)](**values)


def _built(tables: Table) -> RuleSet:
    return RuleSet(tuple(map(_build, tables["rules"])), _build(tables["traits"]))


_FORMAT: dict[str, Any] = {
    each.__name__: each
    for each in (Rule, Match, Conditions, Section, Run, Duplicate, Region, Title, Heading, Layout, Guard, Traits)
}


def sought_phrases(match: Match, traits: Traits) -> Sought:
    """The phrases of a match table as they are looked for, see `add_sought`."""
    if match.sought is not None:
        return match.sought
    table = _plain(match)
    add_sought([table], traits)
    return table["sought"]  # type: ignore[no-any-return]


def _light(table: Any) -> Any:
    """A rule without what cleaning never reads: its examples, and phrases other than as they are `sought`.

    Those of its own match, which the index has, are left out altogether.
    """
    if isinstance(table, tuple):
        return tuple(map(_light, table))
    if not isinstance(table, dict) or None not in table:
        return table
    unread = _UNREAD.get(table[None], ())
    light = {name: _light(each) for name, each in table.items() if name not in unread}
    if table[None] == Rule.__name__ and "match" in light:
        del light["match"]["sought"]
    return light


_UNREAD = {Rule.__name__: ("remove", "keep"), Match.__name__: (*KINDS, "literals")}
