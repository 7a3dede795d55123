"""A unified diff of a page, as `patch` takes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from ..engine.records import removed_records
from ..model import Outcome
from ..reading.decoding import encode

CONTEXT = 3  # unchanged lines around a change, as in `diff -u`
Opcode = tuple[Any, int, int, int, int]  # as difflib has them


def unified_diff(outcome: Outcome) -> bytes:
    """A unified diff from the file to what is left of it, as `patch` takes it; empty if nothing changes.

    It is of bytes, and its lines end at line feeds alone, as all is to `patch`; so it holds in any encoding.
    """
    document = outcome.document
    old, new = _feeds(encode(document.text, document)), _feeds(encode(outcome.text, document))
    opcodes = _known_opcodes(outcome, old, new)
    if not opcodes:
        import difflib

        opcodes = difflib.SequenceMatcher(None, old, new, False).get_opcodes()
    name = _quoted(document.name)
    pieces = []
    for group in _grouped(opcodes):
        first, last = group[0], group[-1]
        pieces.append(b"@@ -%s +%s @@\n" % (_range(first[1], last[2]), _range(first[3], last[4])))
        for tag, i, j, k, m in group:
            if tag == "equal":
                pieces += [_diff_line(b" ", line) for line in old[i:j]]
            else:
                pieces += [_diff_line(b"-", line) for line in old[i:j]]
                pieces += [_diff_line(b"+", line) for line in new[k:m]]
    return b"".join([b"--- %s\n+++ %s\n" % (name, name), *pieces]) if pieces else b""


def _feeds(data: bytes) -> list[bytes]:
    """The lines of a file, ended by line feeds alone."""
    *lines, last = data.split(b"\n")
    return [*(line + b"\n" for line in lines), *([last] if last else [])]


def _known_opcodes(outcome: Outcome, old: Sequence[bytes], new: Sequence[bytes]) -> list[Opcode]:
    """The difference, which the decisions tell without a search.

    Empty where they do not: where a line lost its line feed, and so became one with the next; or in an encoding in
    which a line's bytes depend on those before it.
    """
    cuts = [(each["start"], each["end"]) for each in removed_records(outcome)]
    steps: list[tuple[str, int, int]] = []  # of each old line: what happens to it, lines before, lines after
    end = cut = left = 0
    for number, line in enumerate(old):
        start, end = end, end + len(line)
        lost = 0
        feed_lost = False
        while cut < len(cuts) and cuts[cut][0] < end:
            lost += min(cuts[cut][1], end) - max(cuts[cut][0], start)
            feed_lost = cuts[cut][1] >= end
            if cuts[cut][1] > end:
                break
            cut += 1
        if lost == len(line):
            steps.append(("delete", 1, 0))
        elif (lost and feed_lost and number + 1 < len(old)) or (not lost and new[left : left + 1] != [line]):
            return []
        else:
            steps.append(("replace" if lost else "equal", 1, 1))
            left += 1
    if left != len(new):
        return []
    opcodes: list[Opcode] = []
    i = j = 0
    for tag, some in groupby(steps, key=lambda step: step[0]):
        sizes = list(some)
        before, after = len(sizes), sum(step[2] for step in sizes)
        opcodes.append((tag, i, i + before, j, j + after))
        i, j = i + before, j + after
    return opcodes


def _grouped(opcodes: list[Opcode]) -> Iterator[list[Opcode]]:
    """Hunks: changes with at most CONTEXT unchanged lines around them."""
    hunk: list[Opcode] = []
    for tag, i, j, k, m in opcodes:
        if tag != "equal":
            hunk.append((tag, i, j, k, m))
        elif not hunk:
            lead = min(CONTEXT, j - i)
            hunk = [(tag, j - lead, j, m - lead, m)]
        elif j - i <= 2 * CONTEXT:
            hunk.append((tag, i, j, k, m))
        else:
            yield [*hunk, (tag, i, i + CONTEXT, k, k + CONTEXT)]
            hunk = [(tag, j - CONTEXT, j, m - CONTEXT, m)]
    if hunk and hunk[-1][0] == "equal" and hunk[-1][2] - hunk[-1][1] > CONTEXT:
        tag, i, j, k, m = hunk.pop()
        hunk.append((tag, i, i + CONTEXT, k, k + CONTEXT))
    if any(step[0] != "equal" for step in hunk):
        yield hunk


def _range(start: int, stop: int) -> bytes:
    """Lines as a hunk names them: from 1, with their count; an empty stretch by the line before it."""
    count = stop - start
    return b"%d,%d" % (start + 1 if count else start, count)


def _diff_line(sign: bytes, line: bytes) -> bytes:
    return sign + line if line.endswith(b"\n") else sign + line + b"\n\\ No newline at end of file\n"


def _quoted(name: str) -> bytes:
    """A file name as `patch` and git read it: in quotes, with escapes, if it has anything odd in it."""
    data = name.encode("utf-8", "surrogateescape")
    if name.isprintable() and not set(name) & set('"\\ '):
        return data
    plain = frozenset(range(32, 127)) - set(b'"\\')
    return b'"' + b"".join(bytes([byte]) if byte in plain else b"\\%03o" % byte for byte in data) + b'"'
