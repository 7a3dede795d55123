"""Patterns as trees: how their parts follow each other, and how often each may come.

Reads as much of the syntax of `regex` as that takes; what it does not know it takes for a character. Nothing is
compiled here, since compiling is what a pattern must be fit for first.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, reduce
from math import prod
from operator import or_

from ..reading.text import DIGIT, NON_ASCII, initial_class

MOST_CHARACTERS = 10_000  # of a pattern; `regex` takes longer than linear to compile one
MOST_ATOMS = 100_000  # once its repeats are written out, as compiling does: takes 40 MB
MOST_DEPTH = 100  # of its groups; `regex` gives up at about twice as many


@dataclass(frozen=True, slots=True)
class Atom:
    """What takes one character or none, as the pattern has it."""

    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """An atom or a group, and how often it may come; `most` may be infinite."""

    body: Atom | Choice
    least: int = 1
    most: float = 1


@dataclass(frozen=True, slots=True)
class Choice:
    """Alternatives, each a sequence of parts. One that looks `around` takes nothing."""

    sequences: tuple[tuple[Part, ...], ...]
    around: bool = False


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


_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|.)", re.S)
_SPACED = re.compile(r"\(\?[bfimrsw]*x[bfimrsw]*\)")  # where this heads a pattern, white space and comments are nothing
_SPACE = re.compile(rf"(\\.|{_SET}|{_REMARK})|\s|\#[^\n]*", re.S | re.X)


@lru_cache(maxsize=4096)  # each pattern is asked for several times while packs are read
def parse(pattern: str) -> Choice:
    """Raises RecursionError for what is nested too deeply."""
    tokens = ((token.lastgroup or "", token.group()) for token in _TOKEN.finditer(plainly(pattern)))
    return _choice(tokens, around=False, depth=0)


def plainly(pattern: str) -> str:
    """A pattern without escapes by number, and without the white space of one that is spaced out."""
    if head := _SPACED.match(pattern):
        pattern = _SPACE.sub(lambda found: found[1] or "", pattern[head.end() :])
    return _ESCAPE.sub(_literally, pattern)


def _literally(escape: re.Match[str]) -> str:
    code = int(escape[escape.lastindex or 0][-8:], 16) if escape.lastindex else sys.maxunicode + 1
    if code > sys.maxunicode:
        return escape[0]
    return chr(code) if chr(code).isalnum() else "\\" + chr(code)


def _choice(tokens: Iterator[tuple[str, str]], around: bool, depth: int) -> Choice:
    """The alternatives from here up to the bracket that closes them."""
    if depth > MOST_DEPTH:
        raise RecursionError
    sequences: list[list[Part]] = [[]]
    for kind, text in tokens:
        if kind == "close":
            break
        if kind == "or":
            sequences.append([])
        elif kind == "atom":
            sequences[-1].append(Part(Atom(text)))
        elif kind in ("open", "around"):
            sequences[-1].append(Part(_choice(tokens, kind == "around", depth + 1)))
        elif kind == "repeat" and sequences[-1]:
            sequences[-1].append(Part(sequences[-1].pop().body, *_bounds(text)))
    return Choice(tuple(map(tuple, sequences)), around)


def _bounds(repeat: str) -> tuple[int, float]:
    if repeat[0] != "{":
        return int(repeat[0] == "+"), 1 if repeat[0] == "?" else float("inf")
    least, comma, most = repeat.rstrip("?+")[1:-1].partition(",")
    return int(least or 0), float(most or "inf") if comma else int(least)


# What is misread: verbs, calls, conditions, flags that change what the rest means, references, fuzzy matching.
_STRANGE = re.compile(
    r"""
      \( (?: \* [a-zA-Z] | \? (?: [\d&R(] | P [=>&] | [+-] \d | [a-zA-Z-]* [auxV] ) )
    | \\ [gkL\d]
    | \{ (?! [0-9]{0,9} ,? [0-9]{0,9} \} )
    """,
    re.X,
)


@lru_cache(maxsize=4096)
def is_strange(pattern: str) -> bool:
    """Whether a pattern required_characters what `parse` misreads, so that its tree tells nothing for sure."""
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


def required_texts(pattern: str, known: Callable[[str], bool]) -> frozenset[str]:
    """Texts of which each text that a pattern matches required_characters one, all of them `known`; empty if there are none such.

    Characters come as the pattern has them, in whatever case.
    """
    return frozenset() if is_strange(pattern) else _required_texts(parse(pattern), known)


def _required_texts(body: Atom | Choice, known: Callable[[str], bool]) -> frozenset[str]:
    if isinstance(body, Atom) or body.around:
        return frozenset()
    each = [_required_by_all(sequence, known) for sequence in body.sequences]
    return frozenset().union(*each) if all(each) else frozenset()


def _required_by_all(sequence: tuple[Part, ...], known: Callable[[str], bool]) -> frozenset[str]:
    """Of the parts that must come, those that tell most: whose shortest text is longest."""
    found: list[frozenset[str]] = []
    run = ""
    for part in (*sequence, Part(Atom("."))):
        char = _character(part.body) if part.least == part.most == 1 else ""
        if char:
            run += char
            continue
        if run and known(run):
            found.append(frozenset({run}))
        run = ""
        if part.least:
            found.append(_required_texts(part.body, known))
    return max(found, key=lambda texts: min(map(len, texts), default=0), default=frozenset())


def _character(body: Atom | Choice) -> str:
    """The one character that an atom takes; empty if it takes others too."""
    if isinstance(body, Choice) or body.text in (".", "^", "$") or body.text[0] == "[":
        return ""
    return body.text[-1] if len(body.text) == 1 or (len(body.text) == 2 and not body.text[1].isalnum()) else ""


def required_characters(pattern: str) -> int:
    """What any text that a pattern matches required_characters, of what `missing_characters` knows, as far as the pattern shows it."""
    return 0 if is_strange(pattern) else _required_characters(parse(pattern))


def _required_characters(body: Atom | Choice) -> int:
    if isinstance(body, Atom):
        return _required_by_character(body.text)
    if body.around:
        return 0
    found = DIGIT | NON_ASCII
    for sequence in body.sequences:
        found &= reduce(or_, (_required_characters(part.body) for part in sequence if part.least), 0)
    return found


def _required_by_character(atom: str) -> int:
    if atom in ("\\d", "[0-9]", "[\\d]") or (len(atom) == 1 and atom.isdecimal()):
        return DIGIT
    chars = atom[1:-1] if atom[0] == "[" else atom
    # In whatever case: the capital of 'ı' is an ASCII letter, and so may be what a pattern with 'ı' finds.
    cases = chars + chars.lower() + chars.upper() + chars.casefold()
    return 0 if not chars or any(map(str.isascii, cases)) else NON_ASCII


def possible_initials(pattern: str) -> str:
    """The classes, see `initial_class`, that the first character of each text that a pattern matches is of.

    Empty if it may be of any, as far as the pattern shows it.
    """
    body = parse(pattern)
    anchored = all(sequence and sequence[0] == Part(Atom("^")) for sequence in body.sequences)
    if not anchored or is_strange(pattern):
        return ""
    found = _possible_initials(body)
    return "" if found & {_ANY, _NONE} else "".join(sorted(found))


_ANY, _NONE = "any", "none"  # of all classes; without a character, so that what follows has the first one


def _possible_initials(body: Atom | Choice) -> set[str]:
    if isinstance(body, Atom):
        return _initials_of_atom(body.text)
    if body.around:
        return {_NONE}
    found: set[str] = set()
    for sequence in body.sequences:
        some = {_NONE}
        for part in sequence:
            if _NONE in some:
                some = some - {_NONE} | _possible_initials(part.body) | (set() if part.least else {_NONE})
        found |= some
    return found


_MEMBER = re.compile(r"(\\[dsW])|(\\?.)(?:-(\\?.))?", re.S)  # of a set of characters: a class, one, or a range
_CLASSES = {"\\d": {"0", "."}, "\\s": {"."}, "\\W": {"."}}  # of digits Python may not know the latest
_LONGEST = 64  # characters of a range that are looked at one by one


def _initials_of_atom(atom: str) -> set[str]:
    if atom in ("^", "\\b"):
        return {_NONE}
    if atom == "." or atom.startswith(("[^", "\\p", "\\P", "\\N")) or "[" in atom[1:]:
        return {_ANY}
    found: set[str] = set()
    for known, first, last in _MEMBER.findall(atom[1:-1] if atom[0] == "[" else atom):
        last = last or first
        if known:
            found |= _CLASSES[known]
        elif any(each[1:].isalnum() for each in (first, last)) or ord(last[-1]) - ord(first[-1]) > _LONGEST:
            return {_ANY}
        else:
            found.update(initial_class(chr(code)) for code in range(ord(first[-1]), ord(last[-1]) + 1))
    return found


def size(body: Atom | Choice) -> int:
    """The number of atoms once repeats are written out as often as they must come."""
    if isinstance(body, Atom):
        return 1
    return sum(size(part.body) * max(part.least, 1) for sequence in body.sequences for part in sequence)


_TIMES = re.compile(r"\{((?:[0-9\s]|\#[^\n]*\n)+)")  # how often, with what may stand between where it is spaced out
_COMMENT = re.compile(r"\s|\#[^\n]*\n")


def _most_atoms(pattern: str) -> int:
    """As many atoms as a pattern can come to, however it is read."""
    times = (_COMMENT.sub("", found)[:9] for found in _TIMES.findall(pattern))
    return len(pattern) * prod(max(int(each or 1), 1) for each in times)


def too_large(pattern: str) -> str:
    """Why a pattern is not fit to be compiled; empty if it is."""
    if len(pattern) > MOST_CHARACTERS:
        return f"is longer than {MOST_CHARACTERS:,} characters"
    try:
        count = size(parse(pattern))
    except RecursionError:
        return "is nested too deeply"
    if count > MOST_ATOMS or (is_strange(pattern) and _most_atoms(pattern) > MOST_ATOMS):
        return f"repeats more than {MOST_ATOMS:,} parts"
    return ""
