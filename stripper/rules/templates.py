"""Templates: phrases with slots, such as "page {number} [of {number}]", made into patterns.

    {number}     a slot: any of the phrases that `[slots]` gives for it, or what its pattern in `[patterns]` matches
    [of]         may be missing
    (a|b) [a|b]  one of these; one of these or none
    …            anything
    a & b        both, in any order, among anything else; there is a space on either side of "&"
    a space      white space, or the end of a word beside a mark or "…"

A template says what a whole line holds, bullets and punctuation at its ends aside, but for a colon behind it, which
promises more. Case, kinds of quotation marks and of dashes make no difference, but a word with a capital is found with
that very capital alone. The phrases of a slot are templates, too; a slot without any is never there.

What "&" joins are whole words, anywhere in the first 600 characters of the line; where "…" begins or ends one of them,
a word may go on. Lines are looked up by the first of them, so let it be the rarest. "&" stands in no brackets, and
`(&)` is the mark itself. A slot whose phrases have an "&" is a template by itself.

Each pattern comes with literals, so that none need be given. It is checked like all others.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from .patterns import MOST_ATOMS_OF_PACKS, MOST_CHARACTERS, atoms, parse, too_large
from .template_tokens import JOIN, check_joins, tokens_of

MOST_NESTED = 20  # slots and brackets within each other
START, END = r"^\W{0,4}", r"[^\w:]{0,4}$"  # bullets and punctuation at the ends of a line
WORD_END = r"(?<!\w(?=\w))"
MOST_BEFORE = 600  # characters of a line before what "&" joins
# Not within a word; scripts without spaces show no ends of words.
_SPACED = r"[^\W\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
_EDGE = rf"(?<!{_SPACED}(?={_SPACED}))"
SPACE = rf"(?>\s+|{WORD_END})"


@dataclass(frozen=True, slots=True)
class Text:
    """A word, or a mark."""

    text: str

    @property
    def is_word(self) -> bool:
        return self.text[0].isalnum()


@dataclass(frozen=True, slots=True)
class Space:
    pass


@dataclass(frozen=True, slots=True)
class Raw:
    """What a pattern matches, and whether that may begin or end within a word."""

    pattern: str
    within_word: bool


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Any of some sequences, or none at all if it is `optional`; never there if it has none."""

    sequences: tuple[tuple[Node, ...], ...]
    optional: bool
    pattern: str
    depth: int
    joins: bool  # whether one of them is of sequences that stand together


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """Sequences all of which stand in a line, in any order."""

    sequences: tuple[tuple[Node, ...], ...]
    pattern: str
    depth: int


Node = Text | Space | Raw | Choice | Together
Nodes = tuple[Node, ...]
ELLIPSIS = Raw(".{0,80}", within_word=True)


class Made(NamedTuple):
    """A pattern, literals (see `format.Match`) of which each line that it matches holds one, if any show, and of what
    template it was made.
    """

    pattern: str
    literals: tuple[str, ...]
    template: str


class SlotTables(NamedTuple):
    """The `[slots]` and the `[patterns]` of a pack: the phrases of a slot, or the pattern that it is."""

    phrases: Mapping[str, Sequence[str]]
    patterns: Mapping[str, str]


class Slots:
    """The slots that the templates of a pack may name, from several tables, the first of which counts most.

    Raises ValueError, here and in `make`, with what is wrong and where.
    """

    def __init__(self, *tables: SlotTables) -> None:
        self.tables = tables
        self._said: dict[str, Sequence[str] | str] = {}
        for table in reversed(tables):
            self._said |= table.phrases
            self._said |= table.patterns
        self._known: dict[str, Node] = {}
        self._written = 0  # characters of patterns

    def make(self, template: str) -> list[Made]:
        """The pattern of a template; of one that is a slot and no more, one for each phrase of the slot."""
        nodes = self._parse(template, ())
        if not nodes or all(node in (ELLIPSIS, Space()) for node in nodes):
            empty = [f"'{{{name}}}'" for name, node in self._known.items() if _is_never_there(node)]
            named = [name for name in empty if name[1:-1] in template]
            if named:
                raise ValueError(f"matches nothing: {' and '.join(named)} has no phrases; give it some in [slots]")
            raise ValueError("matches nothing, or anything: it is empty, or names a slot without phrases")
        self._written += len(_choice([nodes], optional=False).pattern)
        if self._written > MOST_ATOMS_OF_PACKS:
            raise ValueError(f"and those before come to patterns of more than {MOST_ATOMS_OF_PACKS:,} characters")
        return [
            Made(_whole_pattern(each), tuple(sorted(_needed(each, False, False))), template)
            for each in _alternatives(nodes)
        ]

    def _parse(self, template: str, within: tuple[str, ...]) -> Nodes | None:
        """None for what is never there."""
        check_joins(template)
        if len(joined := JOIN.split(template)) > 1:
            found = [self._parse(each, within) for each in joined]
            sequences = [each for each in found if each is not None]
            return (_together(sequences),) if len(sequences) == len(found) else None
        return self._parse_sequence(template, within)

    def _parse_sequence(self, template: str, within: tuple[str, ...]) -> Nodes | None:
        found, closed = self._sequences(tokens := [*tokens_of(template)][::-1], within)
        if closed or tokens:
            raise ValueError("has a bracket that does not fit; '{open}' and '{close}' stand for brackets of a line")
        if len(found) > 1:
            raise ValueError("has a '|' outside brackets; '{bar}' stands for one of a line")
        return found[0] if found else None

    def _sequences(self, tokens: list[tuple[str, str]], within: tuple[str, ...]) -> tuple[list[Nodes], str]:
        """Sequences up to the bracket that closes them, without those that are never there; that bracket."""
        if len(within) > MOST_NESTED:
            raise ValueError(f"has more than {MOST_NESTED} slots and brackets within each other")
        sequences: list[list[Node]] = [[]]
        while tokens:
            kind, text = tokens.pop()
            if kind == "open":
                inner, end = self._sequences(tokens, (*within, text))
                if end != _CLOSES[text]:
                    raise ValueError(f"has a '{text}' without '{_CLOSES[text]}'; '{{open}}' stands for one of a line")
                sequences[-1].append(_choice(inner, text == "["))
            elif kind == "close":
                return _without_never_there(sequences), text
            elif kind == "or":
                sequences.append([])
            elif kind == "brace":
                raise ValueError("has a brace that does not fit; a slot is '{name}', of small letters and '-'")
            else:
                sequences[-1].append(self._slot(text[1:-1], within) if kind == "slot" else _LEAVES[kind](text))
        return _without_never_there(sequences), ""

    def _slot(self, name: str, within: tuple[str, ...]) -> Node:
        if name not in self._known:
            if name in within:
                raise ValueError(f"names '{{{name}}}', which holds itself")
            said = self._said.get(name)
            if said is None:
                raise ValueError(f"names '{{{name}}}', which neither the pack nor core/slots says; give it in [slots]")
            if isinstance(said, str):
                if why := too_large(said):
                    raise ValueError(f"names '{{{name}}}', whose pattern {why}")
                self._known[name] = Raw(said, _may_cut_words(said))
            else:
                sequences = [nodes for each in said if (nodes := self._parse(each, (*within, name)))]
                self._known[name] = _choice(sequences, optional=False)
        return self._known[name]


_CLOSES = {"(": ")", "[": "]"}
_LEAVES: Mapping[str, Callable[[str], Node]] = {
    "space": lambda _: Space(),
    "ellipsis": lambda _: ELLIPSIS,
    "word": Text,
    "mark": Text,
}


def _without_never_there(sequences: Iterable[Sequence[Node]]) -> list[Nodes]:
    return [tuple(each) for each in sequences if not any(map(_is_never_there, each))]


def _is_never_there(node: Node) -> bool:
    return isinstance(node, Choice) and not node.sequences and not node.optional


def _choice(sequences: Sequence[Nodes], optional: bool) -> Choice:
    """Raises ValueError for one that is too long or too deep; slots within slots grow fast."""
    if any((optional or len(each) > 1) and any(map(_joins, each)) for each in sequences):
        raise ValueError("joins with '&' what is only part of it; '(&)' stands for one of a line")
    parts = [_patterns(each) for each in sequences]
    _check_length(sum(len(part) for each in parts for part in each))
    pattern = f"(?:{'|'.join(map(''.join, parts))})" + "?" * optional if sequences else ""
    return Choice(tuple(sequences), optional, pattern, _depth(sequences), any(map(_joins, chain(*sequences))))


def _check_length(characters: int) -> None:
    if characters > MOST_CHARACTERS:
        raise ValueError(f"comes to a pattern of more than {MOST_CHARACTERS:,} characters; say less in its slots")


def _depth(sequences: Sequence[Nodes]) -> int:
    within = (node.depth for each in sequences for node in each if isinstance(node, (Choice, Together)))
    if (depth := 1 + max(within, default=0)) > MOST_NESTED:
        raise ValueError(f"has more than {MOST_NESTED} slots and brackets within each other")
    return depth


def _together(sequences: Sequence[Nodes]) -> Together:
    """Raises ValueError for what cannot be joined."""
    if any(map(_joins, chain(*sequences))):
        raise ValueError("joins with '&' what holds an '&' itself")
    ahead = [f"(?=.{{0,{MOST_BEFORE}}}?{_anywhere(each)})" for each in sequences]
    pattern = "".join(sorted(ahead, key=len))  # what is soon looked for, and missing in most lines, first
    _check_length(len(pattern))
    return Together(tuple(sequences), pattern, _depth(sequences))


def _joins(node: Node) -> bool:
    """Whether a node is of sequences that stand together, or may be."""
    return isinstance(node, Together) or (isinstance(node, Choice) and node.joins)


def _anywhere(nodes: Nodes) -> str:
    """The pattern of a sequence within a line: whole words but where it begins or ends with "…"."""
    found: dict[tuple[bool, bool], list[str]] = {}
    for each in _alternatives(nodes) if nodes else ():
        if all(map(_may_be_missing, each)) and any(isinstance(node, Choice) for node in each):
            raise ValueError("joins with '&' what may be missing; leave it out, or say a word that must be there")
        inner = [at for at, node in enumerate(each) if node not in (ELLIPSIS, Space())]
        if inner:
            ends = ELLIPSIS in each[: inner[0]], ELLIPSIS in each[inner[-1] + 1 :]
            found.setdefault(ends, []).append("".join(_patterns(each[inner[0] : inner[-1] + 1])))
    if not found:
        raise ValueError("joins with '&' what matches nothing, or anything")
    bounded = (
        f"{'' if left else _EDGE}(?:{'|'.join(some)}){'' if right else _EDGE}" for (left, right), some in found.items()
    )
    return f"(?:{'|'.join(bounded)})"


def _may_be_missing(node: Node) -> bool:
    if isinstance(node, Choice):
        return node.optional or any(all(map(_may_be_missing, each)) for each in node.sequences)
    return node in (ELLIPSIS, Space())


def _alternatives(nodes: Nodes) -> Iterator[Nodes]:
    [first, *others] = nodes
    if others or not isinstance(first, Choice) or first.optional:
        yield nodes
    else:
        for each in first.sequences:
            yield from _alternatives(each)


def _whole_pattern(nodes: Nodes) -> str:
    if isinstance(nodes[0], Together):
        return f"(?i)^{nodes[0].pattern}"
    parts = _patterns(nodes)
    parts[0] = "" if nodes[0] == ELLIPSIS else START + parts[0]
    parts[-1] = "" if nodes[-1] == ELLIPSIS else parts[-1] + END
    return "(?i)" + "".join(parts)


def _patterns(nodes: Nodes) -> list[str]:
    return [
        _space(nodes[max(at - 1, 0) : at + 2]) if isinstance(node, Space) else _pattern(node)
        for at, node in enumerate(nodes)
    ]


def _space(around: Nodes) -> str:
    """A space with what stands before and after it."""
    if ELLIPSIS in around:
        return WORD_END
    return r"\s+" if _is_word(around[0]) and _is_word(around[-1]) else SPACE


def _pattern(node: Text | Raw | Choice | Together) -> str:
    if isinstance(node, Text):
        return _pattern_of_text(node)
    if isinstance(node, Raw):
        return node.pattern if node == ELLIPSIS else f"(?:{node.pattern})"
    return node.pattern


_ALIKE = ("\"“”„«»'‘’‚‹›", "-‐‑‒–—")
_SAME = {each: f"[{re.escape(alike)}]" for alike in _ALIKE for each in alike} | dict.fromkeys(":：", r"\s?[:：]")
# Letters that Unicode takes apart and never puts together: texts have either.
_APART = {chr(code) for code in (*range(0x958, 0x960), 0x9DC, 0x9DD, 0x9DF)}


def _pattern_of_text(node: Text) -> str:
    text = node.text
    if not node.is_word:
        return _SAME.get(text) or (f"[\\{text}{chr(ord(text) + 0xFEE0)}]" if "!" <= text <= "~" else re.escape(text))
    text = unicodedata.normalize("NFC", text)
    for char in _APART:
        text = text.replace(both := unicodedata.normalize("NFD", char), f"(?:{both}|{char})")
    return text if text.lower() == text else f"(?-i:{text})"


def _needed(nodes: Nodes, before: bool, after: bool) -> frozenset[str]:
    """Literals of which each text that a sequence matches holds one: those of the part that tells most.

    `before` and `after` tell whether a word may go on beyond its ends.
    """
    found: list[frozenset[str]] = []
    at = 0
    while at < len(nodes):
        node, end = nodes[at], at + 1
        while _is_word(node) and nodes[end : end + 1] == (Space(),) and _is_word(*nodes[end + 1 : end + 2]):
            end += 2
        left, right = _goes_on(nodes[:at][::-1], before), _goes_on(nodes[end:], after)
        if isinstance(node, Text) and (node.is_word or node.text in RARE):
            text = " ".join(each.text for each in nodes[at:end] if isinstance(each, Text))
            found.append(frozenset({"*" * left + text + "*" * right}))
        elif isinstance(node, Choice) and not node.optional:
            some = [_needed(sequence, left, right) for sequence in node.sequences]
            found.append(frozenset[str]().union(*some) if all(some) else frozenset())
        elif isinstance(node, Together):
            return next(filter(None, (_needed(each, False, False) for each in node.sequences)), frozenset())
        at = end
    return max(found, key=lambda texts: min(map(_tells, texts), default=0), default=frozenset())


def _is_word(node: Node | None = None) -> bool:
    return isinstance(node, Text) and node.is_word


def _goes_on(nodes: Nodes, beyond: bool) -> bool:
    """Whether a word may go on into nodes beside it, the next one first; `beyond` tells of what follows them."""
    for node in nodes:
        if not isinstance(node, Choice):
            return _is_word(node) or (isinstance(node, Raw) and node.within_word)
        if any(_goes_on((edge,), False) for each in node.sequences for edge in (*each[:1], *each[-1:])):
            return True
        if not node.optional and all(node.sequences):
            return False
    return beyond


def _may_cut_words(pattern: str) -> bool:
    """Whether what a pattern matches may begin or end with a letter or figure, as far as its characters tell."""
    return any(
        each == "." or each.startswith("[^") or re.search(r"\\[wdSpPWD]|(?<!\\)\w", each) is not None
        for each in (atom.text for atom in atoms(parse(pattern)))
    )


RARE = ("©", "ⓒ", "@")  # marks that tell more of a line than words


def _tells(literal: str) -> int:
    """How much a literal tells: a rare mark more than any word, a word that may go on less, a figure least."""
    core = literal.strip("*")
    return 100 if core in RARE else 1 if core.isdecimal() else len(core.encode()) * 2 - literal.count("*")
