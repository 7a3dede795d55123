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
        text = data.decode("utf-8-sig")  # some editors put a mark before the first line
        tables = tomllib.loads(text)
        if _is_deep(tables):
            raise RecursionError
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"is not in UTF-8; save it so: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{error}{_hint(str(error), text)}") from None
    if _holds_huge_number(tables):
        raise ValueError("holds a number of more than 64 bits")
    return tables


# How a message of `tomllib`, which is for those who know the format, begins; and what may help.
_HINTS = (
    ("Invalid value", 'a text stands between straight quotation marks, as in "promo"'),
    ("Unescaped", r"between single quotation marks a backslash stands for itself: '\d'"),
    ("Unclosed array", "a comma or a ']' is missing"),
    ("Unclosed inline table", "a comma or a '}' is missing"),
    ("Invalid initial character", "what '{' opens '}' closes on the same line; lists alone go over several"),
    ("Cannot declare", "this heading stands twice; put all that is below the two under one"),
    ("Cannot overwrite", "a key stands twice in one table"),
    ("Illegal character", 'a text ends on its line; one of several lines stands between """ and """'),
    ("Unterminated string", "a quotation mark is missing at its end"),
    ("Expected newline", 'a line has one value; a quotation mark inside a text is written \\"'),
    ("Expected '='", "a line is: key = value"),
    ("Expected ']", "the head of a rule is [[rule]]"),
)


def _hint(message: str, text: str) -> str:
    """The line of a file that a message speaks of, as far as it says, and what may help."""
    place = re.search(r"at line (\d+)", message)
    lines = text.split("\n")
    line = f", in {lines[int(place[1]) - 1].strip()!r:.60}" if place else ""
    hint = next((f"; {hint}" for begins, hint in _HINTS if message.startswith(begins)), "")
    return line + hint


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
