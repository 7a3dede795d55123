"""Whether a pattern can run away: it is tried on texts made to lead it astray, and the time it takes is measured.

Such a text leads a pattern to one of its repeats, goes on with what the repeat takes for as long as wanted, and then
fails it: `lead + pump * times + end`. Leads, pumps and ends are made from the pattern itself. Time that grows much
faster than the text is the proof; a pattern that passes is not proven safe, so each runs under a time limit all the
same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from typing import NamedTuple

import regex

from ..engine.patterns import PATTERN_TIMEOUT, spaced
from ..rules.patterns import Atom, Choice, Part, atoms, parse

LENGTH = 3000  # of the texts, in characters; a quadratic search takes 4 ms on them or more, a linear one a tenth of one
SUSPECT_SECONDS = 0.001
BAD_SECONDS = 0.1  # for such a text, however the time grows
STEP = 4  # from one length to the next, where the growth is measured
GROWTH = 9  # a text STEP times as long may take so many times as long: linear is 4, quadratic 16
MOST_TEXTS = 2000  # for one pattern; those made first tell most
MOST_SECONDS = 10.0  # for one pattern that is slow, but not so slow as to be bad
_SIGNS = "a1 A.,-(/:é字\u0301"  # one of each sort that classes tell apart
_FAILING = "!"


Search = Callable[[str], None]


class Strain(NamedTuple):
    """The text `lead + pump * times + end` and the seconds that a pattern took on it."""

    lead: str
    pump: str
    times: int
    end: str
    seconds: float

    @property
    def text(self) -> str:
        return self.lead + self.pump * self.times + self.end

    def __str__(self) -> str:
        pieces = [repr(self.lead)] * bool(self.lead) + [f"{self.pump!r} * {self.times}"]
        return " + ".join([*pieces, *[repr(self.end)] * bool(self.end)])


@cache
def find_strain(source: str, as_it_stands: bool = False) -> Strain | None:
    """A text on which the time of a pattern grows much faster than the text; None if none is found.

    Patterns see each run of white space as one space, but for those that cut, which see the text `as_it_stands`.
    Raises `regex.error` for what does not compile.
    """
    pattern = regex.compile(source)

    def search(text: str) -> None:
        pattern.search(text if as_it_stands else spaced(text), timeout=PATTERN_TIMEOUT)

    stop = time.process_time() + MOST_SECONDS
    for lead, pump, end in islice(_texts(source), MOST_TEXTS):
        strain = _measure(search, lead, pump, LENGTH // len(pump), end)
        if strain.seconds > SUSPECT_SECONDS:
            found = _growth(search, lead, pump, end)
            if found is not None:
                return found
            if strain.seconds > BAD_SECONDS:
                return strain
        if time.process_time() > stop:
            break
    return None


def _growth(search: Search, lead: str, pump: str, end: str) -> Strain | None:
    """Try ever longer texts until one takes long enough to tell how the time grows."""
    before = float("inf")
    count = 8
    while len(pump) * count <= STEP * LENGTH:
        bad = max(GROWTH * before, SUSPECT_SECONDS)
        strain = _measure(search, lead, pump, count, end)
        for tries, least in ((2, 0.0), (8, bad)):  # a busy machine slows some; what takes a whole budget is sure enough
            if least < strain.seconds < PATTERN_TIMEOUT:
                strain = min(strain, *(_measure(search, lead, pump, count, end) for _ in range(tries)), key=_by_seconds)
        if strain.seconds > bad:
            return strain
        before = strain.seconds
        count *= STEP
    return None


def _by_seconds(strain: Strain) -> float:
    return strain.seconds


def _measure(search: Search, lead: str, pump: str, count: int, end: str) -> Strain:
    text = lead + pump * count + end
    start = time.process_time()  # not the wall clock: other programs must not make a pattern look bad
    try:
        search(text)
    except (TimeoutError, MemoryError):
        return Strain(lead, pump, count, end, PATTERN_TIMEOUT)
    return Strain(lead, pump, count, end, time.process_time() - start)


# --- texts -------------------------------------------------------------------------------------------------------


def _texts(source: str) -> Iterator[tuple[str, str, str]]:
    """Lead, pump and end of each text to try, none twice. Lines have no white space around them, nor have these."""
    maker = _Maker(source)
    whole = maker.sample(maker.tree)
    seen = set()
    for lead, pump, rest in maker.leads():
        # A text must hold what the pattern asks for, or no search begins: hence `whole`, out of the way of a match.
        for before, end in (
            (lead, _FAILING),
            (lead, _FAILING + whole),
            (lead, rest + _FAILING),
            (lead, rest[:-1] + _FAILING + whole),
            (whole + lead, _FAILING),
        ):
            text = ("a" * (before + pump)[:1].isspace() + before, pump, end)
            if pump and text not in seen:
                seen.add(text)
                yield text


class _Maker:
    """Makes texts that a pattern, or a part of it, matches."""

    def __init__(self, source: str) -> None:
        self.tree = parse(source)
        marks = dict.fromkeys(char for char in source if not char.isalnum() and char not in "\\?*+|[]{}^$")
        self.signs = _SIGNS + "".join(marks)

    def leads(self) -> Iterator[tuple[str, str, str]]:
        """What leads to each repeat, what it takes, and what the pattern asks for behind it; then leads to nothing."""
        for lead, body, rest in self._repeats(self.tree, "", ""):
            for pump in dict.fromkeys([*self.samples(body), *self._chars(body)]):
                yield lead, pump, rest
                yield "", pump, rest
        for pump in dict.fromkeys([self.sample(self.tree), *self._chars(self.tree)]):
            yield "", pump, ""

    def _repeats(self, tree: Choice, lead: str, rest: str) -> Iterator[tuple[str, Atom | Choice, str]]:
        for sequence in tree.sequences:
            for at, part in enumerate(sequence):
                before, after = lead + self._joined(sequence[:at]), self._joined(sequence[at + 1 :]) + rest
                if part.most > 1:
                    yield before, part.body, after
                if isinstance(part.body, Choice):
                    yield from self._repeats(part.body, before, after)

    def sample(self, body: Atom | Choice) -> str:
        return next(iter(self.samples(body)), "")

    def samples(self, body: Atom | Choice) -> tuple[str, ...]:
        """For each alternative a text that it matches; for an atom one, or none."""
        if isinstance(body, Atom):
            return _taken(body.text, self.signs)[:1]
        return () if body.around else tuple(map(self._joined, body.sequences))

    def _joined(self, sequence: tuple[Part, ...]) -> str:
        return "".join(self.sample(part.body) * min(part.least, 3) for part in sequence)[:LENGTH]

    def _chars(self, body: Atom | Choice) -> list[str]:
        """Signs that its atoms take, each once."""
        return list(dict.fromkeys(sign for atom in atoms(body) for sign in _taken(atom.text, self.signs)))


@cache
def _taken(atom: str, signs: str) -> tuple[str, ...]:
    """The signs that an atom takes; a letter or digit takes itself."""
    if len(atom) == 1 and atom not in ".^$":
        return (atom,)
    try:
        pattern = regex.compile(atom)
    except regex.error:
        return ()
    found = tuple(sign for sign in dict.fromkeys(signs + atom[-1]) if pattern.fullmatch(sign))
    return found or tuple(sign for sign in atom[1:-1] if pattern.fullmatch(sign))
