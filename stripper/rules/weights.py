"""A file of fitted numbers beside a pack: `body.weights` beside `body.toml`, for the rule whose body table names it.

Each line holds a name, a tab, and the numbers of that name with a space between them; one that begins with `#` is a
remark. `enter` and `move` are keys of the body table itself, all other names are rows of its `weights`. A pack can
name no file but its own, and nothing of what that holds stands in a message: a pack may come from a stranger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

SUFFIX = ".weights"
MOST_BYTES = 4_000_000  # forty times as many as the shipped ones take
_OWN_KEYS = ("enter", "move")


def with_weights(body: Mapping[str, Any], pack: PurePath, data: bytes | None) -> Mapping[str, Any]:
    """The body table of a rule with the numbers of the file that it names; a table that names none as it is.

    `data` is what the file beside the pack holds, None if there is none. Raises ValueError for what is wrong with it.
    """
    name = body.get("weights")
    if not isinstance(name, str):
        return body
    own = pack.with_suffix(SUFFIX).name
    if name != own:
        raise ValueError(f"must be a table, or {own!r}, the file of that name beside the pack; is {name!r:.60}")
    if data is None:
        raise ValueError(f"{own!r} is not there beside the pack")
    if len(data) > MOST_BYTES:
        raise ValueError(f"{own!r} is larger than {MOST_BYTES // 1_000_000} MB")
    rows = parse_weights(data)
    return {**body, **{key: rows.pop(key) for key in _OWN_KEYS if key in rows}, "weights": rows}


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
