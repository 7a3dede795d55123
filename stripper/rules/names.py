"""Names that a user gives, and what may have been meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..errors import UnknownNameError


def require_name(name: str, known: Sequence[str], what: str) -> None:
    if name not in known:
        raise UnknownNameError(f"no {what} is called {name!r}; {nearest_name(name, known)}")


MOST_CHARACTERS = 100  # of a name
MOST_COMPARED = 10_000  # names, which takes 50 ms
MOST_LISTED = 400  # characters of all names, such as the codes of all languages


def is_glob(name: str) -> bool:
    """Whether the name of a site or a path stands for several."""
    return any(sign in name for sign in "*?[")


def nearest_name(name: str, known: Iterable[str]) -> str:
    """A hint for a name that nothing has."""
    import difflib

    known = list(known)
    near = difflib.get_close_matches(name[:MOST_CHARACTERS], known[:MOST_COMPARED], n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    listed = ", ".join(known)
    return f"known are {listed}" if len(listed) < MOST_LISTED else "`stripper rules list` shows them all"
