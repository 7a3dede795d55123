"""Text without marks of its own: as it was written, or as a text browser prints a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from itertools import chain, count

from ..late_pattern import late_pattern
from ..model import LineMark
from .glued import glued_lines, has_no_lines, pieces
from .orthography import Orthography
from .units import PLAIN, Aside, Kind, Lists, Units, mark_of
from .wrapped import ITEM, together


def read(
    text: str,
    raw: Sequence[str],
    joined: Sequence[bool],
    whole: Mapping[int, tuple[Kind, int]],
    orthography: Orthography,
    known: Mapping[int, LineMark] | None = None,
) -> Units:
    """The units of a plain document, given with its lines.

    `joined` says of each line whether it goes on with the one before, and is empty where the text was not wrapped;
    `whole` holds the kind and the number of the block of each line that is part of one, such as code. `known` are the
    marks of lines that stood in HTML.
    """
    texts = [line.strip() for line in raw]
    groups = _groups(texts, joined)
    present = [text for text in texts if text]
    glued = set() if joined else glued_lines(text, raw)
    if len(present) == 1 and has_no_lines(present[0]):
        glued.clear()
    furniture = [each for each in orthography.furniture if each in text]
    marks = orthography.list_marks + orthography.indented_list_marks
    counted = _counted_items(texts, groups)
    is_special = known or joined or whole or furniture or glued or counted
    if not (is_special or any(text[0] in marks and text[1:2] == " " for text in present)):
        count = len(present)
        return Units(present, groups, [PLAIN] * count, [0.0] * count, [0] * count, [False] * count)
    reader = _Reader(raw, whole, orthography, furniture, bool(joined), glued, known or {}, counted)
    return reader.read(texts, groups)


def _counted_items(texts: Sequence[str], groups: Iterable[tuple[int, ...]]) -> dict[int, int]:
    """Of items of lists that count, `1.` above `2.` above `3.`, the lengths of their marks, by numbers of lines."""
    runs: list[dict[int, int]] = [{}]
    expected = 0, 0  # place of the group, and the count there, with which the last run goes on
    for at, (number, *_) in enumerate(groups):
        text = texts[number]
        mark = ITEM.match(text) if text[0].isdecimal() else None
        if mark is None:
            continue
        count = int(mark["count"])
        if (at, count) != expected:
            runs.append({})
        runs[-1][number] = mark.end()
        expected = at + 1, count + 1
    return dict(chain.from_iterable(run.items() for run in runs if len(run) >= LEAST_ITEMS))


def _groups(texts: Sequence[str], joined: Sequence[bool]) -> list[tuple[int, ...]]:
    """The lines that are one, as their numbers."""
    if not joined:
        return [(number,) for number, text in enumerate(texts) if text]
    groups: list[list[int]] = []
    for number, text in enumerate(texts):
        if joined[number]:
            groups[-1].append(number)
        elif text:
            groups.append([number])
    return list(map(tuple, groups))


class _Reader:
    def __init__(
        self, raw: Sequence[str], whole: Mapping[int, tuple[Kind, int]], orthography: Orthography,
        furniture: Sequence[str], wrapped: bool, glued: set[int], known: Mapping[int, LineMark],
        counted: Mapping[int, int],
    ) -> None:  # fmt: skip
        self.raw, self.whole, self.orthography = raw, whole, orthography
        self.furniture, self.wrapped, self.glued = furniture, wrapped, glued
        self.counted = counted
        self.units = Units()
        last_block = max((block for _, block in whole.values()), default=0)
        self.known = {number: mark._replace(block=mark.block and mark.block + last_block)
                      for number, mark in known.items()}  # fmt: skip
        last_block += max((mark.block for mark in known.values()), default=0)
        self.lists = Lists(count(last_block + 1).__next__)

    def read(self, texts: Sequence[str], groups: Sequence[tuple[int, ...]]) -> Units:
        """`texts` are the lines without the white space around them, `groups` the numbers of those that are one."""
        marks = self.orthography.list_marks + self.orthography.indented_list_marks
        units, seen_through = self.units, bool(self.furniture or self.wrapped)
        apart = False
        for numbers in groups:
            number = numbers[0]
            text = texts[number] if len(numbers) == 1 else reduce(together, [texts[each] for each in numbers])
            if mark := self.known.get(number):
                begins = apart or mark.kind != ""
                units.add(text, numbers, mark_of(mark.kind, mark.level), mark.block, mark.links, begins)
                apart = mark.kind != ""
                continue
            may_be_item = text[0] in marks or number in self.counted or bool(self.lists.block)
            if not (seen_through or may_be_item or number in self.whole or number in self.glued):
                units.add(text, numbers, apart=apart)  # as most lines are
                apart = False
                continue
            apart = True
            if number in self.whole:
                kind, block = self.whole[number]
                units.add(text, numbers, mark_of(kind), block, apart=True)
            elif number in self.glued and len(blocks := pieces(self.raw[number])) > 1:
                self._add_pieces(numbers, blocks)
            else:
                self._add(text, numbers)
                apart = self._is_special(len(units.texts) - 1)
        return units

    def _is_special(self, unit: int) -> bool:
        """Whether what follows a unit does not go on with it."""
        return unit >= 0 and (self.units.marks[unit].kind != "" or unit in self.units.spans)

    def _add_pieces(self, numbers: tuple[int, ...], blocks: Sequence[tuple[int, int]]) -> None:
        line = self.raw[numbers[0]]
        for start, end in blocks:
            self.units.spans[len(self.units.texts)] = start, end
            self.units.add(line[start:end], numbers, apart=True)

    def _add(self, text: str, numbers: tuple[int, ...]) -> None:
        line = self.raw[numbers[0]]
        indent = len(line) - len(line.lstrip())
        length_of_mark = self.counted.get(numbers[0], 0) or int(self._is_item(text, indent))
        text = text[length_of_mark:].lstrip()
        bare = text
        for each in self.furniture:
            bare = bare.replace(each, " ")
        text = "" if bare != text and _ADDRESS.match(bare) else bare
        is_row = False
        if self.wrapped:
            text = _FILE.sub(" ", text)
            is_row = text.count("[") >= LEAST_LINKS and _is_row_of_links(text)
            text = _NUMBER.sub("", text)
        text = text.strip()
        if not text or (self.wrapped and _RULE.match(text)):
            is_rule = text or line.strip() in self.orthography.list_marks
            self.units.asides.append(Aside("rule" if is_rule else "empty", numbers))
        elif length_of_mark:
            self.lists.begin_item(indent)
            self.units.add(text, numbers, mark_of("item", self.lists.enter(indent)), self.lists.block, apart=True)
        else:
            self.lists.leave()
            apart = is_row or self._is_special(len(self.units.texts) - 1)
            self.units.add(text, numbers, link=float(is_row), apart=apart)

    def _is_item(self, text: str, indent: int) -> bool:
        marks = self.orthography.list_marks
        if len(text) < 2:
            return text in marks
        return text[1] == " " and (text[0] in marks or (indent > 1 and text[0] in self.orthography.indented_list_marks))


def _is_row_of_links(text: str) -> bool:
    """Whether a line is numbered links alone, of few words each, as those of a menu are.

    Commas part what a text names.
    """
    before, *links = _NUMBER.split(text)
    if before.strip() or len(links) < LEAST_LINKS:
        return False
    return all(0 < len(link.split()) <= LABEL and not link.rstrip().endswith(",") for link in links)


LEAST_ITEMS = 3  # that count on
LEAST_LINKS, LABEL = 2, 3  # links of a row, and words of one at most
# What text browsers print for a picture, and the number of a link before its words.
_FILE = late_pattern(r"\[[^\[\]]{1,200}\.(?:jpe?g|png|gif|svg|webp|bmp)\]", re.IGNORECASE)
_ADDRESS = late_pattern(r"\s*(?:(?:\w{2,20}:)?//\S+|about:\w+)\s*$")  # of what is in a frame
_NUMBER = late_pattern(r"\[\d{1,4}\](?=\S)")
_RULE = late_pattern(r"([-_=*])\1{2,}$")
