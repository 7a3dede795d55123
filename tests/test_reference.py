"""What editors and readers are told of the format is the format."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

import generate
import jsonschema
import pytest
from conftest import ROOT, Run

PACKS = sorted((ROOT / "rules").rglob("*.toml"))
VALID = {
    "schema-version": 1,
    "rule": [{"id": "a.b", "category": "promo", "summary": "s", "reason": "r", "match": {"whole": ["a"]}}],
}


def schema() -> Any:
    return json.loads((ROOT / "rules" / "schema.json").read_text("utf-8"))


def test_the_schema_is_that_of_the_format_and_is_printed(run: Run) -> None:
    assert schema() == generate.schema()
    assert json.loads(run("rules", "schema").stdout) == schema()


def test_shipped_packs_are_valid() -> None:
    validator = jsonschema.Draft202012Validator(schema())
    for path in PACKS:
        assert not [error.message for error in validator.iter_errors(tomllib.loads(path.read_text("utf-8")))], path


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({}, None),
        ({"categroy": "promo"}, "'categroy' was unexpected"),
        ({"category": "promos"}, "'promos' is not one of"),
        ({"match": {"whole": "a"}}, "'a' is not of type 'array'"),
        ({"where": {"previous": {"max-words": -1}}}, "-1 is less than the minimum"),
        ({"section": {"until": "dawn"}}, "'dawn' is not one of"),
    ],
)
def test_an_editor_sees_what_is_wrong(rule: dict[str, Any], said: str | None) -> None:
    pack = {**VALID, "rule": [{**VALID["rule"][0], **rule}]}  # type: ignore[index]
    errors = [error.message for error in jsonschema.Draft202012Validator(schema()).iter_errors(pack)]
    assert bool(errors) is (said is not None)
    assert said is None or said in errors[0]


def properties(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Each key that a table of the schema may have."""
    if isinstance(value, dict):
        for key, inner in value.get("properties", {}).items():
            yield f"{name}.{key}", inner
        for key, inner in value.items():
            yield from properties(inner, key)


def test_every_key_is_described() -> None:
    found = dict(properties(schema()))
    assert len(found) > 80
    assert not [name for name, key in found.items() if not key.get("description")]


def test_each_key_has_its_place_in_the_reference() -> None:
    keys = (ROOT / "rules" / "reference" / "keys.md").read_text("utf-8")
    assert not [name for name, _ in properties(schema()) if f"`{name.rpartition('.')[2]}`" not in keys]
