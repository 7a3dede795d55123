"""Blocks that are not prose in any form of text: front matter, code, formulas, and tables kept apart by tabs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from ..late_pattern import late_pattern
from .units import Kind

Span = tuple[int, int, Kind]  # first line, the one after the last, what they are

_MOST_KEYS = 200  # lines of front matter
_MOST_FORMULA = 60  # lines of a formula
# Words in brackets, as of a caption: \[Photo: Ann\].
_BRACKETED = late_pattern(r"\\\[(?=.*[^\W\d_]{3})[^\\^_={}<>+*/|]+\\\]$")
_KEY = late_pattern(r"[ \t]*(?:[\w-]+[ \t]*[:=]|- |\#|[\[\]{}]|\"|[ \t])")
_NAMED_KEY = late_pattern(r"[ \t]*\{?[ \t]*\"?[\w-]+\"?[ \t]*[:=]")
_OPENED = late_pattern(r"(---|\+\+\+|;;;)(?:yaml|toml|json)?$")


def front_matter(lines: Sequence[str]) -> int:
    """How many lines of front matter a document begins with: keys and values between two lines of dashes, which may
    stand around a title as well."""
    opened = _OPENED.match(lines[0].rstrip()) if lines and lines[0].startswith(("---", "+++", ";;;")) else None
    if opened is None:
        return 0
    for number, line in enumerate(lines[1:_MOST_KEYS], 1):
        if line.rstrip() in (opened[1], "..."):
            return number + 1 if any(map(_NAMED_KEY.match, lines[1:number])) else 0
        if line.strip() and not _KEY.match(line):
            return 0
    return 0


def json_head(lines: Sequence[str]) -> int:
    """How many lines of front matter a document begins with that is an object of JSON, apart from what follows."""
    if not lines or lines[0].rstrip() != "{":
        return 0
    for number, line in enumerate(lines[1:_MOST_KEYS], 1):
        if line.rstrip() == "}":
            is_apart = lines[number + 1 : number + 2] and lines[number + 1].isspace() and len(lines) > number + 2
            return number + 1 if is_apart and number > 1 and _NAMED_KEY.match(lines[1]) else 0
        if not _KEY.match(line):
            return 0
    return 0


def modules(lines: Sequence[str], first: int) -> Iterator[Span]:
    """What a page of MDX imports and exports above its text, from the line `first` on: no reader sees it."""
    at, most = first, min(len(lines), first + _MOST_KEYS)
    while at < most:
        if lines[at].isspace():
            at += 1
            continue
        blank = _until(str.isspace, lines, at)
        if _EXPORT.match(lines[at]):
            end = blank
        elif _IMPORTS.match(lines[at]):
            end = min(_until(_IMPORTED.match, lines, at), blank) + 1
            if end > most or lines[end - 1].isspace():
                return
        elif _IMPORTED.match(lines[at]):
            end = at + 1
        else:
            return
        yield at, end, "metadata"
        at = end


_IMPORTS = late_pattern(r"import[ \t]+(?:[\w$]+[ \t]*,[ \t]*)?\{[^}\n]*$")  # and goes on below
_IMPORTED = late_pattern(
    r"(?:import[ \t]+|(?:import\b[^\"'\n]*\b|[^}\n]*\}[ \t]*)from[ \t]+)[\"'][^\"'\n]+[\"'];?[ \t]*\r?\n?$"
)
_EXPORT = late_pattern(
    r"export[ \t]+(?:(?:const|let|var)[ \t]+[^=\n]+=|default[ \t]*(?:[({\[]|[\w$]+;?[ \t]*\r?$)|\{"
    r"|(?:default[ \t]+)?(?:async[ \t]+)?(?:function\b[^.(\n]*\(|class[ \t]+[^.{\n]*\{))"
)


def reader_head(lines: Sequence[str], ends: Sequence[str]) -> int:
    """How many lines a reader has put on top of a page: names and values, up to a line that is one of `ends`."""
    for number, line in enumerate(lines[:20]):
        text = line.strip()
        if text in ends:
            return number + 1
        if text and not _NAMED.match(text):
            return 0
    return 0


_NAMED = late_pattern(r"[^\W\d_][\w ]{1,30}: ?\S")


def fenced(lines: Sequence[str]) -> Iterator[Span]:
    """Code between fences. A fence that is not closed is none."""
    fences = [(number, line.strip(" \t\r\n>")) for number, line in enumerate(lines) if "```" in line or "~~~" in line]
    end = 0
    for at, (number, text) in enumerate(fences):
        found = _FENCE.match(_ITEM.sub("", text))
        if number < end or found is None:
            continue
        for closing, other in fences[at + 1 : at + 1 + _NEAR]:
            if other.startswith(found["fence"]) and not other.strip(found["fence"][0]):
                end = closing + 1
                yield number, end, "code"
                break


_ITEM = late_pattern(r"(?:[-*+]|\d{1,9}[.)])[ \t]+")
_NEAR = 20  # fences among which the one that closes a block is looked for
_FENCE = late_pattern(r"(?P<fence>`{3,}|~{3,})[^`]*$")


def divs(lines: Sequence[str]) -> list[tuple[int, ...]]:
    """Where the divs of pandoc begin and end, `::: {.note}` and `:::`; where a mate is missing, that fence alone."""
    found: list[tuple[int, ...]] = []
    opened: list[int] = []
    for number, line in enumerate(lines):
        fence = _DIV.match(line) if ":::" in line else None
        if fence is None:
            continue
        if fence["of"]:
            opened.append(number)
        else:
            found.append((opened.pop(), number) if opened else (number,))
    return found + [(number,) for number in opened]


_DIV = late_pattern(
    r"[ \t>]*+(?:(?:[-*+]|\d{1,9}[.)])[ \t]++)*+:{3,}+[ \t]*+"
    r"(?P<of>\{[^{}]*+\}|[\w-]++(?:[ \t]*+\{[^{}]*+\})?+)?+[ \t]*+:*+[ \t]*+\r?\n?$"
)


def formulas(lines: Sequence[str]) -> Iterator[Span]:
    """Formulas set apart: `$$` to `$$`, or `\\[` to `\\]`."""
    start, closer = -1, ""
    for number, line in enumerate(lines):
        text = line.strip()
        if start >= 0 and (text.endswith(closer) or number - start >= _MOST_FORMULA):
            if text.endswith(closer):
                yield start, number + 1, "formula"
            start = -1
        elif start < 0 and text[:2] in ("$$", "\\[") and "](" not in text:  # a link in brackets is none
            closer = "$$" if text[0] == "$" else "\\]"
            if len(text) > 3 and text.endswith(closer):
                if closer == "$$" or not _BRACKETED.match(text):
                    yield number, number + 1, "formula"
            else:
                start = number


def indented(lines: Sequence[str]) -> Iterator[Span]:
    """Code that a blank line and four spaces set apart, outside of lists; what crawlers merely indent is none."""
    start, in_list = -1, False
    before = ""
    for number, line in enumerate([*lines, "."]):
        deep = line.startswith(("    ", "\t"))
        blank = not line or line.isspace()
        if start >= 0 and not deep and not blank:
            end = number
            while not lines[end - 1].strip():
                end -= 1
            if _is_code(lines[start:end]):
                yield start, end, "code"
            start = -1
        if start < 0 and deep and not blank and not before and not in_list:
            start = number
        if not deep and not blank:
            in_list = _ITEM.match(line.lstrip()) is not None or (in_list and line[0] == " ")
        before = "" if blank else line


def settings(lines: Sequence[str]) -> Iterator[Span]:
    """Keys and values below a line that is a key and a colon, some of them further in, as in YAML."""
    end = 0
    for number, line in enumerate(lines):
        if number < end or not _SECTION.match(line):
            continue
        end = number + 1
        while end < len(lines) and _ENTRY.match(lines[end]):
            end += 1
        if end - number > _FEWEST_KEYS and _indent(lines[number + 1]) > _indent(line):
            yield number, end, "code"


def tabled(lines: Sequence[str]) -> Iterator[Span]:
    """Rows whose cells are kept apart by tabs."""
    start = -1
    for number, line in enumerate([*lines, ""]):
        is_row = "\t" in line.strip()
        if is_row and start < 0:
            start = number
        elif not is_row and start >= 0:
            if number - start >= _FEWEST_ROWS:
                yield start, number, "row"
            start = -1


def ruled(text: str, lines: Sequence[str]) -> Iterator[Span]:
    """Tables of pandoc: columns as wide as the dashes below their heads, or cells in a frame of dashes."""
    if "-- -" not in text and "+--" not in text:
        return
    end = 0
    for number, line in enumerate(lines):
        if number < end or not ("- -" in line or "+-" in line) or not _RULED.match(line):
            continue
        start, first = number, number + 1
        if line.lstrip()[0] == "+":
            end = _until(lambda row: row.lstrip()[:1] not in ("+", "|"), lines, first)
        else:
            while start > end and number - start < _MOST_HEAD and not lines[start - 1].isspace():
                start -= 1
            # Rows of several lines have blank lines between them, and dashes above and below all.
            is_tall = start < number and _DASHES.match(lines[start]) is not None
            end = _until(_DASHES.match, lines, first) + 1 if is_tall else _until(str.isspace, lines, first)
            if end > len(lines) or (is_tall and not _DASHES.match(lines[end - 1])):
                continue
        if end > first:
            yield start, end, "row"


def _until(is_end: Callable[[str], object], lines: Sequence[str], first: int) -> int:
    """The first line from one on that is an end, or the first that is not looked at."""
    beyond = min(len(lines), first + _MOST_ROWS)
    return next((at for at in range(first, beyond) if is_end(lines[at])), beyond)


_MOST_HEAD, _MOST_ROWS = 4, 1000  # lines above the dashes, and below them
_RULED = late_pattern(r"[ \t]*(?:-{2,}(?: +-{2,})+|\+(?:[-:]{3,}\+)+)[ \t]*\r?\n?$")
_DASHES = late_pattern(r"[ \t]*-{3,}[ \t]*\r?\n?$")


def programmed(text: str, lines: Sequence[str]) -> Iterator[Span]:
    """Runs of lines as only programs, commands and data have, where nothing else sets them apart."""
    found = [sign for mark, some in _SIGNS.items() if mark in text for sign in some]
    if not any(map(text.__contains__, "{;=>")) or sum(map(text.count, found)) < _FEWEST_SIGNS:
        return  # as on most pages
    start, last, signs = -1, -1, 0
    for number, line in enumerate([*lines, *[""] * (_BETWEEN + 1)]):
        if line and len(line) <= _WIDEST and _MARK.search(line) and _PROGRAM.match(line):
            start = number if start < 0 else start
            last, signs = number, signs + 1
        elif start >= 0 and number - last > _BETWEEN:
            if signs >= _FEWEST_SIGNS and 2 * signs >= sum(map(bool, map(str.strip, lines[start : last + 1]))):
                yield start, last + 1, "code"
            start, signs = -1, 0


_BETWEEN = 3  # lines without a sign, or blank, after one that has one
_FEWEST_SIGNS = 3
# What most code has some of, by a character that is looked for first, since that takes far less time.
_SIGNS = {"{": "{", ";": (";\n", ");"), ")": ("):\n",), ">": (">>> ", ">\n"), '"': ('": ',), "=": ("= ",)}
_WIDEST = 200  # characters
_MARK = late_pattern(r"[][(){};:=<>\"/]")  # what a line of a program has one of at least
_PROGRAM = late_pattern(
    r"\s*(?:.*(?:\{|[^\w\s,.'-].*;)|\S+;|[\])]*\}[\])}]*[,;]?|[\])]+[,;]+"  # how a line ends
    r"|.*(?:\w|[=:] ?)[(\[],?|.*\)\s?(?:=>|->)?[^.]{0,40}[:{]"
    r"|\"[^\"]*\": ?.*[,\d\"\]}e]|>>> .*|(?://|/\*) .*|</?\w[^<>]*>.*|[\w.]+ ?(?:=|:=|\+=) ?[^=].*"  # how it begins
    r"|(?:import|from|return|def|class|const|let|var|use|fn|func|if|for|while|else)\b.*[(){}:;=].*)\s*$"
)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


_FEWEST_KEYS, _FEWEST_ROWS = 2, 3
_SECTION = late_pattern(r"[ \t]*[\w.-]{1,40}:[ \t]*\r?\n")
_ENTRY = late_pattern(
    r"[ \t]*(?:- [ \t]*)*(?:[\"']?[\w./-]{1,40}[\"']?:(?:[ \t]|\r?$)|[\"'\[{\w./:$-]++[\]}\"',]*+[ \t]*+\r?$)",
    re.MULTILINE,
)


def _is_code(lines: Sequence[str]) -> bool:
    """Whether most lines have a sign that programs, commands and settings have, and none is a link."""
    lines = [line for line in lines if line.strip()]
    return sum(map(bool, map(_CODE.search, lines))) * 2 >= len(lines) and not any("](" in line for line in lines)


_CODE = late_pattern(r"[{}<>=\\$;@]|\w\(|\w[.:/_]\w|^\s*[\w-]+:(?:\s|$)|^\s*(?:\#|//|- )|\s--?\w|[\])]$")
