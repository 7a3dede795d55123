"""What can be told of a cleaned text in columns of its own, beside the others of its record; and the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from ..errors import InputError, OptionError
from ..model import Outcome
from .records import digest

PREFIX = "stripper_"
REMOVED = "removed"


def host_of(url: str | None) -> str | None:
    """The host of a URL in small letters, without port; None where there is none.

    >>> host_of("https://News.example:8080/a?b")
    'news.example'
    """
    try:
        return urlsplit(url.strip()).hostname if url else None
    except ValueError:  # what is no URL at all
        return None


def _title(outcome: Outcome) -> str | None:
    text = outcome.document.text
    for each in outcome.decisions:
        if each.category == "title":
            return " ".join(text[each.start : each.end].split())
    return None


def _share_kept(outcome: Outcome) -> float:
    words = len(outcome.document.text.split())
    return round(len(outcome.text.split()) / words, 4) if words else 1.0


def _notes(outcome: Outcome) -> list[str]:
    return [f"{note.kind}: {note.rule}: {note.message}" for note in outcome.notes]


def _removed(outcome: Outcome) -> dict[str, Any]:
    text = outcome.document.text
    spans = [
        {"at": each.start, "line": each.line, "rule": each.rule, "category": each.category, "reason": each.reason}
        | {"text": text[each.start : each.end]}
        for each in outcome.removed
    ]
    return {"original": _digest(text), "spans": spans}


def _digest(text: str) -> str:
    return digest(text.encode("utf-8", "surrogatepass")).hex()


VALUES: dict[str, Callable[[Outcome], Any]] = {
    "title": _title,
    "language": lambda outcome: outcome.language or None,
    "kept": _share_kept,
    "notes": _notes,
    REMOVED: _removed,
}


def check_names(names: Iterable[str]) -> tuple[str, ...]:
    """The names in the order of `VALUES`. Raises OptionError for one that is none of them."""
    wanted = set(names)
    if unknown := sorted(wanted - VALUES.keys()):
        raise OptionError(f"{unknown[0]!r} is nothing that can be added; there are {', '.join(VALUES)}")
    return tuple(name for name in VALUES if name in wanted)


def values(outcome: Outcome, names: Iterable[str]) -> dict[str, Any]:
    """The columns asked for, by their names in a record (`stripper_title` and so on).

    `title` is the page's title or None; `language` the code of the language that most of it is in, or None; `kept` the
    share of words that stay; `notes` a list of strings; `removed` what `restored` needs: a digest of the original, and
    of each span `at` which character of the original it began, its line, rule, category, reason and text.
    """
    return {PREFIX + name: VALUES[name](outcome) for name in names}


def restored(text: str, removed: Any) -> str:
    """The original of a cleaned text, from its column `stripper_removed`.

    Raises InputError if either was edited since, or the column is something else.
    """
    pieces: list[str] = []
    at = taken = 0  # how far the cleaned text is used, and how much of what was taken stands before that
    try:
        for span in removed["spans"]:
            upto = span["at"] - taken
            if not at <= upto <= len(text):
                raise ValueError
            pieces += [text[at:upto], span["text"]]
            at, taken = upto, taken + len(span["text"])
        original = "".join([*pieces, text[at:]])
        same = _digest(original) == removed["original"]
    except (ValueError, TypeError, KeyError):
        same = False
    if not same:
        raise InputError(f"the text or its {PREFIX}{REMOVED} was edited since; it is left as it is")
    return original
