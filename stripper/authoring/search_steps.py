"""The steps that a plain backtracking search takes, counted: the same on any machine, however busy it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import regex

from ..rules.patterns import Atom, Choice, Part


class _Exhausted(Exception):
    pass


def count_steps(tree: Choice, text: str, most: int) -> int:
    """How often a backtracking search for a pattern tries an atom on a text; `most` + 1 for all above `most`."""
    search = _Search(text, most)
    try:
        for start in range(len(text) + 1):
            if any(True for _ in search.ends(tree, start)):
                break
    except _Exhausted:
        pass
    return search.steps


class _Search:
    """Walks all the ways to match, one after the other. Ends of matches come in the order in which they are tried.

    Nothing recurses but for groups in groups, since a text can be longer than the stack is deep.

    What looks around or gives nothing back comes to one end at most from a place, by the same steps each time: it is
    walked through once, and its steps are counted again.
    """

    def __init__(self, text: str, most: int) -> None:
        self.text, self.most = text, most
        self.steps = 0
        self.known: dict[tuple[int, int], tuple[tuple[int, ...], int]] = {}  # by the number of a part, and a place
        self.numbers: dict[int, int] = {}  # by identity; equal parts, such as the ends of words, have the same
        self.parts: dict[Part | Choice, int] = {}

    def _once(self, part: Part | Choice, at: int, walk: Callable[[], tuple[int, ...]]) -> Iterator[int]:
        number = self.numbers.get(id(part))
        if number is None:
            number = self.numbers[id(part)] = self.parts.setdefault(part, len(self.parts))
        before = self.steps
        if known := self.known.get((number, at)):
            self.steps += known[1]
            if self.steps > self.most:
                self.steps = self.most + 1
                raise _Exhausted
            return iter(known[0])
        ends = walk()
        self.known[number, at] = ends, self.steps - before
        return iter(ends)

    def ends(self, body: Atom | Choice, at: int) -> Iterator[int]:
        if isinstance(body, Atom):
            return iter(self._atom(body, at))
        if body.around:
            return self._once(body, at, lambda: (at,) if self._lookaround(body, at) else ())
        found = self._sequences(body, at)
        return self._once(body, at, lambda: tuple(first_of(found))) if body.opener == "(?>" else found

    def _sequences(self, body: Choice, at: int) -> Iterator[int]:
        for sequence in body.sequences:
            first = sequence[0] if sequence else None
            if first and first.least == first.most == 1 and isinstance(first.body, Atom):  # most fail here
                if not (ends := self._atom(first.body, at)):
                    continue
                if len(sequence) == 1:
                    yield from ends
                else:
                    for end in ends:
                        yield from self._sequence(sequence[1:], end)
            else:
                yield from self._sequence(sequence, at)

    def _atom(self, atom: Atom, at: int) -> tuple[int, ...]:
        self.steps += 1
        if self.steps > self.most:
            raise _Exhausted
        if atom.text in PLACES:
            return (at,) if PLACES[atom.text].match(self.text, at) else ()
        return (at + 1,) if at < len(self.text) and _takes(atom.text, atom.any_case, self.text[at]) else ()

    def _lookaround(self, body: Choice, at: int) -> bool:
        plain = Choice(body.sequences)
        if body.opener.startswith("(?<"):
            least, most = _widths(plain)
            starts = range(at - least, max(at - int(min(most, _BEHIND)), 0) - 1, -1)
            found = any(at in self.ends(plain, start) for start in starts)
        else:
            found = any(True for _ in self.ends(plain, at))
        return found is (body.opener[-1] == "=")

    def _sequence(self, parts: tuple[Part, ...], at: int) -> Iterator[int]:
        if not parts:
            yield at
            return
        ways = [self._part(parts[0], at)]
        while ways:
            end = next(ways[-1], None)
            if end is None:
                ways.pop()
            elif len(ways) == len(parts):
                yield end
            else:
                ways.append(self._part(parts[len(ways)], end))

    def _part(self, part: Part, at: int) -> Iterator[int]:
        if part.least == part.most == 1:
            return self.ends(part.body, at)
        found = self._repeated(part, at)
        return self._once(part, at, lambda: tuple(first_of(found))) if part.possessive else found

    def _repeated(self, part: Part, at: int) -> Iterator[int]:
        """The ends of repeats: those of a lazy one before it takes more, those of a greedy one after."""
        if part.lazy and not part.least:
            yield at
        places = [at]
        ways = [self.ends(part.body, at)]
        while ways:
            end = next(ways[-1], None) if len(ways) <= part.most else None
            if end is None:
                ways.pop()
                end = places.pop()
                if not part.lazy and len(ways) >= part.least:
                    yield end
            elif end > places[-1]:
                if part.lazy and len(ways) >= part.least:
                    yield end
                places.append(end)
                ways.append(self.ends(part.body, end))
            elif len(ways) <= part.least:  # took nothing, and may do so as often as it must
                yield end


PLACES = {
    place: regex.compile(place) for place in ("^", "$", *(f"\\{sign}" for sign in "bBAZzmMG"))
}  # atoms that take nothing
_BEHIND = 20  # characters, at most, that what looks behind is tried on


@cache
def _widths(body: Atom | Choice) -> tuple[int, float]:
    """The fewest and the most characters that a match takes."""
    if isinstance(body, Atom):
        return (0, 0) if body.text in PLACES else (1, 1)
    fewest, most = zip(*map(_widths_of, body.sequences), strict=True)
    return min(fewest), max(most)


def _widths_of(sequence: tuple[Part, ...]) -> tuple[int, float]:
    least, most = 0, 0.0
    for part in sequence:
        if isinstance(part.body, Atom) or not part.body.around:
            fewest, widest = _widths(part.body)
            least += part.least * fewest
            most += part.most * widest if widest else 0
    return least, most


def first_of(ends: Iterator[int]) -> Iterator[int]:
    for end in ends:
        yield end
        return


def takes(atom: Atom, char: str) -> bool:
    return _takes(atom.text, atom.any_case, char)


@cache
def _takes(text: str, any_case: bool, char: str) -> bool:  # by strings, which are hashed once
    if len(text) == 1 and text != ".":
        return text == char or (any_case and text.casefold() == char.casefold())
    pattern = _compiled(text, any_case)
    return pattern is not None and pattern.fullmatch(char) is not None


@cache
def _compiled(text: str, any_case: bool) -> regex.Pattern[str] | None:
    """None for what is no atom by itself, such as a reference to a group."""
    try:
        return regex.compile(text, regex.I if any_case else 0)
    except regex.error:
        return None
