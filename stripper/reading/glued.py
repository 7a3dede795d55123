"""Lines of several blocks that nothing parts but white space, or not even that: `NewsSport`, `the end.The next`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..late_pattern import late_pattern

# Letters, small and capital, stops, white space and all else, told apart at the speed of C; what Latin-1 does not have,
# such as most quotation marks, becomes a question mark.
_CLASSES = bytes(
    ord(
        "a"
        if char.islower()
        else "A"
        if char.isupper()
        else " "
        if char.isspace()
        else "."
        if char in ".!"
        else "?"
        if char == "?"
        else "-"
    )
    for char in map(chr, range(256))
)
_SEAMS = (b"a.A", b"a?A", b"a.?A", b"a.-A")  # between sentences
# A small letter or one of a script without, one that is not small, a capital.
_SMALL, _OTHER, _CAPITAL = r"[^\W\d_A-ZÀ-ÖØ-Þ]", r"[^\W\d_a-zß-öø-ÿ]", "[A-ZÀ-ÖØ-Þ]"
# What an editor shows lines below each other for, but no program ends a line at.
_SEPARATORS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_SEPARATOR = late_pattern(rf"[{_SEPARATORS}]\s*")
_GAP = late_pattern(rf"(?<! ) {{2,}}+(?={_OTHER}|\d)")
_LABEL_SEAM = late_pattern(
    rf"(?<=[^\W\d_]{_SMALL})(?<!\bMc)(?={_CAPITAL}[^\W\d_])|(?<=[)\d])(?={_CAPITAL}{_SMALL})"
    rf"|(?<={_CAPITAL}{_CAPITAL})(?={_CAPITAL}{_SMALL}{_SMALL})"
)
# A name, such as LinkedIn, begins with a capital.
_WORD_SEAM = late_pattern(rf"(?<![^\W_]){_SMALL}{{3,}}(?={_CAPITAL})")
# Where a sentence ends and the next begins.
_STOP_SEAM = late_pattern(rf"(?<={_SMALL}{_SMALL}[.!?…])(?={_OTHER}[^\W_A-Z.])|(?<={_SMALL}[.!?]['\"”»])(?={_OTHER})")
LONG = 100  # characters; a seam in a shorter line is rather a name
DENSE, SPARSE = 60, 150  # characters between the seams of words, at most: of a run of labels, of sentences
MANY = 3
CODE = 12  # characters of a line of a program to each bracket, on average
LEAST_BLOCKS = 10  # on a line that is all of a page


def glued_lines(text: str, lines: Sequence[str]) -> set[int]:
    """The numbers of the lines that may be glued: few of a text that is not, and found at once."""
    found = {number for number, line in enumerate(lines) if is_parted(line.strip())} if is_parted(text) else set()
    classes = text.encode("latin-1", "replace").translate(_CLASSES)
    seams = [seam for seam in _SEAMS if seam in classes]
    many = classes.count(b"aA") >= MANY
    if not (seams or many or b"   " in classes):
        return found
    start = 0
    for number, line in enumerate(lines):
        if len(line) >= LONG:
            of_line = classes[start : start + len(line)]
            has_seam = any(map(of_line.__contains__, seams)) or (many and of_line.count(b"aA") >= MANY)
            if has_seam or "  " in line.strip():
                found.add(number)
        start += len(line)
    return found


def has_no_lines(text: str) -> bool:
    """Whether a page on one line has no blocks either that it could be judged by."""
    return not is_parted(text) and len(pieces(text)) < LEAST_BLOCKS


def is_parted(text: str) -> bool:
    """Whether a text has any of the characters that part lines but end none."""
    return any(map(text.__contains__, _SEPARATORS))


def pieces(line: str) -> list[tuple[int, int]]:
    """Where the blocks of a line begin and end, without the white space around them; a line that is one has one."""
    start, end = len(line) - len(line.lstrip()), len(line.rstrip())
    if is_parted(line[start:end]):
        parts = _parts(start, end, _spans(_SEPARATOR, line, start, end))
        some = [(part, line[part:stop]) for part, stop in parts if not line[part:stop].isspace()]
        return [(part + left, part + right) for part, text in some for left, right in pieces(text)]
    if end - start < LONG or CODE * sum(map(line.count, "(){};=")) > end - start:
        return [(start, end)]
    blocks = _parts(start, end, [*_gaps(line, start, end), *_spans(_STOP_SEAM, line, start, end)])
    found: list[tuple[int, int]] = []
    for left, right in blocks:
        dense = DENSE
        seams = _spans(_LABEL_SEAM, line, left, right) if _is_titled(line[left:right]) else []
        if not seams:
            seams = [(end, end) for _, end in _spans(_WORD_SEAM, line, left, right)]
            dense = SPARSE
        is_glued = len(seams) >= MANY and len(seams) * dense >= right - left
        found += _parts(left, right, seams if is_glued else [])
    return found


def _spans(pattern: re.Pattern[str], line: str, start: int, end: int) -> list[tuple[int, int]]:
    return [found.span() for found in pattern.finditer(line, start, end)]


def _gaps(line: str, start: int, end: int) -> list[tuple[int, int]]:
    """White space that parts blocks: three spaces do, and two where no sentence goes on or begins anew there."""
    found: list[tuple[int, int]] = []
    before = start
    for left, right in _spans(_GAP, line, start, end):
        word = line.rfind(" ", before, left) + 1 or before
        if right - left > 2 or not (line[word].islower() or line[left - 1] in ".!?"):
            found.append((left, right))
        before = right
    return found


def _parts(start: int, end: int, cuts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What cuts leave of a span."""
    found: list[tuple[int, int]] = []
    for left, right in sorted(cuts):
        if left > start:
            found.append((start, left))
        start = max(start, right)
    return [*found, (start, end)]


def _is_titled(text: str) -> bool:
    """Whether no more than half of the words begin with a small letter."""
    words = text.split()
    return 2 * sum([word[0].islower() for word in words]) <= len(words)
