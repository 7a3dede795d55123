"""What can be told of a cleaned text in columns of its own, beside the others of its record; and the way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import InputError, OptionError
from ..model import Outcome
from ..rules.ruleset import RuleSet
from .records import digest, explained_lines

if TYPE_CHECKING:
    from .statistics import Statistics

PREFIX = "stripper_"
REMOVED = "removed"


def host_of(url: str | None) -> str | None:
    """The host of a URL in small letters, without port; None where there is none.

    >>> host_of("https://News.example:8080/a?b")
    'news.example'
    """
    from urllib.parse import urlsplit  # loads slowly, and pages in files need it not

    try:
        return urlsplit(url.strip()).hostname if url else None
    except ValueError:  # what is no URL at all
        return None


def column_at(names: Sequence[str], name: str, more: str = "") -> int:
    """Where a column is among those of a table. Raises InputError, with `more` to say, if none has its name, or several
    have.
    """
    if names.count(name) != 1:
        said = "several columns are" if name in names else "no column is"
        raise InputError(f"{said} named {name!r}: {', '.join(names[:20]) or 'there is none'}{more and f'; {more}'}")
    return names.index(name)


def _share_kept(outcome: Outcome) -> float:
    words = len(outcome.document.text.split())
    return round(len(outcome.text.split()) / words, 4) if words else 1.0


def _by_category(outcome: Outcome) -> dict[str, int]:
    """How many words are of each category, most first."""
    counts: Counter[str] = Counter()
    for row in explained_lines(outcome):
        cut = Counter({each["category"]: 0 for each in row["trims"]})
        for each in row["trims"]:
            cut[each["category"]] += len(each["text"].split())
        counts[row["category"]] += len(row["text"].split()) - cut.total()
        counts += cut
    return dict(counts.most_common())


def _notes(outcome: Outcome) -> list[str]:
    return [f"{note.kind}: {note.rule}: {note.message}" for note in outcome.notes]


def _confidence(judged: Judged) -> float | None:
    from .confidence import confidence  # few ask for it

    return confidence(*judged)


def _removed(outcome: Outcome) -> dict[str, Any]:
    text = outcome.document.text
    spans = [
        {"at": each.start, "line": each.line, "rule": each.rule, "category": each.category, "reason": each.reason}
        | {"text": text[each.start : each.end]}
        for each in outcome.removed
    ]
    return {"original": _digest(text), "spans": spans}


def _digest(text: str) -> str:
    return digest(text.encode("utf-8", "surrogatepass")).hex()


class Judged(NamedTuple):
    """An outcome, and the rules and statistics that it came about by."""

    outcome: Outcome
    rules: RuleSet
    statistics: Statistics | None


VALUES: dict[str, Callable[[Judged], Any]] = {
    "title": lambda judged: judged.outcome.title,
    "date": lambda judged: judged.outcome.date,
    "author": lambda judged: judged.outcome.author,
    "language": lambda judged: judged.outcome.language or None,
    "words": lambda judged: len(judged.outcome.document.text.split()),
    "words_kept": lambda judged: len(judged.outcome.text.split()),
    "kept": lambda judged: _share_kept(judged.outcome),
    "categories": lambda judged: _by_category(judged.outcome),
    "notes": lambda judged: _notes(judged.outcome),
    "confidence": _confidence,
    REMOVED: lambda judged: _removed(judged.outcome),
}


def facts(outcome: Outcome, rules: RuleSet, statistics: Statistics | None = None) -> dict[str, Any]:
    """What can be told of a page, but for what was removed of it, by the names of VALUES."""
    judged = Judged(outcome, rules, statistics)
    return {name: value(judged) for name, value in VALUES.items() if name != REMOVED}


def check_names(names: Iterable[str]) -> tuple[str, ...]:
    """The names in the order of `VALUES`. Raises OptionError for one that is none of them."""
    wanted = {names} if isinstance(names, str) else set(names)  # a string alone is no set of letters
    if unknown := sorted(wanted - VALUES.keys()):
        raise OptionError(f"{unknown[0]!r} is nothing that can be added; there are {', '.join(VALUES)}")
    return tuple(name for name in VALUES if name in wanted)


def values(
    outcome: Outcome, names: Iterable[str], rules: RuleSet, statistics: Statistics | None = None
) -> dict[str, Any]:
    """The columns asked for, by their names in a record (`stripper_title` and so on).

    `title`, `date` and `author` are the first lines that rules found to be such, as they stand, or None; `language` a
    code or None; `words` and `words_kept` counts, `kept` the share of words that stay, `categories` counts of words;
    `notes` a list of strings; `confidence` the chance that the page is clean (see `confidence`) or None; `removed` what
    `restored` needs: a digest of the original, and of each span `at` which character of the original it began, its
    line, rule, category, reason and text.
    """
    judged = Judged(outcome, rules, statistics)
    return {PREFIX + name: VALUES[name](judged) for name in names}


def nothing_removed(text: str, names: Iterable[str]) -> dict[str, Any]:
    """Of the columns asked for, what `restored` needs of a text that is left as it is."""
    return {PREFIX + REMOVED: {"original": _digest(text), "spans": []}} if REMOVED in names else {}


def restored(text: str, removed: Any) -> str:
    """The original of a cleaned text, from its column `stripper_removed`.

    Raises InputError if either was edited since, or the column is something else.
    """
    pieces: list[str] = []
    at = taken = 0  # how far the cleaned text is used, and how much of what was taken stands before that
    try:
        for span in removed["spans"]:
            upto = span["at"] - taken
            if not at <= upto <= len(text):
                raise ValueError
            pieces += [text[at:upto], span["text"]]
            at, taken = upto, taken + len(span["text"])
        original = "".join([*pieces, text[at:]])
        same = _digest(original) == removed["original"]
    except (ValueError, TypeError, KeyError):
        same = False
    if not same:
        raise InputError(f"the text or its {PREFIX}{REMOVED} was edited since; it is left as it is")
    return original
