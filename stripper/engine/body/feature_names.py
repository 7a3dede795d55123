"""The names under which a pack gives the weights of features."""

from __future__ import annotations

from .line_shapes import Key


def _own_names(key: Key) -> list[str]:
    shape, indent, copy, evidence = key
    size, small = shape.size, min(shape.size, 6)
    return [
        f"words {size} ends {shape.end}",
        f"words {small} begins {shape.begin}",
        f"words {min(size, 8)} capitals {shape.capitals}",
        f"words {small} indent {indent:d}",
        f"words {small} copy {copy:d}",
        f"commas {shape.commas} words {size}",
        f"stops {shape.stops} words {size}",
        f"separators {shape.separators} words {min(size, 9)}",
        *(["copyright"] if shape.rights else []),
        f"links {shape.links:d} words {small}",
        *([f"evidence {evidence}", f"evidence {evidence} words {min(size, 7) // 2}"] if evidence else []),
    ]


def _near_names(key: Key) -> list[str]:
    before, after, own, blank_before, blank_after, evidence_before, evidence_after = key
    told = f"before evidence {evidence_before}"
    return [
        f"before {before} own {own}",
        f"after {after} own {own}",
        f"before {before} after {after}",
        f"blank {blank_before:d}{blank_after:d} own {own}",
        *([told, f"{told} own {own} blank {blank_before:d}"] if evidence_before else []),
        *([f"after evidence {evidence_after}"] if evidence_after else []),
    ]


def _place_names(key: Key) -> list[str]:
    mass, gap, ahead, near, near_ahead, share, prose = key
    kind = "prose" if prose else "other"
    return [
        f"{kind} mass {mass}",
        f"{kind} gap {gap} ahead {ahead}",
        f"{kind} near {near} ahead {near_ahead}",
        f"{kind} share {share}",
    ]


def _zone_names(key: Key) -> list[str]:
    prose, (side, distance), (share, ahead, inside), size, words, end = key
    kind = "prose" if prose else "other"
    if not side:
        return [f"no prose words {words} ends {end}"]
    short = kind if prose else min(words, 5)
    return [
        f"zone {kind} {side} size {size}",
        f"zone {kind} {side} {distance}",
        f"zone {short} {side} {distance} ends {end if end in 's!:' else '-'}",
        f"zone {kind} {side} {share} {ahead} {inside:d}",
        f"zone {kind} {side} {share} {ahead} {inside:d} size {size}",
    ]


def _around_names(key: Key) -> list[str]:
    prose, block, behind, ahead, words, recent = key
    kind = "prose" if prose else "other"
    return [
        f"block {block} words {words}",
        f"block {block} {kind}",
        f"around {behind}{ahead} {kind}",
        f"around {behind}{ahead} words {words}",
        *([f"since {recent} {kind}"] if recent else []),
    ]


def _wording_names(key: Key) -> list[str]:
    own, before, after, words, prose, side = key
    kind = "prose" if prose else "other"
    return [
        f"wording {own} {kind}",
        f"wording {own} words {words}",
        f"wording {own} {side or 'no'} {kind}",
        f"wording before {before} {kind}",
        f"wording after {after} {kind}",
        f"wording before {before} after {after}",
    ]


def _marking_names(key: Key) -> list[str]:
    if not key:
        return []
    mark, linked, before, after, behind, ahead, run, image, words, prose, side = key
    kind = "prose" if prose else "other"
    told = [
        f"mark {mark} words {words}",
        f"mark {mark} {side or 'no'} {kind}",
        f"mark {mark} before {before[0]}",
        f"mark {mark} after {after[0]}",
    ]
    if linked < 0:
        return told
    return [
        *told,
        f"linked {linked} words {words}",
        f"linked {linked} mark {mark}",
        f"linked {linked} {side or 'no'} {kind}",
        f"linked {linked} run {run} {kind}",
        f"linked {linked} before {before[1]} after {after[1]}",
        f"linked {linked} behind {behind} ahead {ahead}",
        f"linked behind {behind} ahead {ahead} {kind}",
        *([f"image before {mark} words {words}"] if image else []),
    ]


NAMES = (_own_names, _near_names, _place_names, _zone_names, _around_names, _wording_names, _marking_names)
