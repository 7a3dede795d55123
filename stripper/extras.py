"""What not everybody needs, loaded when it is: libraries that an extra of this package brings."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .errors import MissingExtraError


def load(module: str, extra: str) -> Any:
    """A module of a library that `pip install 'stripper[extra]'` brings. Raises MissingExtraError without it."""
    try:
        return import_module(module)
    except ImportError as error:
        library = module.partition(".")[0]
        missing = isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] == library
        why = "which is not installed" if missing else f"which cannot be imported ({error})"
        raise MissingExtraError(f"this needs {library}, {why}: pip install 'stripper[{extra}]'") from error
