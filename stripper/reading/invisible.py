"""What no reader sees of a text: soft hyphens, marks of direction, control characters, the colours of a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from ..late_pattern import late_pattern

# Joiners and non-joiners are no such characters: in Persian and in the scripts of India they are part of the spelling.
_CHARACTERS = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ufffc"  # stands for a picture
)
_ANY = late_pattern(f"[{_CHARACTERS}]")
_INVISIBLE = late_pattern(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\r\n]*(?:\x07|\x1b\\)"  # colours and links of a terminal
    r"|[^\r\n]\x08"  # what is printed over
    f"|[{_CHARACTERS}]"
)


def seen_lines(text: str, lines: Sequence[str]) -> Sequence[str]:
    """The lines of a text, given with their endings, as a reader sees them; `lines` itself where nothing is invisible.

    A line of which nothing is left is a space, as no line is empty.
    """
    if _ANY.search(text) is None:
        return lines
    return tuple([(_INVISIBLE.sub("", line) or " ") if _ANY.search(line) else line for line in lines])


def seen_positions(line: str) -> list[int]:
    """Where each character that is seen of a line stands in it."""
    found: list[int] = []
    at = 0
    for invisible in _INVISIBLE.finditer(line):
        found += range(at, invisible.start())
        at = invisible.end()
    return [*found, *range(at, len(line))]
