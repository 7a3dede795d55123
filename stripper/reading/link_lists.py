"""The list of addresses that text browsers print below a page, whose links are numbered: `[12]Home` above, `12. https:`
below.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..late_pattern import late_pattern

LEAST = 3  # links
SHARE = 0.5  # of the addresses whose number stands before a word
HEADS = 2  # lines above the list
HEAD = 2  # words of such a line, or of one between two parts of the list
_ENTRY = late_pattern(r"\s*(\d{1,5})\. [a-z][\w+.-]{1,20}:\S*\s*$")
_LINK = late_pattern(r"(?<![\w.])\[(\d{1,5})\](?=[^\s\[\]])")


def link_list(lines: Sequence[str]) -> range:
    """The lines of such a list, from 0, with what heads it; none where a text has no list, or refers to sources."""
    start = end = len(lines)
    entries = heads = 0
    for at in range(end - 1, -1, -1):
        if not lines[at].strip():
            continue
        found = _ENTRY.match(lines[at])
        if found:
            start, entries, heads = at, entries + 1, 0
        elif entries and heads < HEADS and len(lines[at].split()) <= HEAD:
            heads += 1
        else:
            break
        if found and found[1] == "1":
            break
    if entries < LEAST:
        return range(0)
    numbers = {number for line in lines[:start] for number in _LINK.findall(line)}
    if len(numbers) < max(LEAST, SHARE * entries):
        return range(0)
    above = [at for at in range(max(0, start - 2 * HEADS), start) if lines[at].strip()][-HEADS:]
    for at in reversed(above):
        if len(lines[at].split()) > HEAD or not lines[at].strip().replace(" ", "").rstrip(":").isalpha():
            break
        start = at
    return range(start, end)
