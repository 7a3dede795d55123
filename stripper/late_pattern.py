"""Regular expressions that are compiled when first used: a page needs few, and each takes as long as some lines."""

from __future__ import annotations

import re
from typing import Any, cast


class _LatePattern:
    def __init__(self, source: str, flags: int) -> None:
        self._source, self._flags = source, flags

    def __getattr__(self, name: str) -> Any:
        found = self.__dict__[name] = getattr(re.compile(self._source, self._flags), name)  # once for each method
        return found


def late_pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    """As `re.compile`, but that what is wrong with the source is said when it is used."""
    return cast("re.Pattern[str]", _LatePattern(source, flags))
