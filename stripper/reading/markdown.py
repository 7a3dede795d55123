"""Markdown as a reader sees it: the visible text of each line, and what its marks say.

Read by the line, and not by the letter of CommonMark: what crawlers save is often none (addresses broken at a column,
menus indented like code, items right below a paragraph), and each line is judged by itself. It takes a tenth of what
markdown-it-py takes, which is more than all else that is done with a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import count

from . import blocks
from .inline import BREAK, CLOSE, IMAGE, OPEN, SIGNS, visible
from .units import Aside, Kind, Lists, Units, mark_of
from .wrapped import together


def read(raw: Sequence[str], joined: Sequence[bool], whole: Mapping[int, tuple[Kind, int]]) -> Units:
    """The units of a Markdown document, given by its lines (with their endings).

    `joined` says of each line whether it goes on with the one before, as where a text was wrapped; `whole` holds the
    kind and the number of the block for lines that are not to be read as Markdown, such as those of code.
    """
    return _Reader(raw, joined, whole).read() if raw else Units()


def _with_references(text: str) -> str:
    """A text whose links by label alone, `[label]`, are written out, `[label][]`, where it defines the label."""
    labels = {found["label"].casefold() for found in _DEFINITIONS.finditer(text)} if "]:" in text else set()
    if not labels:
        return text
    return _SHORT.sub(lambda found: found[0] + "[]" if found["label"].casefold() in labels else found[0], text)


class _Tables:
    """The table that goes on, and what stands above its first row."""

    def __init__(self, raw: Sequence[str], new_block: Callable[[], int]) -> None:
        self.block = 0  # 0 if no table goes on
        self.borders: tuple[int, ...] = ()  # lines of dashes, and a head without words, above the first row
        self.ruled: dict[int, int] = {}  # of tables that dashes tell the columns of, their blocks by lines
        for start, end, _ in blocks.ruled("".join(raw), raw):
            self.ruled.update(dict.fromkeys(range(start, end), new_block()))
        self._raw, self._new_block = raw, new_block

    def enter(self) -> int:
        """The block of the table that goes on, or that begins."""
        self.block = self.block or self._new_block()
        return self.block

    def is_row(self, number: int, content: str) -> bool:
        """Whether a line is a row: between dashes, or one that has bars at its ends or stands below a head."""
        if number in self.ruled:
            self.block = self.ruled[number]
            return True
        if "|" not in content:
            return False
        raw = self._raw[number].strip(" \t\r\n>")
        is_row = bool(self.block) or (raw.startswith("|") and raw.endswith("|") and len(raw) > 1)
        if is_row:
            self.enter()
        return is_row

    def leave(self, units: Units) -> None:
        """The head of a table that has no rows has no words."""
        self.block = 0
        if self.borders:
            units.asides.append(Aside("rule", self.borders))
            self.borders = ()


class _Reader:
    """Reads the lines of one document, one after the other."""

    def __init__(self, raw: Sequence[str], joined: Sequence[bool], whole: Mapping[int, tuple[Kind, int]]) -> None:
        self.raw, self.joined, self.whole = raw, joined, whole
        new_block = count(max((block for _, block in whole.values()), default=0) + 1).__next__
        self.units = Units()  # the links of which are counts of characters until all is read
        self.lists, self.tables = Lists(new_block), _Tables(raw, new_block)
        self.waiting: tuple[int, ...] = ()  # lines of no words at the head of a block, such as the fence above code
        self.bare_item: tuple[re.Match[str], Aside] | None = None  # an item whose text may be on a later line

    def read(self) -> Units:
        divs = [div for div in blocks.divs(self.raw) if div[0] not in self.whole]
        fences, read = {number for div in divs for number in div}, set()
        unread = self.whole.keys() | fences
        lines = ["" if number in unread else line.rstrip("\r\n") for number, line in enumerate(self.raw)]
        number = 0
        for line in visible(_with_references("\n".join(lines))).split("\n"):
            end = number + 1
            if BREAK in line:
                end += line.count(BREAK)
                line = line.replace(BREAK, "")
            if number in self.whole:
                self._add_whole(number, *self.whole[number])
            elif number in fences:
                read.add(number)
                self._add_fence(number)
            elif line and not line.isspace():
                self._add(line, (number,) if end == number + 1 else tuple(range(number, end)))
            elif self.raw[number].isspace() and end == number + 1:
                self.tables.block = 0
            else:  # a comment, a tag
                self.units.asides.append(Aside("empty", tuple(range(number, end))))
            number = end
        units = self.units
        self._leave_bare_item()
        self.tables.leave(units)
        for div in divs:  # but for what stands in a comment, and goes with that
            if met := tuple(number for number in div if number in read):
                units.asides.append(Aside("div" if len(met) > 1 else "empty", met))
        counts = zip(units.links, units.texts, strict=True)
        units.links = [min(1.0, linked / (_characters(text) or linked)) if linked else 0.0 for linked, text in counts]
        return units

    def _add_whole(self, number: int, kind: Kind, block: int) -> None:
        """A line of a block that is not read as Markdown. What has no words goes with the line beside it."""
        text, units = self.raw[number].strip(), self.units
        if not text:
            return
        wordless = _WORD.search(text) is None
        if units.blocks and units.blocks[-1] == block:
            if wordless:
                self._go_on((number,))
                return
        elif wordless or (not self.waiting and _FENCE.match(text)):
            self.waiting += (number,)
            if self.whole.get(number + 1, (kind, 0))[1] != block or len(self.waiting) >= _LONGEST_PARAGRAPH:
                units.asides.append(Aside("rule", self.waiting))
                self.waiting = ()
            return
        units.add(text, (*self.waiting, number), mark_of(kind), block, apart=True)
        self.waiting = ()

    def _add(self, line: str, numbers: tuple[int, ...]) -> None:
        units = self.units
        if (_NO_WORDS.match(line) or _FRAME.match(line)) and self._add_rule(line, numbers):
            return
        if "]:" in line and (found := _DEFINITION.match(line)) is not None:
            units.asides.append(Aside("definition", numbers, found["label"].casefold()))
            return
        if self._ends_note(line, numbers[0]):
            last = units.asides[-1]
            if len(last.numbers) < _LONGEST_PARAGRAPH:
                units.asides[-1] = last._replace(numbers=last.numbers + numbers)
            else:
                units.asides.append(last._replace(numbers=numbers))
            return
        prefix = _PREFIX.match(line)
        assert prefix is not None
        content = line[prefix.end() :]
        is_row = self.tables.is_row(numbers[0], content)
        signs = SIGNS.search(content) is not None
        linked = _characters("".join(_LINKED.findall(content))) if signs else 0
        text = SIGNS.sub("", content) if signs else content
        text = _cells(text) if is_row else text.strip()
        callout = _CALLOUT.match(text) if text.startswith(_CALLOUT_SIGNS) else None
        if callout is not None:
            text = callout["title"] or callout["kind"] or callout["named"] or callout["type"]
        if prefix["heading"]:
            text = text.rstrip("#").rstrip()
        if not text:
            self._add_wordless(content, numbers, prefix)
        elif self.joined[numbers[0]] and not callout and self._goes_on(prefix, numbers[0], is_row):
            units.texts[-1] = together(units.texts[-1], text)
            units.numbers[-1] += numbers
            units.links[-1] += linked
        else:
            self._begin(text, numbers, prefix, "row" if is_row else "heading" if callout else "", linked)

    def _add_wordless(self, content: str, numbers: tuple[int, ...], prefix: re.Match[str]) -> None:
        if IMAGE in content:
            self.units.asides.append(Aside("image", numbers))
            return
        empty = SIGNS.search(content) is not None or self.raw[numbers[0]].lstrip().startswith("<!--")
        self._leave_bare_item()
        aside = Aside("empty" if empty else "rule", numbers)
        if prefix["item"]:
            self.bare_item = prefix, aside
        else:
            self.units.asides.append(aside)

    def _is_term(self, number: int) -> bool:
        """Whether what is said of a text stands below it, with at most one blank line between."""
        below = self.raw[number + 1 : number + 3]
        return bool(below) and below[bool(below[0].isspace() and below[1:])].startswith(":   ")

    def _add_fence(self, number: int) -> None:
        """A fence of a div, which may be all that an item begins with; whether it stays is told of the div."""
        self.tables.block = 0
        prefix = _PREFIX.match(self.raw[number])
        if prefix is not None and prefix["item"]:
            self._leave_bare_item()
            self.bare_item = prefix, Aside("div", ())

    def _leave_bare_item(self) -> None:
        """An item that no text follows has no words."""
        if self.bare_item is not None:
            self.units.asides += [self.bare_item[1]] * bool(self.bare_item[1].numbers)
            self.bare_item = None

    def _ends_note(self, line: str, number: int) -> bool:
        """Whether a line goes on with the footnote right above it."""
        last = self.units.asides[-1] if self.units.asides else None
        indented = line.startswith(("    ", "\t"))
        return indented and last is not None and last.label.startswith("^") and last.numbers[-1] == number - 1

    def _add_rule(self, line: str, numbers: tuple[int, ...]) -> bool:
        """Whether a line without words was one of those that mean something: the second row of a table, the underline
        of a heading, a rule.
        """
        units, tables = self.units, self.tables
        above = bool(units.numbers) and units.numbers[-1][-1] == numbers[0] - 1
        if numbers[0] in tables.ruled:
            if above and units.blocks[-1] == tables.ruled[numbers[0]]:
                units.numbers[-1] += numbers
            else:
                tables.borders += numbers
            return True
        if above and "|" in line and "|" in self.raw[numbers[0] - 1] and _DELIMITERS.match(line):
            units.marks[-1] = mark_of("row", 0, units.marks[-1].quoted)
            units.blocks[-1] = tables.enter()
            units.texts[-1] = _cells(units.texts[-1]) or units.texts[-1]
            units.apart[-1] = True
        elif not above and "|" in line and self._heads_nothing(numbers[0]) and _DELIMITERS.match(line):
            tables.enter()
            tables.borders += (*units.asides.pop().numbers, *numbers)
            return True
        elif above and self._underlines(line):
            units.marks[-1] = mark_of("heading", 1 if "=" in line else 2, units.marks[-1].quoted)
            units.apart[-1] = True
        elif _RULE.match(line):
            units.asides.append(Aside("rule", numbers))
            return True
        else:
            return False
        self._go_on(numbers)
        return True

    def _go_on(self, numbers: tuple[int, ...]) -> None:
        """Add lines without words to the one above, or, where they do not end, leave them by themselves."""
        if len(self.units.numbers[-1]) < _LONGEST_PARAGRAPH:
            self.units.numbers[-1] += numbers
        else:
            self.units.asides.append(Aside("rule", numbers))

    def _heads_nothing(self, number: int) -> bool:
        """Whether the line above is the head of a table, without words."""
        asides, above = self.units.asides, self.raw[number - 1]
        is_aside = bool(asides) and asides[-1].numbers == (number - 1,)
        return is_aside and above.count("|") > 1 and not _cells(above.rstrip("\r\n"))

    def _underlines(self, line: str) -> bool:
        kind, text = self.units.marks[-1].kind, self.units.texts[-1]
        inside = kind == "" or (kind == "item" and line[0].isspace())
        return inside and len(text) <= _LONGEST_HEADING and _UNDERLINE.match(line) is not None

    def _goes_on(self, prefix: re.Match[str], number: int, is_row: bool) -> bool:
        """Whether a line that may go on with the one before does so, as far as marks tell."""
        units = self.units
        if not units.numbers or units.numbers[-1][-1] != number - 1 or prefix["item"] or prefix["heading"]:
            return False
        if len(units.numbers[-1]) >= _LONGEST_PARAGRAPH or self.raw[number - 1].rstrip("\r\n").endswith("  "):
            return False  # two spaces break a line
        kind = units.marks[-1].kind
        if kind == "row":
            return not self.raw[number].lstrip(" \t>").startswith("|")
        if kind == "heading":
            return self._heading_goes_on(number)
        return kind in ("", "item") and not is_row

    def _heading_goes_on(self, number: int) -> bool:
        """Whether a line below a heading is of it, and not the first one of a paragraph."""
        first = _PREFIX.match(self.raw[self.units.numbers[-1][0]])
        below = self.raw[number + 1 : number + _HEADING_LINES]
        is_last = len(below) < _HEADING_LINES - 1 or any(map(str.isspace, below))
        return is_last and first is not None and first["heading"] is not None

    def _begin(self, text: str, numbers: tuple[int, ...], prefix: re.Match[str], kind: Kind, linked: int) -> None:
        """Add a unit, with its mark and block; `kind` is what it is, "" where its prefix tells."""
        units, lists, tables = self.units, self.lists, self.tables
        before = units.marks[-1] if units.marks else None
        quoted = prefix["quote"] is not None and ">" in prefix["quote"]
        own: Kind = kind or ("heading" if prefix["heading"] else "item" if prefix["item"] else "")
        level = len((prefix["heading"] or _LOWEST).rstrip()) if own == "heading" else 0
        indent = len(prefix["indent"].expandtabs(4))
        if self.bare_item is not None:
            item, above = self.bare_item
            indent_of_item = len(item["indent"].expandtabs(4))
            if not prefix["item"] and indent > indent_of_item:
                prefix, numbers, own, indent = item, above.numbers + numbers, own or "item", indent_of_item
                self.bare_item = None
            else:
                self._leave_bare_item()
        if lists.block and self.raw[numbers[0] - 1].isspace() and self.raw[numbers[0] - 2].isspace():
            lists.leave()  # as two blank lines end a list
        is_term = not own and self._is_term(numbers[-1])
        if prefix["item"] or is_term:
            own = own or "item"
            lists.begin_item(indent, ":" if is_term else prefix["item"].strip()[-1])
            level = level or lists.enter(indent) + max(len(prefix["item"].split()), 1) - 1
        elif not lists.holds(indent):
            lists.leave()
        kind = own or ("item" if lists.block else "")
        level = level or (lists.depth if kind == "item" else 0)
        mark = mark_of(kind, level, quoted)
        apart = own != "" or before is None or before.kind != kind or before.quoted != quoted
        if own != "row":
            tables.leave(units)
        else:
            numbers, tables.borders = tables.borders + numbers, ()
        units.add(text, numbers, mark, tables.block or lists.block, linked, apart)


def _cells(row: str) -> str:
    """A row without the bars around it."""
    return row.strip(" \t|")


def _characters(text: str) -> int:
    """How many a text has, white space aside, and what parts the links of a row."""
    return len(text) - sum(map(text.count, " ·|•"))


_LONGEST_PARAGRAPH = 1000  # lines; adding to it costs what it has
_HEADING_LINES = 3  # over which one goes on; text right below a heading has more
_LONGEST_HEADING = 200  # characters; dashes below a longer text are a rule

# What stands before the words of a line: quotation, marks of a list (several where lists begin in one line) or of what
# defines the term above it, the box of a task, the sign of a heading. A date such as 4. Mai 2021 is no item.
_PREFIX = re.compile(
    r"(?P<quote>[ \t]*(?:>[ \t]?)++)?(?P<indent>[ \t]*)"
    r"(?P<item>(?:(?:[-*+•]|\d{1,9}[.)](?![ ]\w+\.?[ ]\d{4}\b)|:(?=[ ]{3}))(?:[ \t]+|$))*+)"
    r"(?:\[[ xX]\][ \t]+)?(?P<heading>\#{1,6}(?:[ \t]+|$))?"
)
# The head of a callout, of Obsidian or GitHub in a quotation, of MkDocs: its type, and its title if it has one.
_CALLOUT = re.compile(
    r"\[!(?P<kind>[\w-]+)\][-+]?$|\[![\w-]+\][-+]?[ \t]+(?P<title>.+)"
    r"|(?:!!!|\?\?\?\+?)[ \t]+(?P<type>[\w-]+)(?:[ \t]+[\w-]+)*(?:[ \t]+\"(?P<named>[^\"]*)\")?$"
)
_CALLOUT_SIGNS = ("[!", "!!! ", "??? ", "???+ ")
_LOWEST = "######"
_NO_WORDS = re.compile(r"[ \t>|:=*_-]++$")
_FRAME = re.compile(r"[ \t>]*\+(?:[-=:]{3,}\+)+[ \t]*$")  # between rows of a table
_UNDERLINE = re.compile(r"[ \t]*(?:=+|--+)[ \t]*$")  # below a heading
_RULE = re.compile(r"[ \t>]*([-*_=])(?:[ \t]*\1){2,}[ \t]*$")
_DELIMITERS = re.compile(r"[ \t>|:]*-[ \t|:-]*$")  # below the head of a table
# Of a footnote, which is any text, or of an address: "[Ann]: It sails again." is neither.
_DEFINITION = re.compile(
    r"""[ ]{0,3}\[(?P<label>(?P<note>\^)?[^\[\]\n]+)\]:[ \t]*
    (?(note) \S | (?:
        [^\w\s]?(?:[A-Za-z][\w+.-]*:\S | \.{0,2}/ | \?\w+= | www\.)
      | (?=\S*(?:[/\#@=]|\.\w)) \S++ [ \t]* (?:["'(].*)? $
    ))""",
    re.VERBOSE | re.MULTILINE,
)
_DEFINITIONS = re.compile(f"^(?:{_DEFINITION.pattern})", re.VERBOSE | re.MULTILINE)
_SHORT = re.compile(r"(?<!\])\[(?P<label>[^\[\]\n^][^\[\]\n]{0,200})\](?![\[(:])")
_FENCE = re.compile("(?:`{3,}|~{3,})")
_LINKED = re.compile(f"{OPEN}([^{CLOSE}]*)")
_WORD = re.compile(r"[^\W_]")
