"""Whether a pattern can run away: it is walked through texts made to lead it astray, and its steps are counted.

Such a text leads a pattern to one of its repeats, goes on with what the repeat takes for as long as wanted, and then
fails it: `prefix + pump * times + suffix`. All three are made from the pattern itself. Steps that grow much
faster than the text are the proof. They are those of a plain backtracking search, so that the answer is the same on
any machine; a pattern that passes is not proven safe, and each runs under a time limit all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

import regex

from ..engine.matching.patterns import TRIED, spaced
from ..rules.patterns import Atom, Choice, Part, atoms, parse
from .search_steps import PLACES, count_steps, takes

SHORT, LONG = 250, TRIED  # of the texts, in characters
GROWTH = 8  # from a short text to a long one, steps may grow so many times: linear is 4, quadratic 16
FEW = 8 * SHORT  # steps on a short text that no pattern takes whose time grows faster than the text
BAD = 500 * LONG  # steps on a long text, however they grow; a search takes about 10 ms for them
MOST = 4 * BAD  # steps for one pattern; texts that come first tell most
MAKING = 4000  # steps that reading a pattern takes as long as, however harmless it is
MOST_OF_A_PACK = 10 * MOST  # for all of a user's own; the shipped ones, some 2,000, take half of these
_SIGNS = "a1 A.,-(/:é字\u0301"  # one of each sort that classes tell apart
_PLENTY = 1e9  # of steps; more are not told apart
_FAILING = "!" * 6  # more marks than a pattern lets stand at the end of a line


class AttackText(NamedTuple):
    """The text `prefix + pump * times + suffix` and the steps that a pattern takes on it, at most BAD."""

    prefix: str
    pump: str
    times: int
    suffix: str
    steps: int

    @property
    def text(self) -> str:
        return self.prefix + self.pump * self.times + self.suffix

    def __str__(self) -> str:
        pieces = [repr(self.prefix)] * bool(self.prefix) + [f"{self.pump!r} * {self.times}"]
        return " + ".join([*pieces, *[repr(self.suffix)] * bool(self.suffix)])


class Attack(NamedTuple):
    """The text on which a pattern runs away, if one was found, and the steps that looking for it took."""

    text: AttackText | None
    steps: int


@cache
def find_attack(source: str, as_it_stands: bool = False) -> Attack:
    """A text on which the steps of a pattern grow much faster than the text, if one is found.

    Patterns see each run of white space as one space, but for those that cut, which see the text `as_it_stands`.
    Raises `regex.error` for what does not compile.
    """
    regex.compile(source)
    tree = parse(source)

    def attack(prefix: str, pump: str, suffix: str, length: int) -> AttackText:
        text = prefix + pump * (length // len(pump)) + suffix
        steps = count_steps(tree, text if as_it_stands else spaced(text), BAD)
        return AttackText(prefix, pump, length // len(pump), suffix, steps)

    steps = MAKING + len(source) ** 2 // 100  # for making the texts, which takes as long
    most = steps + MOST
    for prefix, pump, suffix in _texts(source):
        if steps > most:
            break
        short = attack(prefix, pump, suffix, SHORT)
        steps += short.steps
        if short.steps > BAD:
            return Attack(short, steps)
        if short.steps > FEW:
            long = attack(prefix, pump, suffix, LONG)
            steps += long.steps
            if long.steps > min(GROWTH * short.steps, BAD):
                return Attack(long, steps)
    return Attack(None, steps)


def _texts(source: str) -> Iterator[tuple[str, str, str]]:
    """Prefix, pump and suffix of each text to try, none twice, without white space around it, as lines are."""
    maker = _Maker(source)
    seen = set()
    for prefix, pump, rest in maker.attacks():
        for suffix in (_FAILING, rest + _FAILING, rest[:-1] + _FAILING):
            text = ("a" * (prefix + pump)[:1].isspace() + prefix, pump, suffix)
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

    def attacks(self) -> Iterator[tuple[str, str, str]]:
        """What is before each repeat, what that takes, and what is asked for behind it; again with nothing before."""
        if not self._may_be_bad(frozenset(atom.text for atom in self.atoms)):
            return
        for prefix, body, rest in self._repeats(self.tree, "", ""):
            for pump in self._pumps([*self.samples(body), *self._chars(body)]):
                yield prefix, pump, rest
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
        return most.prefix_steps + (0 if self.anchored else LONG * most.steps) > BAD

    def _repeats(self, tree: Choice, prefix: str, rest: str) -> Iterator[tuple[str, Atom | Choice, str]]:
        for sequence in tree.sequences:
            for at, part in enumerate(sequence):
                before, after = prefix + self._joined(sequence[:at]), self._joined(sequence[at + 1 :]) + rest
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
    """At most so many ways and steps, from one place in a long text of signs; with `prefix`, from a text before it."""

    ways: float
    steps: float
    prefix_ways: float
    prefix_steps: float


def _most(body: Atom | Choice, takers: frozenset[str]) -> _Most:
    """As much as there can be where each sign is taken by some of the atoms, and none by others."""
    if isinstance(body, Atom):
        return _Most(body.text in takers or body.text in PLACES, 1, 0, 1)
    ways, steps, prefix_ways, prefix_steps = map(
        sum, zip(*(_most_of(each, takers) for each in body.sequences), strict=True)
    )
    if body.around or body.opener == "(?>":
        ways, prefix_ways = min(ways, 1), min(prefix_ways, 1)
    return _Most(ways, steps, prefix_ways, prefix_steps)


def _most_of(sequence: tuple[Part, ...], takers: frozenset[str]) -> _Most:
    ways, steps, prefix_ways, prefix_steps = 1.0, 0.0, 0.0, 0.0
    for part in sequence:
        if part.most == 1 and isinstance(part.body, Atom):  # most parts of most patterns
            again = (part.body.text in takers or part.body.text in PLACES) + (not part.least)
            steps += ways
            prefix_steps += prefix_ways + 2
            ways *= again
            prefix_ways = (prefix_ways + 1) * again
            continue
        most = _most_of_part(part, takers)
        steps = min(steps + ways * most.steps, _PLENTY)
        ways = min(ways * most.ways, _PLENTY)
        prefix_steps = min(
            prefix_steps + most.prefix_steps + (prefix_ways + 1) * most.steps, _PLENTY
        )  # 1: the prefix ends here
        prefix_ways = min(most.prefix_ways + (prefix_ways + 1) * most.ways, _PLENTY)
    return _Most(ways, steps, prefix_ways, prefix_steps)


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
    prefix_ways = (body.prefix_ways + 1) * again
    if part.possessive:
        ways, prefix_ways = min(ways, 1), min(prefix_ways, 1)
    return _Most(ways, body.steps * again, prefix_ways, body.prefix_steps + (body.prefix_ways + 1) * body.steps * again)


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
