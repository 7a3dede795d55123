"""Of which site a file is, as far as its path tells."""

from __future__ import annotations

import os


def site_of(path: str, group: str | None = None) -> str:
    """The names by which rules can be for a file: of all folders that it is in, however it is called, and of its group.

    Standard input and addresses are in no folder.
    """
    if path == "-" or "://" in path:
        return group or ""
    folder = os.path.dirname(os.path.abspath(path)).replace(os.sep, "/")  # noqa: PTH100, PTH120  # resolves no link
    return f"{folder}/{group}" if group and not f"{folder}/".endswith(f"/{group}") else f"{folder}/"
