"""Whether a pattern can run away: it is walked through texts made to lead it astray, and its steps are counted.

Such a text leads a pattern to one of its repeats, goes on with what the repeat takes for as long as wanted, and then
fails it: `lead + pump * times + end`. Leads, pumps and ends are made from the pattern itself. Steps that grow much
faster than the text are the proof. They are those of a plain backtracking search, so that the answer is the same on
any machine; a pattern that passes is not proven safe, and each runs under a time limit all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

import regex

from ..engine.patterns import spaced
from ..rules.patterns import Atom, Choice, Part, atoms, parse
from .search_steps import PLACES, count_steps, takes

SHORT, LONG = 250, 1000  # of the texts, in characters
GROWTH = 8  # from a short text to a long one, steps may grow so many times: linear is 4, quadratic 16
FEW = 8 * SHORT  # steps on a short text that no pattern takes whose time grows faster than the text
BAD = 500 * LONG  # steps on a long text, however they grow; a search takes about 10 ms for them
MOST = 4 * BAD  # steps for one pattern; texts that come first tell most
_SIGNS = "a1 A.,-(/:é字\u0301"  # one of each sort that classes tell apart
_PLENTY = 1e9  # of steps; more are not told apart
_FAILING = "!"


class AttackText(NamedTuple):
    """The text `lead + pump * times + end` and the steps that a pattern takes on it, at most BAD."""

    lead: str
    pump: str
    times: int
    end: str
    steps: int

    @property
    def text(self) -> str:
        return self.lead + self.pump * self.times + self.end

    def __str__(self) -> str:
        pieces = [repr(self.lead)] * bool(self.lead) + [f"{self.pump!r} * {self.times}"]
        return " + ".join([*pieces, *[repr(self.end)] * bool(self.end)])


@cache
def find_attack_text(source: str, as_it_stands: bool = False) -> AttackText | None:
    """A text on which the steps of a pattern grow much faster than the text; None if none is found.

    Patterns see each run of white space as one space, but for those that cut, which see the text `as_it_stands`.
    Raises `regex.error` for what does not compile.
    """
    regex.compile(source)
    tree = parse(source)

    def measure(lead: str, pump: str, end: str, length: int) -> AttackText:
        text = lead + pump * (length // len(pump)) + end
        steps = count_steps(tree, text if as_it_stands else spaced(text), BAD)
        return AttackText(lead, pump, length // len(pump), end, steps)

    steps = 0
    for lead, pump, end in _texts(source):
        if steps > MOST:
            break
        short = measure(lead, pump, end, SHORT)
        steps += short.steps
        if short.steps > BAD:
            return short
        if short.steps > FEW:
            long = measure(lead, pump, end, LONG)
            steps += long.steps
            if long.steps > min(GROWTH * short.steps, BAD):
                return long
    return None


def _texts(source: str) -> Iterator[tuple[str, str, str]]:
    """Lead, pump and end of each text to try, none twice. Lines have no white space around them, nor have these."""
    maker = _Maker(source)
    seen = set()
    for lead, pump, rest in maker.leads():
        for end in (_FAILING, rest + _FAILING, rest[:-1] + _FAILING):
            text = ("a" * (lead + pump)[:1].isspace() + lead, pump, end)
            if text not in seen:
                seen.add(text)
                yield text


class _Maker:
    """Makes texts that a pattern, or a part of it, matches."""

    def __init__(self, source: str) -> None:
        self.tree = parse(source)
        marks = dict.fromkeys(char for char in source if not char.isalnum() and char not in "\\?*+|[]{}^$")
        self.signs = _SIGNS + "".join(marks)
        self.atoms = frozenset(atoms(self.tree))
        self.made: dict[int, tuple[str, ...]] = {}  # by identity: comparing trees takes longer than making samples
        self.bad: dict[frozenset[str], bool] = {}
        self.anchored = all(_is_anchored(sequence) for sequence in self.tree.sequences)

    def leads(self) -> Iterator[tuple[str, str, str]]:
        """What leads to each repeat, what it takes, and what the pattern asks for behind it; then leads to nothing."""
        if not self._may_be_bad(frozenset(atom.text for atom in self.atoms)):
            return
        for lead, body, rest in self._repeats(self.tree, "", ""):
            for pump in self._pumps([*self.samples(body), *self._chars(body)]):
                yield lead, pump, rest
                yield "", pump, rest
        for pump in self._pumps([self.sample(self.tree), *self._chars(self.tree)]):
            yield "", pump, ""

    def _pumps(self, samples: Iterable[str]) -> Iterator[str]:
        for pump in dict.fromkeys(samples):
            takers = frozenset(atom.text for atom in self.atoms if any(takes(atom, char) for char in pump))
            if takers not in self.bad:
                self.bad[takers] = self._may_be_bad(takers)
            if self.bad[takers] and pump:
                yield pump

    def _may_be_bad(self, takers: frozenset[str]) -> bool:
        """Whether so many steps can be taken in a long text of what these take; most patterns are cleared by this."""
        most = _most(self.tree, takers)
        return most.led_steps + (0 if self.anchored else LONG * most.steps) > BAD

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
            return _taken(body, self.signs)[:1]
        if id(body) not in self.made:
            self.made[id(body)] = () if body.around else tuple(map(self._joined, body.sequences))
        return self.made[id(body)]

    def _joined(self, sequence: tuple[Part, ...]) -> str:
        return "".join(self.sample(part.body) * min(part.least, 3) for part in sequence)[:LONG]

    def _chars(self, body: Atom | Choice) -> list[str]:
        """Signs that its atoms take, each once."""
        return list(dict.fromkeys(sign for atom in atoms(body) for sign in _taken(atom, self.signs)))


class _Most(NamedTuple):
    """At most so many ways and steps, from one place in a long text of signs; `led`, from a lead into such a text."""

    ways: float
    steps: float
    led_ways: float
    led_steps: float


def _most(body: Atom | Choice, takers: frozenset[str]) -> _Most:
    """As much as there can be where each sign is taken by some of the atoms, and none by others."""
    if isinstance(body, Atom):
        return _Most(body.text in takers or body.text in PLACES, 1, 0, 1)
    ways, steps, led_ways, led_steps = map(sum, zip(*(_most_of(each, takers) for each in body.sequences), strict=True))
    if body.around or body.opener == "(?>":
        ways, led_ways = min(ways, 1), min(led_ways, 1)
    return _Most(ways, steps, led_ways, led_steps)


def _most_of(sequence: tuple[Part, ...], takers: frozenset[str]) -> _Most:
    ways, steps, led_ways, led_steps = 1.0, 0.0, 0.0, 0.0
    for part in sequence:
        if part.most == 1 and isinstance(part.body, Atom):  # most parts of most patterns
            again = (part.body.text in takers or part.body.text in PLACES) + (not part.least)
            steps += ways
            led_steps += led_ways + 2
            ways *= again
            led_ways = (led_ways + 1) * again
            continue
        most = _most_of_part(part, takers)
        steps = min(steps + ways * most.steps, _PLENTY)
        ways = min(ways * most.ways, _PLENTY)
        led_steps = min(led_steps + most.led_steps + (led_ways + 1) * most.steps, _PLENTY)  # 1: the lead ends here
        led_ways = min(most.led_ways + (led_ways + 1) * most.ways, _PLENTY)
    return _Most(ways, steps, led_ways, led_steps)


def _most_of_part(part: Part, takers: frozenset[str]) -> _Most:
    body = _most(part.body, takers)
    if part.most == 1:
        return body._replace(ways=body.ways + (not part.least))
    most = min(part.most, LONG)
    if body.ways > 1:
        again = min(body.ways, _PLENTY) ** min(most, 30)  # 2 ** 30 ways are plenty
        ways = again
    else:
        again = most if body.ways else 1
        ways = (again - max(part.least, 1) + 1) * body.ways
    ways += not part.least
    led_ways = (body.led_ways + 1) * again
    if part.possessive:
        ways, led_ways = min(ways, 1), min(led_ways, 1)
    return _Most(ways, body.steps * again, led_ways, body.led_steps + (body.led_ways + 1) * body.steps * again)


def _is_anchored(sequence: tuple[Part, ...]) -> bool:
    """Whether it can match at the start of a text alone."""
    for part in sequence:
        if isinstance(part.body, Atom):
            return part.body.text in ("^", "\\A") and part.least > 0
        if not part.body.around:
            return part.least > 0 and all(map(_is_anchored, part.body.sequences))
    return False


@cache
def _taken(atom: Atom, signs: str) -> tuple[str, ...]:
    """The signs that an atom takes; a letter or digit takes itself."""
    if len(atom.text) == 1 and atom.text not in ".^$":
        return (atom.text,)
    if atom.text in PLACES:
        return ()
    found = tuple(sign for sign in dict.fromkeys(signs + atom.text[-1]) if takes(atom, sign))
    return found or tuple(sign for sign in atom.text[1:-1] if takes(atom, sign))
