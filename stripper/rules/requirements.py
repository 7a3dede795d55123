"""What any text that a pattern matches must hold or begin with, read off its tree.

Where a pattern shows nothing for sure, it is said to require nothing, and is tried on every line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import reduce
from math import inf
from operator import or_

from .characters import DIGIT, FIGURE, NON_ASCII, initial_class
from .patterns import NOT_THERE, Atom, Choice, Part, is_strange, parse


def required_texts(pattern: str, known: Callable[[str], bool]) -> frozenset[str]:
    """Texts of which each line that a pattern is found in holds one, all of them `known`; empty if there are none such.

    Characters come as the pattern has them, in whatever case.
    """
    return frozenset() if is_strange(pattern) else _most_telling(_required(parse(pattern), known, of_characters=False))


def required_sets(pattern: str) -> list[frozenset[str]]:
    """Sets of texts, of each of which each line that a pattern is found in holds one."""
    return [] if is_strange(pattern) else _required(parse(pattern), bool, of_characters=True)


def _required(body: Atom | Choice, known: Callable[[str], bool], of_characters: bool) -> list[frozenset[str]]:
    """What `required_sets` gives, of texts that are `known` alone, and of sets of characters if these are asked for."""
    if isinstance(body, Atom):
        return [chars] if of_characters and (chars := _characters(body.text)) else []
    if body.opener in NOT_THERE:
        return []
    each = [_required_by_all(sequence, known, of_characters) for sequence in body.sequences]
    if len(each) == 1:
        return each[0]
    return [frozenset().union(*map(_most_telling, each))] if all(each) else []


def _required_by_all(
    sequence: tuple[Part, ...], known: Callable[[str], bool], of_characters: bool
) -> list[frozenset[str]]:
    """What the parts that must come require, each for itself; characters that follow each other are one text."""
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
            found += _required(part.body, known, of_characters)
    return found


def _most_telling(sets: list[frozenset[str]]) -> frozenset[str]:
    """The set whose shortest text is longest."""
    return max(sets, key=lambda texts: min(map(len, texts)), default=frozenset())


def _character(body: Atom | Choice) -> str:
    """The one character that an atom takes; empty if it takes others too."""
    if isinstance(body, Choice) or body.text in (".", "^", "$") or body.text[0] == "[":
        return ""
    return body.text[-1] if len(body.text) == 1 or (len(body.text) == 2 and not body.text[1].isalnum()) else ""


def _characters(atom: str) -> frozenset[str]:
    """The few characters of which an atom takes one; none if it takes others too."""
    if char := _character(Atom(atom)):
        return frozenset(char)
    if atom[0] != "[" or atom[1:2] in ("", "^") or "[" in atom[1:]:  # "": of a set that does not end
        return frozenset()
    members = _MEMBER.findall(atom[1:-1])
    if any(known or last or (len(char) == 2 and char[1].isalnum()) for known, char, last in members):
        return frozenset()
    return frozenset(char[-1] for _, char, _ in members)


def longest_match(pattern: str) -> float:
    """The most characters of a text that a pattern matches from its start to its end; infinite if there may be any."""
    body = parse(pattern)
    bound = all(each and _is(each[0], "^") and _is(each[-1], "$") for each in body.sequences)
    return _longest(body) if bound and not is_strange(pattern) else inf


def _longest(body: Atom | Choice) -> float:
    if isinstance(body, Atom):
        return 0 if body.text in ("^", "$", "\\b") else inf if body.text == "\\X" else 1
    if body.around:
        return 0
    return max(
        sum(part.most * length for part in sequence if (length := _longest(part.body)))  # infinitely often nothing is 0
        for sequence in body.sequences
    )


def required_characters(pattern: str) -> int:
    """Flags of the characters (see `missing_characters`) that each text that a pattern matches holds."""
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
    others = chars.replace("\\d", "")
    # In whatever case: the capital of 'ı' is an ASCII letter, and so may be what a pattern with 'ı' finds.
    cases = others + others.lower() + others.upper() + others.casefold()
    if not others or any(map(str.isascii, cases)):
        return 0
    return NON_ASCII if others == chars else FIGURE


def possible_initials(pattern: str) -> str:
    """The classes, see `initial_class`, that the first character of each text that a pattern matches is of.

    Empty if it may be of any, as far as the pattern shows it.
    """
    body = parse(pattern)
    anchored = all(sequence and _is(sequence[0], "^") for sequence in body.sequences)
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


def _is(part: Part, atom: str) -> bool:
    return isinstance(part.body, Atom) and part.body.text == atom and part.least == part.most == 1


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
