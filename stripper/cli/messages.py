"""Messages on standard error."""

from __future__ import annotations

from contextlib import suppress

import click

from ..late_pattern import late_pattern
from ..model import Outcome

# Control characters (C0 but the tab, DEL, C1), marks of direction, line separators: what a terminal would obey.
_UNPRINTABLE = late_pattern("[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

_MOST = 2000  # characters of a message: what names a file and says what is wrong with it is shorter


def printable(text: str) -> str:
    """A text that a terminal shows and does not obey: control characters become escapes such as `\\x1b`."""
    return _UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], text)


def brief(text: str) -> str:
    """A message for a terminal; of a long one, which quotes a file, both ends and how much stands between them."""
    if len(text) > _MOST:
        half = _MOST // 2
        text = f"{text[:half]} ... {len(text) - 2 * half:,} characters ... {text[-half:]}"
    return printable(text)


def count_of(number: int, thing: str) -> str:
    """
    >>> count_of(1, "page"), count_of(1200, "page")
    ('1 page', '1,200 pages')
    """
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def tell(*lines: str) -> None:
    """Lines on standard error. That nobody reads them (`2>&1 | head`) must not end what they speak of."""
    with suppress(OSError):
        for line in lines:
            click.echo(brief(line), err=True)


def say(message: object) -> bool:
    """Tell what went wrong on standard error; returns True, for `failed`."""
    tell(f"stripper: {message}")
    return True


def say_notes(outcome: Outcome, empty: bool = True) -> bool:
    """Tell what the user should know of a cleaned page; True if a rule ran out of time."""
    name = outcome.document.name
    for note in outcome.notes:
        say(": ".join(filter(None, (name, note.rule, note.message))))
    if empty and not outcome.text.strip() and outcome.document.text.strip():
        say(f"{name}: nothing is left")
    return any(note.kind == "timeout" for note in outcome.notes)
