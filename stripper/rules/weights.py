"""Files of fitted numbers beside a pack: `body.weights` and `body.words` beside `body.toml`.

They are for the rule whose body table names them. Each line holds a name, a tab, and the numbers of that name with a
space between them; one that begins with `#` is a remark. In weights, `enter` and `move` are keys of the body table
itself, all other names are rows of its `weights`; a word has one number or two. A pack can name no files but its own,
and nothing of what they hold stands in a message: a pack may come from a stranger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

FITTED = ("weights", "words")  # keys of the body table that may name a file, and the suffixes of these files
MOST_BYTES = 4_000_000  # twenty times as many as the shipped ones take
_OWN_KEYS = ("enter", "move")


def with_fitted(body: Mapping[str, Any], pack: PurePath, held: Mapping[str, bytes]) -> Mapping[str, Any]:
    """The body table of a rule with the numbers of the files that it names; a table that names none as it is.

    `held` is what the files beside the pack hold, by key. Raises ValueError that begins with the key that is wrong.
    """
    for key in FITTED:
        if not isinstance(name := body.get(key), str):
            continue
        try:
            rows = _rows(name, pack.with_suffix(f".{key}").name, held.get(key))
            if key == "weights":
                body = {**body, **{own: rows.pop(own) for own in _OWN_KEYS if own in rows}, key: rows}
            elif any(len(row) > 2 for row in rows.values()):
                raise ValueError("a word of the file has more than two numbers")
            else:
                body = {**body, key: {word: row if len(row) == 2 else row[0] for word, row in rows.items()}}
        except ValueError as error:
            raise ValueError(f"{key}: {error}") from None
    return body


def _rows(name: str, own: str, data: bytes | None) -> dict[str, list[float]]:
    if name != own:
        raise ValueError(f"must be a table, or {own!r}, the file of that name beside the pack; is {name!r:.60}")
    if data is None:
        raise ValueError(f"{own!r} is not there beside the pack")
    if len(data) > MOST_BYTES:
        raise ValueError(f"{own!r} is larger than {MOST_BYTES // 1_000_000} MB")
    return parse_weights(data)


def parse_weights(data: bytes) -> dict[str, list[float]]:
    """Name -> numbers. Raises ValueError that names the line that is wrong."""
    rows: dict[str, list[float]] = {}
    for number, line in enumerate(data.decode("utf-8").splitlines(), 1):
        if line.startswith("#"):
            continue
        name, _, numbers = line.partition("\t")
        try:
            rows[name] = [float(each) for each in numbers.split()]
        except ValueError:
            rows[name] = []
        if not rows[name]:
            raise ValueError(f"line {number} of the file: must be a name, a tab, and numbers with spaces between them")
    return rows


def format_weights(remark: str, rows: Mapping[str, Sequence[float]]) -> str:
    """The file that `parse_weights` reads, under a head of one or more lines."""
    head = "".join(f"# {line}\n" for line in remark.splitlines())
    return head + "".join(f"{name}\t{' '.join(map(str, row))}\n" for name, row in rows.items())
