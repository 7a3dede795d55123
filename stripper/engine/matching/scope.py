"""Where a page comes from, and whether a rule speaks of such pages."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from fnmatch import translate
from functools import lru_cache
from typing import NamedTuple

from ...model import Document
from ...reading.page import Page
from ...rules.format import Rule, Scope
from ...rules.names import is_glob


class Place(NamedTuple):
    """The names of the site that a page is from, without "www.", and the path of the page there."""

    sites: tuple[str, ...]
    path: str


def place_of(document: Document) -> Place:
    """From the URL of a page its host and path; else each name of its site, or folder of its file, and its file."""
    return _place(document.site, document.name)


@lru_cache(maxsize=256)  # the rules of a page ask one after the other
def _place(site: str, name: str) -> Place:
    if "://" not in site:
        name = name.replace(os.sep, "/")
        names = [part for part in site.split("/") if part not in ("", ".")] or name.split("/")[:-1]
        return Place(tuple(map(_bare, names)), name)
    from urllib.parse import urlsplit  # loads slowly, and few pages need it

    try:
        url = urlsplit(site.strip())
        return Place((_bare(url.hostname),) if url.hostname else (), url.path)
    except ValueError:  # what is no URL at all
        return Place((), "")


def _bare(site: str) -> str:
    return site[len(_WWW) :] if site[: len(_WWW)].casefold() == _WWW else site


_WWW = "www."  # says nothing of a site


def is_inside(page: Page, scope: Scope) -> bool:
    """Whether a page is in a scope: in each part of it that names anything."""
    languages, sites, paths = scope
    place = place_of(page.document)
    return (
        (not languages or not page.languages.isdisjoint(languages))
        and (not sites or _fits_any(place.sites, _bare_sites(sites)))
        and (not paths or _fits_any((place.path,), paths))
    )


def speaks_of(rule: Rule, page: Page) -> bool:
    """Whether a page is inside the scope of a rule, and in none that it is off in."""
    return is_inside(page, rule.scope) and not any(is_inside(page, scope) for scope in rule.off_in)


@lru_cache(maxsize=1024)
def _bare_sites(sites: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(_bare, sites))


def _fits_any(names: Iterable[str], scope: tuple[str, ...]) -> bool:
    plain, globs = _sorted_out(scope)
    return any(name.casefold() in plain or any(_pattern(glob).match(name) for glob in globs) for name in names)


@lru_cache(maxsize=1024)
def _sorted_out(scope: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Names that stand for themselves, of which there may be many, and those that are globs."""
    plain = frozenset(each.casefold() for each in scope if not is_glob(each))
    return plain, tuple(each for each in scope if is_glob(each))


@lru_cache(maxsize=32_768)  # more than packs may have, see `parsing.MOST_GLOBS`
def _pattern(glob: str) -> re.Pattern[str]:
    return re.compile(translate(glob), re.IGNORECASE)
