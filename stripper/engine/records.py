"""An outcome -> records that can be written: what was taken, what was decided. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from ..late_pattern import late_pattern
from ..model import Decision, Outcome
from ..reading.decoding import encode


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
_UNPRINTABLE_JSON = late_pattern("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


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
        "language": outcome.language,
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


def count_by_category(decisions: Sequence[Decision]) -> dict[str, int]:
    """How many removing decisions fell to each category, most first."""
    counts = Counter(each.category for each in decisions if each.action == "remove")
    return dict(counts.most_common())


def digest(data: bytes) -> bytes:
    """16 bytes that no other content of a file has."""
    from hashlib import blake2b  # loads slowly, and a page in a pipe needs none of it

    return blake2b(data, digest_size=16).digest()
