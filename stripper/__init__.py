"""Stripper takes the plain text of a page and leaves the article.

    outcome = stripper.strip(text)
    outcome.text            # what is left
    outcome.removed         # what was taken: line, span, category, rule and reason

A page passes each room once, and a room imports only from those before it:

    reading     bytes and text become a page
    rules       packs become rule sets
    engine      a page and rules become decisions, and decisions become text
    api         one call for a text, for bytes, for a file
    tables      one call for a table; spark, ray, datatrove: the same on an engine
    runs        many pages
    authoring   for those who write rules
    cli         the command line
"""

from __future__ import annotations

from .version import __version__

TYPE_CHECKING = False  # as typing has it, which takes long to import: Ctrl-C would be a traceback meanwhile
if TYPE_CHECKING:
    from typing import Any

    from .api import strip, strip_bytes, strip_file
    from .engine.statistics import Statistics
    from .errors import (
        InputError,
        MissingExtraError,
        OptionError,
        OutputError,
        Problem,
        RuleError,
        StripperError,
        UnknownNameError,
    )
    from .model import CATEGORIES, Decision, Document, Note, Outcome
    from .rules.format import Rule
    from .rules.loading import load_rules
    from .rules.ruleset import RuleSet
    from .tables import clean_table, count_table

__all__ = [
    "CATEGORIES",
    "Decision",
    "Document",
    "InputError",
    "MissingExtraError",
    "Note",
    "OptionError",
    "Outcome",
    "OutputError",
    "Problem",
    "Rule",
    "RuleError",
    "RuleSet",
    "Statistics",
    "StripperError",
    "UnknownNameError",
    "__version__",
    "clean_table",
    "count_table",
    "load_rules",
    "strip",
    "strip_bytes",
    "strip_file",
]

_HOMES = {
    "api": ("strip", "strip_bytes", "strip_file"),
    "engine.statistics": ("Statistics",),
    "model": ("CATEGORIES", "Decision", "Document", "Note", "Outcome"),
    "rules.format": ("Rule",),
    "rules.loading": ("load_rules",),
    "rules.ruleset": ("RuleSet",),
    "tables": ("clean_table", "count_table"),
}


def __getattr__(name: str) -> Any:
    # When asked for: the command line must be ready for Ctrl-C before all is loaded, and a page needs little of it.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    home = next((home for home, names in _HOMES.items() if name in names), "errors")
    return globals().setdefault(name, getattr(import_module(f".{home}", __name__), name))


def __dir__() -> list[str]:
    return __all__
