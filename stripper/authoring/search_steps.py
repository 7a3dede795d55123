"""The steps that a plain backtracking search takes, counted: the same on any machine, however busy it is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import chain

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
    """

    def __init__(self, text: str, most: int) -> None:
        self.text, self.most = text, most
        self.steps = 0

    def ends(self, body: Atom | Choice, at: int) -> Iterator[int]:
        if isinstance(body, Atom):
            return iter(self._atom(body, at))
        if body.around:
            return iter((at,) if self._lookaround(body, at) else ())
        found = chain.from_iterable(self._sequence(sequence, at) for sequence in body.sequences)
        return first_of(found) if body.opener == "(?>" else found

    def _atom(self, atom: Atom, at: int) -> tuple[int, ...]:
        self.steps += 1
        if self.steps > self.most:
            raise _Exhausted
        if atom.text in PLACES:
            return (at,) if PLACES[atom.text].match(self.text, at) else ()
        return (at + 1,) if at < len(self.text) and takes(atom, self.text[at]) else ()

    def _lookaround(self, body: Choice, at: int) -> bool:
        plain = Choice(body.sequences)
        if body.opener.startswith("(?<"):
            found = any(at in self.ends(plain, start) for start in range(at, max(at - _BEHIND, -1), -1))
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
        return first_of(found) if part.possessive else found

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
_BEHIND = 20  # characters that what looks behind is tried on


def first_of(ends: Iterator[int]) -> Iterator[int]:
    for end in ends:
        yield end
        return


@cache
def takes(atom: Atom, char: str) -> bool:
    if len(atom.text) == 1 and atom.text != ".":
        return atom.text == char or (atom.any_case and atom.text.casefold() == char.casefold())
    pattern = _compiled(atom)
    return pattern is not None and pattern.fullmatch(char) is not None


@cache
def _compiled(atom: Atom) -> regex.Pattern[str] | None:
    """None for what is no atom by itself, such as a reference to a group."""
    try:
        return regex.compile(atom.text, regex.I if atom.any_case else 0)
    except regex.error:
        return None
