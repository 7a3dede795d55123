"""Rules as plain values, which can be kept from one run to the next, and back."""

from __future__ import annotations

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


def lean_table(table: Any) -> Any:
    """A rule without what cleaning never reads: its examples, and phrases other than as they are `folded`.

    Those of its own match, which the index has, are left out altogether.
    """
    if isinstance(table, tuple):
        return tuple(map(lean_table, table))
    if not isinstance(table, dict) or None not in table:
        return table
    unread = _UNREAD.get(table[None], ())
    light = {name: lean_table(each) for name, each in table.items() if name not in unread}
    if table[None] == Rule.__name__ and "match" in light:
        del light["match"]["folded"]
    return light


_UNREAD = {Rule.__name__: ("remove", "keep"), Match.__name__: (*KINDS, "like", "literals", "made")}
