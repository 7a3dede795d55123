"""What not everybody needs, loaded when it is: libraries that an extra of this package brings."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .errors import MissingExtraError


def load(module: str, extra: str) -> Any:
    """A module of a library that an extra of this package brings. Raises MissingExtraError without it."""
    try:
        return import_module(module)
    except ImportError as error:
        library = module.partition(".")[0]
        missing = isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] == library
        why = "which is not installed" if missing else f"which cannot be imported ({error})"
        raise MissingExtraError(f"this needs {library}, {why}; {how_to_install(extra)}") from error


def how_to_install(extra: str) -> str:
    """What to do where an extra is missing: a registry may have another package of this name, or none."""
    return f"it comes with the extra {extra!r}: in a clone of Stripper, pip install '.[{extra}]'"
