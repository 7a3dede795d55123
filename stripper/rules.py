"""Packs: TOML files of rules, read, checked and put in order. No text is matched here.

A pack is a table `schema-version`, any number of `[[rule]]` tables and, in one shipped pack, a `[text]` table. The
dataclasses below are the format: a key of the file is the name of a field with `-` for `_`, its type is the field's,
and a key without a field is an error. Every problem is collected and raised at once, as one `RuleError`.
"""

from __future__ import annotations

import os
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from .cache import fingerprint, keep, recall
from .errors import Problem, RuleError, UnknownNameError
from .model import CATEGORIES, KEPT, Category
from .text import Traits, fold, fold_all

SCHEMA_VERSION = 1
MAX_DEPTH = 20  # of tables within a rule; conditions may hold conditions of neighbours, and so on
Sought = Mapping[str, tuple[Any, ...]]  # see `sought_phrases`
MAX_PACK_BYTES = 8_000_000  # tomllib takes about a second for each; a larger pack is a mistake or an attack


@dataclass(frozen=True, slots=True)
class Match:
    """What a line must hold: any one of these. Phrases are compared folded, see `stripper.text`.

    `whole`, `starts` and `ends` look through bullets, arrows and punctuation at the ends of the line. A phrase never
    matches inside a word. A `pattern` is tried on the line without the white space around it, each run of it within
    made one space (that of a `trim`, whose offsets count, on the line as it stands); `literals` are words or phrases
    one of which (folded) is part of each text that a pattern matches, so that the pattern is tried on few lines. They
    are whole words too; a `*` at an end lets a word go on there: "photo*".
    `sought` holds the phrases of each key but `pattern` as they are looked for, see `sought_phrases`.
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
    category: tuple[str, ...] = ()
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


@dataclass(frozen=True, slots=True)
class Guard:
    """What limits the others.

    scope "rule": a rule that takes more than `max_share` of the words of the document's prose is undone, and reported.
    scope "document": if fewer than `min_words` words of prose, and less than `min_share` of them, would survive, the
    kinds of rule named in `undo` are undone, one after the other, until enough survives. `prose_words` as in Section.
    """

    scope: Literal["rule", "document"]
    kinds: tuple[str, ...] = ()
    max_share: float = 1.0
    min_words: int = 0
    min_share: float = 0.0
    undo: tuple[str, ...] = ()
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
        for name in MECHANISMS:
            if getattr(self, name) is not None:
                return name
        return "line" if self.action == "remove" else self.action


MECHANISMS = ("section", "run", "duplicate", "body", "region", "title", "heading", "layout", "guard")


@dataclass(frozen=True, eq=False)
class RuleSet:
    """Rules in order of precedence, first wins: sites, languages, core. Made once, shared, picklable.

    `kept` are the categories whose lines stay.
    """

    rules: tuple[Rule, ...]
    traits: Traits
    kept: frozenset[str] = KEPT

    def with_options(self, keep: Iterable[str] = (), drop: Iterable[str] = (), disable: Iterable[str] = ()) -> RuleSet:
        """Keep or drop whole categories, switch off rules by id or category.

        Raises UnknownNameError for a name that no category (or, with `disable`, no rule) has.
        """
        keep, drop, off = frozenset(keep), frozenset(drop), frozenset(disable)
        for name in sorted(keep | drop):
            _require(name, CATEGORIES, "category")
        for name in sorted(off):
            _require(name, (*CATEGORIES, *(rule.id for rule in self.rules)), "category or rule")
        if not (keep or drop or off):
            return self
        rules = tuple(rule for rule in self.rules if rule.id not in off and rule.category not in off)
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
            return tuple(value)
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
        return value
    else:
        problems.add(key, f"must be {_TYPE_NAMES[kind]}, is {value!r:.60}")
    return None


_TYPE_NAMES = {int: "a whole number", float: "a number", bool: "true or false", str: "a string"}


def read_pack(pack: Pack, problems: list[Problem]) -> tuple[list[Rule], Traits | None]:
    """The rules and the `[text]` table of one pack; what is wrong with it is added to `problems`."""
    import tomllib  # not needed where the rules come from the cache

    found = _Problems(str(pack.file))
    rules: list[Rule] = []
    traits = None
    try:
        if len(pack.data) > MAX_PACK_BYTES:
            raise ValueError(f"is larger than {MAX_PACK_BYTES // 1_000_000} MB; split it into several packs")
        tables = tomllib.loads(pack.data.decode("utf-8"))
    except RecursionError:
        found.add("", "is nested too deeply")
        tables = {}
    except ValueError as error:  # TOML and UTF-8 errors too
        found.add("", f"is no valid pack: {error}")
        tables = {}
    else:
        if (version := tables.get("schema-version")) != SCHEMA_VERSION:
            found.add("schema-version", f"must be {SCHEMA_VERSION}, is {version!r:.60}")
        for name in tables.keys() - {"schema-version", "rule", "text"}:
            found.add(name, "unknown key; a pack has 'schema-version', '[[rule]]' and '[text]'")
    entries = tables.get("rule", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        found.add("rule", "must be tables, each headed [[rule]]")
        entries = []
    for number, entry in enumerate(entries, 1):
        found.rule = str(entry.get("id", f"rule {number}"))
        rule = _table(Rule, entry, "", found)
        if rule is not None and _check_rule(rule, found):
            rules.append(replace(rule, pack=pack.name, file=str(pack.file)))
    found.rule = ""
    if isinstance(text := tables.get("text"), dict):
        traits = _table(Traits, text, "text", found)
    problems.extend(found.found)
    return rules, traits


def _check_rule(rule: Rule, problems: _Problems) -> bool:
    """What the types cannot say about a rule. True if all is well."""
    from .syntax import too_large  # not needed where the rules come from the cache

    before = len(problems.found)
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
        files = sorted(path.rglob("*.toml"))
        return [(file, file.relative_to(path).with_suffix("").as_posix()) for file in files]
    return [(path, path.stem)]


TEXT_PACK = "core/text"  # how words and sentences are told; read even where the shipped rules are not wanted
_PRECEDENCE = {"sites": 0, "languages": 1, "core": 2}  # the special before the general; a user's packs before all


class Pack(NamedTuple):
    """A file of rules: where it is, its name, and what it holds."""

    file: Path
    name: str
    data: bytes


def load_rules(paths: Iterable[str | Path] = (), default: bool = True, *, examples: bool = True) -> RuleSet:
    """Read the shipped packs and those at `paths` (files or folders); with `default` off, `paths` alone.

    Later paths stand before earlier ones, and all before the shipped packs. Raises RuleError with every problem.
    With `examples` off, rules may come as cleaning needs them: without examples, and of phrases `sought` alone.
    """
    problems: list[Problem] = []
    packs = list(_find_packs(paths, default, problems))
    if examples or problems:
        return _built(_read_packs(packs, problems))
    # Reading and checking the packs takes ten times as long as reading what came of it the last time. The key is all
    # that they hold, since that is read in a millisecond, and the times of files can be set back.
    key = fingerprint(*(part for file, name, data in packs for part in (os.fsencode(file), os.fsencode(name), data)))
    tables = recall(key)
    if tables is None:
        tables = _light(_read_packs(packs, problems))
        keep(key, lambda: tables)
    return _built(tables)


def _find_packs(paths: Iterable[str | Path], default: bool, problems: list[Problem]) -> Iterator[Pack]:
    """The packs asked for, in order of precedence; those that cannot be read are added to `problems`."""
    shipped = pack_files(shipped_folder())
    shipped.sort(key=lambda item: (_PRECEDENCE.get(item[1].split("/")[0], 1), item[1]))
    own: list[tuple[Path, str]] = []
    for path in map(Path, paths):
        found = pack_files(path)
        if not found:
            problems.append(Problem(str(path), "", "", "holds no pack: no file in it ends in .toml"))
        own = [*found, *own]
    given = {file.resolve() for file, _ in own}
    if not default:
        shipped = [(file, name) for file, name in shipped if name == TEXT_PACK]
    for file, name in [*own, *((file, name) for file, name in shipped if not given or file.resolve() not in given)]:
        try:
            with file.open("rb") as opened:
                yield Pack(file, name, opened.read(MAX_PACK_BYTES + 1))
        except OSError as error:
            problems.append(Problem(str(file), "", "", f"cannot be read: {error.strerror or error}"))


def _read_packs(packs: Iterable[Pack], problems: list[Problem]) -> Plain:
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
    tables: Plain = _plain(RuleSet(tuple(rules), traits))
    _add_sought(list(_tables(tables, Match)), traits)
    return tables


# --- as plain values, which can be kept ------------------------------------------------------------------------------

Plain = dict[Any, Any]  # of a dataclass: its fields but for defaults, and under None its name


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    if not is_dataclass(value):
        return value
    held = {item.name: getattr(value, item.name) for item in fields(value) if getattr(value, item.name) != item.default}
    return {None: type(value).__name__} | {name: _plain(each) for name, each in held.items()}


def _build(table: Plain) -> Any:
    """The dataclass that `_plain` was given."""
    values = {name: _build(each) if type(each) is dict and None in each else each for name, each in table.items()}
    return _FORMAT[values.pop(None)](**values)


def _built(tables: Plain) -> RuleSet:
    return RuleSet(tuple(map(_build, tables["rules"])), _build(tables["traits"]))


_FORMAT: dict[str, Any] = {
    each.__name__: each
    for each in (Rule, Match, Conditions, Section, Run, Duplicate, Region, Title, Heading, Layout, Guard, Traits)
}


def _tables(table: Any, cls: type) -> Iterator[Plain]:
    """All tables of a dataclass within one, or within several."""
    if isinstance(table, dict):
        if table.get(None) == cls.__name__:
            yield table
        table = tuple(table.values())
    if isinstance(table, tuple):
        for each in table:
            yield from _tables(each, cls)


def _light(table: Any) -> Any:
    """The same without what cleaning never reads."""
    if isinstance(table, tuple):
        return tuple(map(_light, table))
    if not isinstance(table, dict) or None not in table:
        return table
    unread = _UNREAD.get(table[None], ())
    return {name: _light(each) for name, each in table.items() if name not in unread}


# --- phrases as they are looked for ----------------------------------------------------------------------------------

KINDS = ("whole", "starts", "ends", "contains")  # of phrases that match by themselves
_UNREAD = {Rule.__name__: ("remove", "keep"), Match.__name__: (*KINDS, "literals")}


def sought_phrases(match: Match, traits: Traits) -> Sought:
    """The phrases of `KINDS`, and under `asks` each literal with the numbers of the patterns that it asks for: folded,
    without what is stripped of the ends of lines.

    A `starts` or `ends` phrase that is all of its line is a `whole` one too. A pattern is asked for by those literals
    that tell of it: by month names, say, and not by the label that another pattern of the rule begins with.
    """
    if match.sought is not None:
        return match.sought
    table = _plain(match)
    _add_sought([table], traits)
    return table["sought"]  # type: ignore[no-any-return]


def _add_sought(tables: Sequence[Plain], traits: Traits) -> None:
    """Add `sought` to plain match tables; to all at once, since folding is quick for many phrases and slow for each."""
    phrases = list({phrase for table in tables for kind in (*KINDS, "literals") for phrase in table.get(kind, ())})
    folded = dict(zip(phrases, fold_all([phrase.replace("\n", " ") for phrase in phrases]), strict=True))
    same: dict[str, str] = {}  # one object for each phrase, so that it is kept once

    def once(phrases: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(same.setdefault(phrase, phrase) for phrase in phrases if phrase.strip("*")))

    def forms(table: Plain, kind: str, strip: Callable[[str, str], str]) -> list[str]:
        return [strip(folded[phrase], traits.trimmings) for phrase in table.get(kind, ())]

    for table in tables:
        found = {
            "starts": forms(table, "starts", str.lstrip),
            "ends": forms(table, "ends", str.rstrip),
            "contains": forms(table, "contains", str.strip),
        }
        # Where nothing is stripped, a line that is all phrase is found by its start or end as well.
        alone = [(each, each.strip(traits.trimmings)) for each in (*found["starts"], *found["ends"])]
        found["whole"] = forms(table, "whole", str.strip) + [bare for each, bare in alone if bare != each]
        literals = [  # "*" marks an open end, and is a trimming too
            "*" * (raw[:1] == "*") + text + "*" * (raw[-1:] == "*")
            for raw, text in zip(table.get("literals", ()), forms(table, "literals", str.strip), strict=True)
        ]
        asks: dict[str, list[int]] = {}
        for number, source in enumerate(table.get("pattern", ())):
            for phrase in once(_telling(source, literals, traits)):
                asks.setdefault(phrase, []).append(number)
        table["sought"] = {kind: once(some) for kind, some in found.items()} | {
            "asks": tuple((phrase, tuple(numbers)) for phrase, numbers in asks.items())
        }


def _telling(source: str, literals: Sequence[str], traits: Traits) -> Sequence[str]:
    """Those literals of which each text that a pattern matches holds one, as far as the pattern shows it; else all."""
    from .syntax import needed, parse  # not needed where the rules come from the cache

    @cache
    def related(text: str) -> list[str]:
        text = fold(text).strip(traits.trimmings)
        cores = [(each, each.strip("*")) for each in literals]
        return [each for each, core in cores if text and core and (core in text or text in core)]

    texts = needed(parse(source), lambda text: bool(related(text)))
    return list(dict.fromkeys(each for text in texts for each in related(text))) or literals
