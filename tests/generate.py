"""Writes what is derived from the rules: `rules/README.md`, the reference, and `rules/schema.json`, for editors.

python tests/generate.py            # write both
python tests/generate.py --check    # exit 1 if either is out of date
"""

from __future__ import annotations

import inspect
import json
import sys
import types
import typing
from collections import Counter
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal

from stripper.engine.parameters import Parameters
from stripper.model import CATEGORIES
from stripper.reading.orthography import Orthography
from stripper.rules import templates
from stripper.rules.format import (
    Conditions,
    Duplicate,
    Guard,
    Heading,
    Layout,
    Match,
    PackHead,
    Region,
    Rule,
    Run,
    Section,
    Title,
    Wordless,
)
from stripper.rules.loading import load_rules
from stripper.rules.parsing import SCHEMA_VERSION
from stripper.rules.ruleset import RuleSet

RULES = Path(__file__).resolve().parent.parent / "rules"


def reference(rules: RuleSet) -> str:
    """The rule reference: counts by pack and category, then each pack's rules."""
    packs: dict[str, list[Rule]] = {}
    for rule in sorted(rules.rules, key=lambda rule: rule.pack):
        packs.setdefault(rule.pack, []).append(rule)
    used = [category for category in CATEGORIES if any(rule.category == category for rule in rules.rules)]
    lines = [
        "# The rules",
        "",
        "Generated from the packs by `tests/generate.py`; do not edit. How to write a rule is in the main README.",
        "",
        f"{len(rules.rules)} rules in {len(packs)} packs.",
        "",
        "| pack | " + " | ".join(used) + " | all |",
        "|---|" + "---:|" * (len(used) + 1),
    ]
    for pack, members in packs.items():
        counts = Counter(rule.category for rule in members)
        row = [str(counts[category] or "") for category in used]
        lines.append(f"| [{pack}](#{pack.replace('/', '')}) | " + " | ".join(row) + f" | {len(members)} |")
    lines += ["", "## Keys", ""]
    for name, cls in TABLES.items():
        lines += [f"### {name}", "", *_keys(cls), ""]
    lines += ["### like", "", "```text", inspect.getdoc(templates) or "", "```"]
    for pack, members in packs.items():
        lines += ["", f"## {pack}", "", "| rule | category | what it takes |", "|---|---|---|"]
        lines += [f"| `{rule.id}` | {rule.category} | {rule.summary.replace('|', chr(92) + '|')} |" for rule in members]
    return "\n".join(lines) + "\n"


# What a pack holds, by the place where it stands.
TABLES = {
    "the head of a pack": PackHead, "[[rule]]": Rule, "match": Match, "where and unless": Conditions,
    "section": Section, "run": Run, "duplicate": Duplicate, "region": Region, "title": Title, "heading": Heading,
    "wordless": Wordless, "layout": Layout, "guard": Guard, "body": Parameters, "[text]": Orthography,
}  # fmt: skip


def _keys(cls: type) -> list[str]:
    """The keys of a table with their types, and what the format says of them."""
    hints = typing.get_type_hints(cls)
    given = [item.name for item in fields(cls) if item.metadata.get("given", True)]
    keys = ", ".join(f"`{name.replace('_', '-')}` ({_type_name(hints[name])})" for name in given)
    return [f"Keys: {keys or 'none'}.", "", "```text", inspect.getdoc(cls) or "", "```"]


def _type_name(kind: Any) -> str:
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        kind = next(option for option in typing.get_args(kind) if option is not type(None))
    if typing.get_origin(kind) is Literal:
        return " or ".join(map(str, typing.get_args(kind))) if len(typing.get_args(kind)) < 6 else "category"
    if typing.get_origin(kind) is tuple:
        return "list"
    plain = {int: "number", float: "number", bool: "true or false", str: "text"}
    return plain.get(kind, "table")


def schema() -> dict[str, Any]:
    """The format of a pack as a JSON schema, from the dataclasses that define it."""
    definitions: dict[str, Any] = {}
    rule = _table(Rule, definitions)
    rule["properties"]["category"] = {"enum": list(CATEGORIES)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Stripper rule pack",
        "type": "object",
        "additionalProperties": False,
        "required": ["schema-version"],
        "properties": {
            **_table(PackHead, definitions)["properties"],
            "schema-version": {"const": SCHEMA_VERSION},
            "rule": {"type": "array", "items": rule},
            "slots": {
                "type": "object",
                "additionalProperties": False,
                "patternProperties": {SLOT_NAME: {"type": "array", "items": {"type": "string"}}},
            },
            "patterns": {
                "type": "object",
                "additionalProperties": False,
                "patternProperties": {SLOT_NAME: {"type": "string"}},
            },
            "text": _table(Orthography, definitions),
        },
        "$defs": dict(sorted(definitions.items())),
    }


SLOT_NAME = f"^{templates.SLOT_NAME}$"


def _table(cls: type, definitions: dict[str, Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(cls)
    given = [item for item in fields(cls) if item.metadata.get("given", True)]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [item.name.replace("_", "-") for item in given if item.default is MISSING],
        "properties": {item.name.replace("_", "-"): _kind(hints[item.name], definitions) for item in given},
    }


def _kind(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return _kind(next(option for option in inner if option is not type(None)), definitions)
    if is_dataclass(kind):
        name = kind.__name__
        if name not in definitions:
            definitions[name] = {}  # stands before it is filled, for conditions within conditions
            definitions[name] = _table(typing.cast(type, kind), definitions)
        return {"$ref": f"#/$defs/{name}"}
    if origin is tuple:
        return {"type": "array", "items": _kind(inner[0], definitions)}
    if origin is Literal:
        return {"enum": list(inner)}
    if kind is int:
        return {"type": "integer", "minimum": 0}
    plain = {float: "number", bool: "boolean", str: "string"}
    return {"type": plain.get(kind, "object")}


def outputs() -> dict[Path, str]:
    """Each derived file with what it should hold."""
    return {
        RULES / "README.md": reference(load_rules()),
        RULES / "schema.json": json.dumps(schema(), indent=1, ensure_ascii=False) + "\n",
    }


def main() -> int:
    stale = [path for path, text in outputs().items() if not path.exists() or path.read_text("utf-8") != text]
    for path in stale:
        if "--check" in sys.argv:
            print(f"{path.name} is out of date: run python tests/generate.py", file=sys.stderr)
        else:
            path.write_text(outputs()[path], "utf-8")
    return int("--check" in sys.argv and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
