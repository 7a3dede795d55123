"""Text that was wrapped at a column: where the column is, and which lines go on with the one before."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from ..late_pattern import late_pattern

NARROW, BROAD = 40, 120  # columns that texts are wrapped at lie between these
WINDOW = 12  # columns before the last one in which lines of prose end, a long word aside
LEAST = 5  # lines that end there
FEW, TERMINAL = 3, 66  # on a page of which no line goes beyond the column, and how far that is at least
STOPS = tuple(".!?。！？।۔؟")  # behind a sentence
MOST_BEYOND = 2  # times the text beyond the column is less than what was wrapped at it
_HEAD = late_pattern(r"[ \t]*(?:(?:[-*+•o#>]|\d{1,9}[.)])[ \t]+)*")  # indentation and marks of lists
ITEM = late_pattern(r"[ \t]*([-*+•o]|(?P<count>\d{1,3})[.)])[ \t]+(?=\S)")  # what an item of a list begins with


def find_continuations(lines: Sequence[str], unwrapped: re.Pattern[str] | None = None) -> list[bool]:
    """Which lines go on with the one before, in a text that was wrapped at a column; empty if it was not.

    `unwrapped` matches lines that are not broken in this form whatever their width. A text that has much beyond the
    column was not wrapped there: what ends at about the same width are its headlines.
    """
    lengths = list(map(len, lines))
    if 2 * MOST_BEYOND * sum([length for length in lengths if length > BROAD + 2]) > sum(lengths) and not unwrapped:
        return []  # as most texts are
    found = _continuations_by(width, lines, unwrapped)
    if not found and not all(map(str.isascii, lines)) and any(map(_MARKS.search, lines)):
        return _continuations_by(columns, lines, unwrapped)
    return found


Measure = Callable[[str], int]


def _continuations_by(measure: Measure, lines: Sequence[str], unwrapped: re.Pattern[str] | None) -> list[bool]:
    widths = list(map(measure, lines))
    column = find_column(lines, widths, unwrapped, measure)
    if not column:
        return []
    found = _filled_to(column, lines, measure)
    joined = sum([each for each, goes_on in zip(widths, found, strict=True) if goes_on])
    rows = zip(widths, lines, strict=True)
    beyond = sum([each for each, line in rows if each > column and not (unwrapped and unwrapped.match(line))])
    return _without_items(lines, found) if beyond * MOST_BEYOND <= joined else []


def find_column(
    lines: Sequence[str], widths: Sequence[int], unwrapped: re.Pattern[str] | None, measure: Measure
) -> int:
    """The column that a text may have been wrapped at, 0 if there is none.

    The column is where most lines end that the first word of the next one would have gone beyond. It is believed if
    nearly all lines that end close to it have such a neighbour, and most do not end a sentence: verses of like length
    do.
    """
    ends: Counter[int] = Counter()  # by column: lines that may have been wrapped there, fewer those that no longer may
    pairs: list[tuple[int, int, int]] = []
    for at in range(len(lines) - 1):
        if NARROW <= widths[at] <= BROAD and widths[at + 1] and not (unwrapped and unwrapped.match(lines[at])):
            needed = _needed(lines[at], widths[at], lines[at + 1], measure)
            if needed:
                pairs.append((widths[at], needed, at))
            if needed > widths[at]:
                ends[widths[at]] += 1
                ends[needed] -= 1
    column = best = count = 0
    for at in sorted(ends):
        count += ends[at]
        if count >= best:
            column, best = at, count
    near = [(needed, at) for end, needed, at in pairs if column - WINDOW < end <= column]
    fitting = [at for needed, at in near if needed > column]
    if len(fitting) * 4 < len(near) * 3:
        return 0
    if len(fitting) < LEAST and not _is_short_page(fitting, column, lines, widths):
        return 0
    return column if 2 * sum([lines[at].rstrip().endswith(STOPS) for at in fitting]) <= len(fitting) else 0


def _is_short_page(fitting: Sequence[int], column: int, lines: Sequence[str], widths: Sequence[int]) -> bool:
    """Whether a column is a terminal's though few lines end there: no line goes beyond it, none of the few ends a
    sentence, and below one of them it goes on in small letters.
    """
    if len(fitting) < FEW or not TERMINAL <= column <= BROAD or max(widths) > column:
        return False
    goes_on = any(lines[at + 1].lstrip()[:1].islower() for at in fitting)
    return goes_on and not any(lines[at].rstrip().endswith(STOPS) for at in fitting)


def continuations(lines: Sequence[str], column: int) -> list[bool]:
    """Which lines go on with the one before: its next word would not have fitted, the indentation agrees, and none
    begins the next item of a list.
    """
    return _without_items(lines, _filled_to(column, lines, width))


def _filled_to(column: int, lines: Sequence[str], measure: Measure) -> list[bool]:
    """Of each line whether the one before is so full that its first word had no place there, and it stands below it."""
    found = [False] * len(lines)
    for at in range(1, len(lines)):
        before, line = lines[at - 1], lines[at]
        end = measure(before)
        if not line or line.isspace() or _needed(before, end, line, measure) <= column:
            continue
        if end * 2 <= column and (end == 0 or "](" not in line.split(None, 1)[0]):
            continue  # a short line, below which stands no address of a link
        inner = _HEAD.match(before)
        assert inner is not None
        indent = len(line) - len(line.lstrip())
        found[at] = indent in (inner.end(), len(before) - len(before.lstrip()))
    return found


def _without_items(lines: Sequence[str], going_on: list[bool]) -> list[bool]:
    """`going_on` but for lines that begin the next item of a list."""
    going_on = going_on.copy()
    first = 0  # line of the item, or of the paragraph
    for at, line in enumerate(lines):
        if going_on[at] and _is_next_item(lines[first], line):
            going_on[at] = False
        if not going_on[at]:
            first = at
    return going_on


def _is_next_item(item: str, line: str) -> bool:
    """Whether a line begins the item after one that begins with the line `item`.

    Dashes and numbers begin lines within a sentence, too: before them the mark has to be the same, or one less.
    """
    mark = ITEM.match(line)
    if mark is None or mark[1] in "*+•":
        return mark is not None
    before = ITEM.match(item)
    if before is None or not mark["count"]:
        return before is not None and before[1] == mark[1]
    return before["count"] is not None and int(before["count"]) + 1 == int(mark["count"])


def columns(line: str) -> int:
    """Columns that a line takes on a terminal, white space at its end aside."""
    return width(line) - len(_MARKS.findall(line))


def width(line: str) -> int:
    """The same where marks above and below letters are counted like letters."""
    line = line.rstrip()
    return len(line) if line.isascii() else len(line) + len(_WIDE.findall(line))


def _needed(before: str, end: int, line: str, measure: Measure) -> int:
    """The column that the line before, which ends at a column, would have reached with the first word of a line.

    0 if both are of a quotation, and the line has no word.
    """
    line = line.lstrip()
    if line[:1] == ">" and before.lstrip()[:1] == ">":
        line = line.lstrip("> \t\r\n")
        if not line:
            return 0
    if not line[:1].isascii() and _WIDE.match(line):
        return end + 2
    return end + measure(line.split(None, 1)[0]) + (not before.rstrip().endswith("-"))


def together(before: str, line: str) -> str:
    """A text with a line that goes on with it. A word broken at its hyphen is one again, and so are words that have no
    spaces between them."""
    if not (before and line):
        return before + line
    left, right = before[-1], line[0]
    if left.isascii() or right.isascii():
        hyphened = left == "-" and before[-2:-1].isalpha() and right.isalpha()
    else:
        hyphened = _UNSPACED.match(left) is not None and _UNSPACED.match(right) is not None
    return before + line if hyphened else f"{before} {line}"


# A character that takes two columns.
_WIDE = late_pattern("[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]")
# A mark above or below a letter, which takes no column: text browsers count none, other programs do.
_MARKS = late_pattern(
    "[\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0900-\u0902\u093c\u0941-\u0948\u094d\u0981\u09bc\u09c1-\u09c4\u09cd"
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102d-\u1030\u1032-\u1037\u1039\u103a"
    "\u17b7-\u17bd\u17c6\u17c9-\u17d3]"
)
# A character of kana, Han and their punctuation, Thai, Lao, Burmese, Khmer; Korean has spaces.
_UNSPACED = late_pattern("[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\uff00-\uff9f]")
