"""The shape of the code itself: imports go one way, and no phrase of any language stands in it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from stripper.rules import load_rules

PACKAGE = Path(__file__).resolve().parent.parent / "stripper"
ORDER = (
    "version", "errors", "cache", "files", "model", "decode", "text", "syntax", "phrases", "weights", "rules",
    "matching", "corpus", "engine", "strain", "checks", "render", "api", "folder", "ledger", "restore", "workers",
    "batch", "authoring", "report", "cli",
)  # fmt: skip
ONLY_IN = {
    "regex": {"matching", "strain", "checks"},
    "ahocorasick_rs": {"matching"},
    "rich": {"report"},
    "click": {"cli"},
    "sqlite3": {"corpus", "ledger"},
}


def _module(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def _imports(path: Path) -> set[str]:
    """Top-level names that a file imports; modules of this package as `.name`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            # One dot is this folder; inside engine/ that is the engine itself, and two dots are the package.
            depth = len(path.relative_to(PACKAGE).parts)
            if node.level == depth:
                names = [node.module] if node.module else [alias.name for alias in node.names]
                found |= {"." + name.split(".")[0] for name in names}
            elif not node.level and node.module:
                found.add(node.module.split(".")[0])
    return found


def test_modules_import_only_those_above_them() -> None:
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        if _module(path) not in ORDER:
            assert _module(path) in ("__init__", "__main__", "packs"), f"{path} has no place in the order"
            continue
        above = set(ORDER[: ORDER.index(_module(path))])
        own = [name[1:] for name in _imports(path) if name[:1] == "."]
        wrong += [f"{path.name} imports {name}" for name in own if name not in above]
    assert not wrong


def test_libraries_are_imported_in_one_place() -> None:
    for path in PACKAGE.rglob("*.py"):
        for library, modules in ONLY_IN.items():
            assert library not in _imports(path) or _module(path) in modules, f"{path.name} imports {library}"


def test_code_holds_no_phrase_of_a_pack() -> None:
    rules = load_rules().rules
    matches = [rule.match for rule in rules if rule.match]
    phrases = {phrase.casefold() for match in matches for phrase in (*match.whole, *match.starts, *match.contains)}
    telling = {phrase for phrase in phrases if " " in phrase and len(phrase) > 8}
    assert len(telling) > 100
    strings = [
        (path.name, node.value.casefold())
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    found = [
        (name, phrase)
        for name, text in strings
        for phrase in telling
        if phrase in text and re.search(rf"\b{re.escape(phrase)}\b", text)
    ]
    assert not found
