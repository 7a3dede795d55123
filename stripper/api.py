"""The library: one call for a text, one for bytes, one for a file; rules are loaded once and shared.

>>> import stripper
>>> outcome = stripper.strip("Share\\nThe ferry sails again from Monday on, its captain says.\\n")
>>> outcome.text
'The ferry sails again from Monday on, its captain says.\\n'
>>> [(each.line, each.category) for each in outcome.removed]
[(1, 'share')]
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from .engine.cleaning import clean
from .engine.plan import IN_TURN
from .errors import InputError
from .model import Document, Note, Outcome
from .reading.decoding import decode
from .reading.formats import other_format
from .reading.forms import AUTO, named_form
from .rules.loading import load_rules
from .rules.ruleset import RuleSet

if TYPE_CHECKING:
    from .engine.statistics import Statistics


Rules = RuleSet | str | Path | Iterable[str | Path] | None  # a rule set, or packs beside the shipped ones


@cache
def default_rules() -> RuleSet:
    """The shipped packs, loaded when first needed."""
    return load_rules(examples=False)


@lru_cache(maxsize=8)  # as many as are compiled: those who load rules for each page must not keep them all
def _with_options(rules: RuleSet | tuple[str, ...] | None, *options: frozenset[str]) -> RuleSet:
    """Options make a rule set of their own; made once, or each call would compile it anew."""
    loaded = load_rules(rules, examples=False) if isinstance(rules, tuple) else rules or default_rules()
    return loaded.with_options(*options)


def strip(
    text: str,
    *,
    form: str = AUTO,
    rules: Rules = None,
    keep: Iterable[str] = (),
    drop: Iterable[str] = (),
    disable: Iterable[str] = (),
    languages: Iterable[str] = (),
    site: str = "",
    statistics: Statistics | None = None,
) -> Outcome:
    """Clean a text.

    `rules` are the shipped ones unless given: a rule set (see `load_rules`), or the path of a pack or of a folder of
    packs to use too, or several of these; a pack that changes is read again by `load_rules` alone. `keep` and `drop`
    name categories whose lines stay or go, `disable` names rules or categories to switch off. `languages` are those of
    the page, as in "en", or "all"; where none are named, they are found. `site` is its URL, or the name of its site,
    for rules that are for some sites alone. An unknown name raises UnknownNameError, a pack that does not load
    RuleError. `statistics` are of the group that the page belongs to. `form` is what the text is, `plain`, `wrapped`
    (at a column) or `markdown`, found unless given; another raises OptionError. Threads take turns: more than one
    core is used by several processes.
    """
    if not isinstance(text, str):
        raise TypeError(f"strip takes a str, not {type(text).__name__}; strip_bytes takes the bytes of a file")
    return clean(Document(text, form=form, site=site), select(rules, keep, drop, disable, languages), statistics)


def select(
    rules: Rules = None,
    keep: Iterable[str] = (),
    drop: Iterable[str] = (),
    disable: Iterable[str] = (),
    languages: Iterable[str] = (),
) -> RuleSet:
    """A rule set with options applied, the same object for the same arguments."""
    if isinstance(rules, (str, Path)):
        rules = [rules]
    if rules is not None and not isinstance(rules, RuleSet):
        rules = tuple(map(str, rules))
    options = [*map(_names, (keep, drop, disable, languages))]
    with IN_TURN:  # or each of many threads that begin would load rules of its own
        return _with_options(rules, *options)


def _names(names: Iterable[str]) -> frozenset[str]:
    return frozenset([names] if isinstance(names, str) else names)  # a string alone is no set of letters


def strip_bytes(
    data: bytes | bytearray | memoryview,
    *,
    name: str = "-",
    encoding: str | None = None,
    form: str = AUTO,
    rules: Rules = None,
    keep: Iterable[str] = (),
    drop: Iterable[str] = (),
    disable: Iterable[str] = (),
    languages: Iterable[str] = (),
    site: str = "",
    statistics: Statistics | None = None,
) -> Outcome:
    """Decode and clean the bytes of a file; the options are those of `strip`.

    `name` is used in messages, and where it ends in `.md`, the text is Markdown unless `form` says otherwise. Raises
    InputError for what is no text. What looks like something else than the text of one page is cleaned all the same,
    and has a note of the kind `format` that says so.

    >>> stripper.strip_bytes("Caf\\u00e9\\n".encode("utf-16")).document.encoding
    'utf-16-le'
    """
    if not isinstance(data, bytes):
        if isinstance(data, str):
            raise TypeError("strip_bytes takes the bytes of a file, not str; strip takes a text")
        data = bytes(memoryview(data))
    document = replace(decode(data, name, encoding), form=named_form(form, name), site=site)
    outcome = clean(document, select(rules, keep, drop, disable, languages), statistics)
    message = other_format(document.text)
    return replace(outcome, notes=(Note("format", "", message), *outcome.notes)) if message else outcome


def strip_file(
    path: str | Path,
    *,
    encoding: str | None = None,
    form: str = AUTO,
    rules: Rules = None,
    keep: Iterable[str] = (),
    drop: Iterable[str] = (),
    disable: Iterable[str] = (),
    languages: Iterable[str] = (),
    site: str = "",
    statistics: Statistics | None = None,
) -> Outcome:
    """Read and clean a file, which is left as it is; the options are those of `strip`.

    Raises InputError if it cannot be read or is no text.

    >>> "ferry" in stripper.strip_file("samples/en-news.txt").text
    True
    """
    return strip_bytes(
        read(path), name=str(path), encoding=encoding, form=form, rules=rules, keep=keep, drop=drop, disable=disable,
        languages=languages, site=site, statistics=statistics,
    )  # fmt: skip


MOST_BYTES = 1 << 30  # of a page from a pipe or a device; one that never ends would take all memory


def read(path: str | Path) -> bytes:
    """The bytes of a file. Raises InputError, with the reason, if they cannot be had."""
    try:
        with Path(path).open("rb") as file:
            return file.read() if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else read_stream(file, str(path))
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise InputError(f"{path}: {getattr(error, 'strerror', None) or error}") from None


def read_stream(stream: BinaryIO, name: str) -> bytes:
    """All bytes of a stream. Raises InputError if they are more than a page can have."""
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise InputError(f"{name}: does not end after {MOST_BYTES:,} bytes, and is no page")
    return data
