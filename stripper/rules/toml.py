"""TOML of strangers: packs and settings, read in bounded time."""

from __future__ import annotations

import re
from typing import Any

MAX_TABLES = 100  # within each other
# A key with dots, from the first of them on. `tomllib` takes time by the square of their number.
_DOTTED = re.compile(
    rb"""\.[ \t]*+(?:[\w-]++|"[^"\n]*"|'[^'\n]*')(?:[ \t]*+\.[ \t]*+(?:[\w-]++|"[^"\n]*"|'[^'\n]*'))*+"""
)


def read_toml(data: bytes) -> dict[str, Any]:
    """The tables of a file. Raises ValueError that says why there are none, also for what is nested too deeply."""
    import tomllib  # not needed where the rules come from the cache

    try:
        if any(key[0].count(b".") > MAX_TABLES for key in _DOTTED.finditer(data)):
            raise RecursionError
        tables = tomllib.loads(data.decode("utf-8"))
        if _is_deep(tables):
            raise RecursionError
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    if _holds_huge_number(tables):
        raise ValueError("holds a number of more than 64 bits")
    return tables


def _is_deep(tables: dict[str, Any]) -> bool:
    """Whether more than MAX_TABLES tables or lists stand within each other."""
    level: list[Any] = [tables]
    for _ in range(MAX_TABLES):
        inner = [each for item in level for each in (item.values() if type(item) is dict else item)]
        level = [each for each in inner if type(each) in (dict, list)]
    return bool(level)


def _holds_huge_number(value: Any) -> bool:
    """Whether a number is so large that writing it down, in a message say, would take long or fail."""
    if isinstance(value, (dict, list)):
        return any(map(_holds_huge_number, value.values() if isinstance(value, dict) else value))
    return isinstance(value, int) and value.bit_length() > 64
