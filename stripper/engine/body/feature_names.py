"""The names under which a pack gives the weights of features.

A name is given as its parts, a template and what stands in it: to look up a tuple takes half the time of making a text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .line_shapes import Key

Name = tuple[Any, ...]  # a template, and what stands in each of its places


def written(name: Name) -> str:
    """A name as a pack has it."""
    template: str = name[0]
    return template.format(*name[1:])


def _own_names(key: Key) -> list[Name]:
    shape, indent, copy, evidence = key
    size, small = shape.size, min(shape.size, 6)
    return [
        ("words {} ends {}", size, shape.end),
        ("words {} begins {}", small, shape.begin),
        ("words {} capitals {}", min(size, 8), shape.capitals),
        ("words {} indent {:d}", small, indent),
        ("words {} copy {:d}", small, copy),
        ("commas {} words {}", shape.commas, size),
        ("stops {} words {}", shape.stops, size),
        ("separators {} words {}", shape.separators, min(size, 9)),
        *([("copyright",)] if shape.rights else []),
        ("links {:d} words {}", shape.links, small),
        *([("evidence {}", evidence), ("evidence {} words {}", evidence, min(size, 7) // 2)] if evidence else []),
    ]


def _near_names(key: Key) -> list[Name]:
    before, after, own, blank_before, blank_after, evidence_before, evidence_after = key
    found = [
        ("before {} own {}", before, own),
        ("after {} own {}", after, own),
        ("before {} after {}", before, after),
        ("blank {:d}{:d} own {}", blank_before, blank_after, own),
    ]
    if evidence_before:
        found.append(("before evidence {}", evidence_before))
        found.append(("before evidence {} own {} blank {:d}", evidence_before, own, blank_before))
    if evidence_after:
        found.append(("after evidence {}", evidence_after))
    return found


def _place_names(key: Key) -> list[Name]:
    mass, gap, ahead, near, near_ahead, share, prose = key
    kind = "prose" if prose else "other"
    return [
        ("{} mass {}", kind, mass),
        ("{} gap {} ahead {}", kind, gap, ahead),
        ("{} near {} ahead {}", kind, near, near_ahead),
        ("{} share {}", kind, share),
    ]


def _zone_names(key: Key) -> list[Name]:
    prose, (side, distance), (share, ahead, inside), size, words, end = key
    kind = "prose" if prose else "other"
    if not side:
        return [("no prose words {} ends {}", words, end)]
    short = kind if prose else min(words, 5)
    return [
        ("zone {} {} size {}", kind, side, size),
        ("zone {} {} {}", kind, side, distance),
        ("zone {} {} {} ends {}", short, side, distance, end if end in "s!:" else "-"),
        ("zone {} {} {} {} {:d}", kind, side, share, ahead, inside),
        ("zone {} {} {} {} {:d} size {}", kind, side, share, ahead, inside, size),
    ]


def _around_names(key: Key) -> list[Name]:
    prose, block, behind, ahead, words, recent = key
    kind = "prose" if prose else "other"
    return [
        ("block {} words {}", block, words),
        ("block {} {}", block, kind),
        ("around {}{} {}", behind, ahead, kind),
        ("around {}{} words {}", behind, ahead, words),
        *([("since {} {}", recent, kind)] if recent else []),
    ]


def _wording_names(key: Key) -> list[Name]:
    own, before, after, words, prose, side = key
    kind = "prose" if prose else "other"
    return [
        ("wording {} {}", own, kind),
        ("wording {} words {}", own, words),
        ("wording {} {} {}", own, side or "no", kind),
        ("wording before {} {}", before, kind),
        ("wording after {} {}", after, kind),
        ("wording before {} after {}", before, after),
    ]


def _marking_names(key: Key) -> list[Name]:
    if not key:
        return []
    mark, linked, before, after, behind, ahead, run, image, words, prose, side = key
    kind = "prose" if prose else "other"
    told: list[Name] = [
        ("mark {} words {}", mark, words),
        ("mark {} {} {}", mark, side or "no", kind),
        ("mark {} before {}", mark, before[0]),
        ("mark {} after {}", mark, after[0]),
    ]
    if linked < 0:
        return told
    return [
        *told,
        ("linked {} words {}", linked, words),
        ("linked {} mark {}", linked, mark),
        ("linked {} {} {}", linked, side or "no", kind),
        ("linked {} run {} {}", linked, run, kind),
        ("linked {} before {} after {}", linked, before[1], after[1]),
        ("linked {} behind {} ahead {}", linked, behind, ahead),
        ("linked behind {} ahead {} {}", behind, ahead, kind),
        *([("image before {} words {}", mark, words)] if image else []),
    ]


NAMES = (_own_names, _near_names, _place_names, _zone_names, _around_names, _wording_names, _marking_names)


def written_names(keys: Sequence[Key]) -> Iterator[str]:
    """The names under which a pack gives the weights of a line, given its seven keys."""
    return (written(name) for make, key in zip(NAMES, keys, strict=True) for name in make(key))
