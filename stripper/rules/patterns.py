"""Patterns as trees: how their parts follow each other, and how often each may come.

Reads as much of the syntax of `regex` as that takes; what it does not know it takes for a character. Nothing is
compiled here, since compiling is what a pattern must be fit for first.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import prod

MOST_CHARACTERS = 10_000  # of a pattern; `regex` takes longer than linear to compile one
MOST_ATOMS = 100_000  # once its repeats are written out, as compiling does: takes 40 MB
MOST_ATOMS_OF_PACKS = 1_000_000  # of all patterns together: 400 MB
MOST_DEPTH = 100  # of its groups; `regex` gives up at about twice as many


@dataclass(frozen=True, slots=True)
class Atom:
    """What takes one character or none, as the pattern has it."""

    text: str
    any_case: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """An atom or a group, and how often it may come; `most` may be infinite.

    It takes as much as it can and gives back later, but for one that is `lazy` (takes more later) or `possessive`
    (gives nothing back).
    """

    body: Atom | Choice
    least: int = 1
    most: float = 1
    lazy: bool = False
    possessive: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Alternatives, each a sequence of parts, and what opens them: "(?:", "(?=", "(?>" and so on."""

    sequences: tuple[tuple[Part, ...], ...]
    opener: str = "(?:"

    @property
    def around(self) -> bool:
        """Whether it looks around and takes nothing."""
        return self.opener in AROUND


NOT_THERE = ("(?!", "(?<!")
AROUND = ("(?=", "(?<=", *NOT_THERE)

_SET = r"\[ \^? \]? (?: \[: [\w\ ^&.-]* (?: [:=] [\w\ &./-]+ )? :\] | \\ . | [^\]\\] )* \]"
_REMARK = r"\( \? \# (?: \\ . | [^)\\] )* \)"
_TOKEN = re.compile(
    rf"""
      (?P<flags>     \( \? [a-zA-Z]*(?:-[a-z]+)? \) | {_REMARK} )
    | (?P<around>    \( \? <?[=!] )
    | (?P<open>      \( (?: \? (?: P?<\w+> | [>|] | [a-zA-Z]*(?:-[a-z]+)?: ) )? )
    | (?P<close>     \) )
    | (?P<or>        \| )
    | (?P<repeat>    (?: [*+?] | \{{ (?: [0-9]{{1,9}} (?: , [0-9]{{0,9}} )? | , [0-9]{{0,9}} ) \}} ) [?+]? )
    | (?P<atom>      \\ [pP] (?: \{{ [\w\ ^&.:=/-]* \}} | [CLMNPSZ] ) | \\ N \{{ [\w\ -]* \}} | \\ .
                   | {_SET} | . )
    """,
    re.X | re.S,
)


_CASE = re.compile(r"\(\?(?!P?<|\#)(?:[a-zA-Z]*(i)|[a-zA-Z]*-[a-z]*i)")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|.)", re.S)
_SPACED = re.compile(r"\(\?[bfimrsw]*x[bfimrsw]*\)")  # where this heads a pattern, white space and comments are nothing
_SPACE = re.compile(rf"(\\.|{_SET}|{_REMARK})|\s|\#[^\n]*", re.S | re.X)


@lru_cache(maxsize=4096)  # each pattern is asked for several times while packs are read
def parse(pattern: str) -> Choice:
    """Raises RecursionError for what is nested too deeply."""
    tokens = ((token.lastgroup or "", token.group()) for token in _TOKEN.finditer(plainly(pattern)))
    return _choice(tokens, "(?:", any_case=False, depth=0)


def plainly(pattern: str) -> str:
    """A pattern without escapes by number, and without the white space of one that is spaced out."""
    if head := _SPACED.match(pattern):
        case = "(?i)" if "i" in head[0] else ""
        pattern = case + _SPACE.sub(lambda found: found[1] or "", pattern[head.end() :])
    return _ESCAPE.sub(_literally, pattern)


def _literally(escape: re.Match[str]) -> str:
    code = int(escape[escape.lastindex or 0][-8:], 16) if escape.lastindex else sys.maxunicode + 1
    if code > sys.maxunicode:
        return escape[0]
    return chr(code) if chr(code).isalnum() else "\\" + chr(code)


def _choice(tokens: Iterator[tuple[str, str]], opener: str, any_case: bool, depth: int) -> Choice:
    """The alternatives from here up to the bracket that closes them."""
    if depth > MOST_DEPTH:
        raise RecursionError
    any_case = _ignores_case(opener, any_case)
    sequences: list[list[Part]] = [[]]
    for kind, text in tokens:
        if kind == "close":
            break
        if kind == "or":
            sequences.append([])
        elif kind == "flags":
            any_case = _ignores_case(text, any_case)
        elif kind == "atom":
            sequences[-1].append(Part(Atom(text, any_case)))
        elif kind in ("open", "around"):
            sequences[-1].append(Part(_choice(tokens, text, any_case, depth + 1)))
        elif kind == "repeat" and sequences[-1]:
            body = sequences[-1].pop().body
            sequences[-1].append(Part(body, *_bounds(text), text[1:].endswith("?"), text[1:].endswith("+")))
    return Choice(tuple(map(tuple, sequences)), opener)


def _ignores_case(opener: str, before: bool) -> bool:
    flags = _CASE.match(opener)
    return before if flags is None else bool(flags[1])


def _bounds(repeat: str) -> tuple[int, float]:
    if repeat[0] != "{":
        return int(repeat[0] == "+"), 1 if repeat[0] == "?" else float("inf")
    least, comma, most = repeat.rstrip("?+")[1:-1].partition(",")
    return int(least or 0), float(most or "inf") if comma else int(least)


# What is misread: verbs, calls, conditions, flags that change what the rest means, references, fuzzy matching.
_STRANGE = re.compile(
    r"""
      \( (?: \* [a-zA-Z] | \? (?: [\d&R(] | P [=>&] | [+-] \d | [a-zA-Z-]* [afuxV] ) )
    | \\ [gkL\d]
    | \{ (?! [0-9]{0,9} (?: , [0-9]{0,9} )? \} )
    """,
    re.X,
)


@lru_cache(maxsize=4096)
def is_strange(pattern: str) -> bool:
    """Whether a pattern holds what `parse` misreads, so that its tree tells nothing for sure."""
    plain = plainly(pattern)
    return any(_STRANGE.match(plain, token.start()) for token in _TOKEN.finditer(plain))


def atoms(body: Atom | Choice) -> Iterator[Atom]:
    """All of a tree, in order."""
    if isinstance(body, Atom):
        yield body
    else:
        for sequence in body.sequences:
            for part in sequence:
                yield from atoms(part.body)


def size(body: Atom | Choice) -> int:
    """The number of atoms once repeats are written out, as compiling does."""
    if isinstance(body, Atom):
        return 1
    return sum(size(part.body) * _copies(part) for sequence in body.sequences for part in sequence)


def _copies(part: Part) -> int:
    """How often the compiler writes out a part: as often as it must come and once more, but for what may be missing."""
    return part.least + 1 if part.least and (part.least, part.most) != (1, 1) else 1


_REPEATS = re.compile(r"\+|\{(?:[0-9\s]|\#[^\n]*\n)+")  # with what may stand between where it is spaced out
_COMMENT = re.compile(r"\s|\#[^\n]*\n")


def _most_atoms(pattern: str) -> int:
    """As many atoms as a pattern can come to, however it is read."""
    repeats = (_COMMENT.sub("", found.lstrip("{")) for found in _REPEATS.findall(pattern))
    return len(pattern) * prod(2 if each == "+" else int(each.lstrip("0")[:9] or 0) + 1 for each in repeats)


@lru_cache(maxsize=4096)
def atoms_written_out(pattern: str) -> int:
    """The size of what compiling makes of a pattern, or more. Raises RecursionError for what is nested too deeply."""
    count = size(parse(pattern))
    return max(count, _most_atoms(pattern)) if is_strange(pattern) else count


def too_large(pattern: str) -> str:
    """Why a pattern is not fit to be compiled; empty if it is."""
    if len(pattern) > MOST_CHARACTERS:
        return f"is longer than {MOST_CHARACTERS:,} characters"
    try:
        count = atoms_written_out(pattern)
    except RecursionError:
        return "is nested too deeply"
    return f"repeats more than {MOST_ATOMS:,} parts" if count > MOST_ATOMS else ""
