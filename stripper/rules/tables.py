"""Rules as plain values, which can be kept from one run to the next, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from ..reading.languages import Language
from ..reading.orthography import Orthography
from .format import (
    Conditions,
    Duplicate,
    Guard,
    Heading,
    Layout,
    Match,
    Region,
    Rule,
    Run,
    Section,
    Title,
    Wordless,
)
from .phrases import KINDS, FoldedPhrases, Table, add_folded_phrases


def to_table(value: Any) -> Any:
    """A dataclass as a table of its fields but for defaults, and of its name under None."""
    if isinstance(value, tuple):
        return tuple(map(to_table, value))
    if not is_dataclass(value):
        return value
    held = {item.name: getattr(value, item.name) for item in fields(value) if getattr(value, item.name) != item.default}
    return {None: type(value).__name__} | {name: to_table(each) for name, each in held.items()}


def from_table(table: Table) -> Any:
    """The dataclass that `to_table` was given."""
    values = {name: from_table(each) if type(each) is dict and None in each else each for name, each in table.items()}
    return _FORMAT[values.pop(None)](**values)


_FORMAT: dict[str, Any] = {
    each.__name__: each
    for each in (
        Rule,
        Match,
        Conditions,
        Section,
        Run,
        Duplicate,
        Region,
        Title,
        Heading,
        Wordless,
        Layout,
        Guard,
        Language,
        Orthography,
    )
}


def folded_phrases(match: Match, orthography: Orthography) -> FoldedPhrases:
    """The phrases of a match table as they are looked for, see `add_folded_phrases`."""
    if match.folded is not None:
        return match.folded
    table = to_table(match)
    add_folded_phrases([table], orthography)
    return table["folded"]  # type: ignore[no-any-return]


def lean_table(rule: Table) -> Table:
    """A rule without what cleaning never reads: its examples, and phrases other than as they are `folded`.

    Those of its own match, which the index has, are left out altogether.
    """
    unread = {Rule.__name__: ("remove", "keep"), Match.__name__: (*KINDS, "like", "literals", "made")}
    lean: Table = _without(rule, unread)
    if "match" in lean:
        del lean["match"]["folded"]
    return lean


def told_table(rule: Table) -> Table:
    """A rule without what does not tell it from one that takes other lines: its place, its examples, what is made of it
    when it is read."""
    told: Table = _without(rule, {Rule.__name__: ("remove", "keep", "file"), Match.__name__: ("folded", "made")})
    return told


def _without(table: Any, unread: Mapping[str, tuple[str, ...]]) -> Any:
    """A table, and those within it, but for some fields of each dataclass."""
    if isinstance(table, tuple):
        return tuple(_without(each, unread) for each in table)
    if not isinstance(table, dict) or None not in table:
        return table
    names = unread.get(table[None], ())
    return {name: _without(each, unread) for name, each in table.items() if name not in names}
