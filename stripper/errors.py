"""What can go wrong, and for whom.

    StripperError
    ├── InputError        a document cannot be read, or is no text
    ├── OutputError       a result cannot be written
    ├── OptionError       what was asked for cannot be done
    ├── MissingExtraError a library is not installed that an extra of this package brings
    ├── UnknownNameError  a rule id or category that does not exist
    └── RuleError         packs, or settings, do not load; carries every problem found

Each is picklable, so a worker process can raise it.
"""

from __future__ import annotations

from .dataclass import dataclass


class StripperError(Exception):
    """Base of all errors raised on purpose; `str()` is one line that says what is wrong and what to do."""


class InputError(StripperError):
    """A document cannot be read or decoded."""


class OutputError(StripperError):
    """A result cannot be written."""


class OptionError(StripperError):
    """What was asked for cannot be done: options that do not go together, or a value that makes no sense."""


class MissingExtraError(StripperError, ImportError):
    """A library is not installed; the message says which extra brings it."""


class UnknownNameError(StripperError):
    """No rule or category has this name."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a pack: `file`, then `rule` id and `key` where they are known, and what to do."""

    file: str
    rule: str
    key: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.rule, self.key, self.message) if part)


class RuleError(StripperError):
    """Packs, or a file of settings, that do not load. `problems` holds all of them, in file order."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def problem_of(name: str, error: Exception) -> str:
    """What is said of a file: a fault of this program must not end what goes on with others; it is named."""
    if isinstance(error, StripperError):
        return str(error)
    if isinstance(error, MemoryError):
        return f"{name}: takes more memory than there is"
    return f"{name}: {type(error).__name__}: {error}"
