"""The shape of the code itself: imports go one way, and no phrase of any language stands in it."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from conftest import shipped_rules

PACKAGE = Path(__file__).resolve().parent.parent / "stripper"
ROOMS = (  # low to high
    "version", "dataclass", "late_pattern", "errors", "extras", "model", "reading", "rules", "engine", "api", "tables",
    "spark", "ray", "datatrove", "runs", "authoring", "cli",
)  # fmt: skip
ENGINE = ("matching", "body", "parts")  # rooms within the engine, low to high; its other modules stand around them
ONLY_IN = {
    "regex": {"engine/matching/patterns", "engine/matching/prefilter", "authoring"},
    "ahocorasick_rs": {"engine/matching/lookup"},
    "rich": {"cli/drawing"},
    "click": {"cli"},
    "pyspark": {"spark"},
    "ray": {"ray"},
    "datatrove": {"datatrove"},
    "sqlite3": {"runs/line_counts", "runs/manifest", "runs/overwritten", "runs/record_counts", "runs/store"},
}
MOST_LINES = 400  # of a module
MOST_LINES_OF_A_FUNCTION = 60


@cache
def _nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text("utf-8"))))


@cache
def _imports(path: Path) -> set[str]:
    """What a file imports: `.room/module` of this package, and the top-level names of others."""
    found: set[str] = set()
    folder = path.relative_to(PACKAGE).parent.parts
    for node in _nodes(path):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level:
            inside = folder[: len(folder) - node.level + 1]
            names = [node.module] if node.module else [alias.name for alias in node.names]
            found |= {"." + "/".join((*inside, *name.split("."))) for name in names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def _modules() -> dict[str, Path]:
    return {path.relative_to(PACKAGE).with_suffix("").as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}


def test_a_room_imports_only_those_before_it() -> None:
    wrong = []
    for name, path in _modules().items():
        room = name.split("/")[0]
        if room in ("__init__", "__main__"):
            continue
        assert room in ROOMS, f"{name} is in no room"
        allowed = ROOMS[: ROOMS.index(room) + 1]
        used = [each[1:] for each in _imports(path) if each[0] == "."]
        wrong += [f"{name} imports {each}" for each in used if each.split("/")[0] not in allowed]
    assert not wrong


def test_rooms_of_the_engine_import_only_those_before_them() -> None:
    wrong = []
    for name, path in _modules().items():
        room = name.split("/")[1] if name.startswith("engine/") else ""
        used = {each.split("/")[1] for each in _imports(path) if each.startswith(".engine/") and each.count("/") > 1}
        if room in ENGINE and not used <= set(ENGINE[: ENGINE.index(room) + 1]):
            wrong.append(name)
    assert not wrong


def test_modules_of_a_room_import_each_other_one_way() -> None:
    graph = {name: {each[1:] for each in _imports(path) if each[0] == "."} for name, path in _modules().items()}
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " -> ".join((*above, name))
        if name not in done:
            for each in sorted(graph.get(name, ())):
                visit(each, (*above, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def test_modules_and_functions_are_short() -> None:
    long = [name for name, path in _modules().items() if len(path.read_text("utf-8").splitlines()) > MOST_LINES]
    for name, path in _modules().items():
        for node in _nodes(path):
            if isinstance(node, ast.FunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                long += [f"{name}: {node.name}, {lines} lines"] * (lines > MOST_LINES_OF_A_FUNCTION)
    assert not long


def test_libraries_are_imported_in_one_place() -> None:
    for name, path in _modules().items():
        for library, places in ONLY_IN.items():
            allowed = name in places or name.split("/")[0] in places
            assert library not in _imports(path) or allowed, f"{name} imports {library}"


def test_code_holds_no_phrase_of_a_pack() -> None:
    matches = [rule.match for rule in shipped_rules().rules if rule.match]
    phrases = {phrase.casefold() for match in matches for phrase in (*match.whole, *match.starts, *match.contains)}
    telling = {phrase for phrase in phrases if " " in phrase and len(phrase) > 8}
    assert len(telling) > 100
    strings = []
    for path in _modules().values():
        values = [node.value for node in _nodes(path) if isinstance(node, ast.Constant)]
        strings += [value for value in values if isinstance(value, str)]
    text = "\0".join(strings).casefold()
    assert [each for each in telling if each in text and re.search(rf"\b{re.escape(each)}\b", text)] == []
