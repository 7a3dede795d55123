"""Templates: what they match, what they need, and that those of strangers neither hang nor explode."""

from __future__ import annotations

import pytest
import regex

from stripper.rules.templates import Slots, SlotTables

SLOTS = SlotTables(
    {"unit": ["mile[s]", "sea mile[s]"], "none": [], "either": ["tide {number}", "{unit} out"]},
    {"number": r"\d+", "name": r"(?-i:\p{Lu})\p{L}+", "open": r"[(\[]"},
)


def takes(template: str, line: str) -> bool:
    return any(regex.search(made.pattern, line) for made in Slots([SLOTS]).make(template))


@pytest.mark.parametrize(
    ("template", "lines", "others"),
    [
        ("sea chart", ["sea chart", "• Sea  chart."], ["sea charts", "a sea chart", "seachart", "sea chart:"]),
        ("{number} {unit}", ["3 miles", "12 SEA MILE"], ["3miles", "3 furlongs", "three miles"]),
        ("{number}[ ]{unit}", ["3 miles", "3miles"], ["3 smiles"]),
        ("page {number} [of {number}]", ["Page 3", "page 3 of 12"], ["page 3 of", "page of 12"]),
        ("[old] (chart|map)[s|es]", ["old charts", "map", "Mapes"], ["oldmap", "mapss", "older map"]),
        ("… says {name}", ["now it was, says Ann", "says Ann"], ["essays Ann", "says Ann today", "says ann"]),
        ("by {name} …", ["by Ann Reed and others", "By Ann"], ["By and by", "said by Ann"]),
        ("sail…", ["sailing today", "Sail"], ["to sail"]),
        ("AP", ["AP"], ["ap", "Ap"]),
        ("don't 'go'", ["Don’t “go”"], ["dont go"]),
        ("updated: {number}", ["updated: 3", "Updated : 3", "updated：3"], ["updated 3"]),
        ("sold [{none}] out", ["sold out"], ["sold none out"]),
        ("{either}", ["tide 3", "miles out"], ["either"]),
        ("हिंदी {number}", ["हिंदी 3"], ["हिंदीा 3"]),
    ],
)
def test_template_matches(template: str, lines: list[str], others: list[str]) -> None:
    assert [line for line in lines if not takes(template, line)] == []
    assert [line for line in others if takes(template, line)] == []
