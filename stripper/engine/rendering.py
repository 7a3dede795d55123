"""Documents and decisions -> what is written and shown. Pure; each function returns text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from ..model import Decision, Outcome
from ..reading.decoding import encode
from ..runs.files import digest


def removed_records(outcome: Outcome) -> list[dict[str, Any]]:
    """What was taken, in order: byte offsets into the file (byte order mark included), line number, rule, text.

    `at` is the offset in characters of the text, which is what holds in encodings whose bytes depend on those before.
    """
    document = outcome.document
    records = []
    at, byte = 0, len(document.bom)
    for each in outcome.removed:
        start = byte + _size(document.text[at : each.start], outcome)
        text = document.text[each.start : each.end]
        at, byte = each.end, start + _size(text, outcome)
        records.append(
            {"start": start, "end": byte, "at": each.start, "line": each.line}
            | {"rule": each.rule, "category": each.category, "reason": each.reason, "text": text}
        )
    return records


def _size(text: str, outcome: Outcome) -> int:
    return len(encode(text, outcome.document)) - len(outcome.document.bom)


def removed_header(outcome: Outcome) -> dict[str, str]:
    """What is needed, beside the records, to put the file together again and to know that it is the same."""
    document = outcome.document
    return {
        "original": digest(encode(document.text, document)).hex(),
        "cleaned": digest(encode(outcome.text, document)).hex(),
        "encoding": document.encoding,
        "bom": document.bom.hex(),
    }


def removed_lines(outcome: Outcome, with_name: bool = False) -> str:
    """`removed_header` and `removed_records` as JSON Lines; with the document's name where several share a file."""
    name = {"file": outcome.document.name} if with_name else {}
    rows = ({**name, **row} for row in (removed_header(outcome), *removed_records(outcome)))
    return "".join(to_json(row) + "\n" for row in rows)


# What a terminal obeys beside the control characters that JSON escapes anyway; and what no encoding carries.
_UNPRINTABLE_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def to_json(value: Any, indent: int | None = None) -> str:
    """JSON that any reader takes and that does nothing to a terminal: text as it is, but for odd characters."""
    import json  # this and difflib take longer to import than a page to clean, and most runs need neither

    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _UNPRINTABLE_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """Text and decisions of one document, for JSON. Offsets are in characters of the document's text."""
    return {
        "file": outcome.document.name,
        "encoding": outcome.document.encoding,
        "text": outcome.text,
        "decisions": [decision._asdict() for decision in outcome.decisions],
        "notes": [{"kind": note.kind, "rule": note.rule, "message": note.message} for note in outcome.notes],
    }


def explained_lines(outcome: Outcome) -> list[dict[str, Any]]:
    """Each line with text: its decision, its text, and under `trims` the spans that are taken out of a kept line.

    Offsets are in characters of the document's text.
    """
    rows: list[dict[str, Any]] = []
    text = outcome.document.text
    for each in outcome.decisions:
        if rows and rows[-1]["line"] == each.line:
            rows[-1]["trims"].append({**each._asdict(), "text": text[each.start : each.end]})
        elif not text[each.start : each.end].isspace():
            rows.append({**each._asdict(), "text": text[each.start : each.end].rstrip("\r\n"), "trims": []})
    return rows


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


# Control characters (C0 but the tab, DEL, C1), marks of direction, line separators: what a terminal would obey.
_UNPRINTABLE = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """A text that a terminal shows and does not obey: control characters become escapes such as `\\x1b`."""
    return _UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], text)


def count_by_category(decisions: Sequence[Decision]) -> dict[str, int]:
    """How many removing decisions fell to each category, most first."""
    counts = Counter(each.category for each in decisions if each.action == "remove")
    return dict(counts.most_common())
