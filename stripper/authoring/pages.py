"""The pages that a folder holds, and what the rules decide of each, as a run over the folder would.

Pages are read anew for each pass rather than held: lines that many of them share are counted first, see `Statistics`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple, TypeVar

from ..api import read
from ..engine.cleaning import clean
from ..engine.records import digest
from ..engine.statistics import Statistics, document_keys, least_of
from ..errors import InputError, problem_of
from ..model import Document, Outcome
from ..reading.decoding import decode
from ..reading.forms import named_form
from ..rules.ruleset import RuleSet
from ..runs.discovery import Found, Grouping, Search, walk
from ..runs.files import read_regular
from ..runs.folders import Root
from ..runs.formats.pages import unpacked
from ..runs.line_counts import LineCounter
from ..runs.results import PageOptions, Sections, options_for
from ..runs.sites import site_of

Made = TypeVar("Made")


class Source(NamedTuple):
    """A file to read: its path, the path below the input folder, and the name of its group, if it has one.

    `root` is the input folder, as it was found; a file that was named by itself has none.
    """

    path: str
    name: str
    group: str | None
    root: Root | None = None

    def read(self) -> bytes:
        """The page. Raises InputError, also for what has become a link or a pipe since it was found in a folder."""
        data = read(self.path) if self.root is None else read_regular(Path(self.path), self.root)
        return unpacked(data, self.path)


class Judged(NamedTuple):
    """What was decided of a page, and the rules and statistics that it came about by."""

    source: Source
    outcome: Outcome
    rules: RuleSet
    statistics: Statistics | None


@dataclass(frozen=True, slots=True)
class Pages:
    """The text files of some folders, and files by themselves, in order of their names.

    `common` tells how they are cleaned, `sections` which of them are cleaned otherwise. What cannot be read is left
    out, and named in `unread`.
    """

    sources: tuple[Source, ...]
    common: PageOptions
    sections: Sections = ()
    unread: list[str] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        inputs: Sequence[Path],
        search: Search,
        grouping: Grouping | None,
        common: PageOptions,
        sections: Sections = (),
        sample: int | None = None,
    ) -> Pages:
        """`grouping` tells which pages are measured by the same shared lines; None leaves these alone.

        With a `sample`, only so many of the pages: the same ones each time. Raises InputError when an input does not
        exist.
        """
        sources, unread = [], []
        for path in inputs:
            if not path.exists():
                raise InputError(f"{path}: no such file or folder")
            root = Root.of(path) if path.is_dir() else None
            found = walk(str(path), search) if root is not None else [Found(str(path), path.name)]
            for each in found:
                if each.problem:
                    unread.append(each.problem)
                else:
                    group = _group(grouping, path, each.target, len(inputs)) if grouping else None
                    sources.append(Source(each.source, each.target, group, root))
        if sample is not None and sample < len(sources):
            sources = sorted(sources, key=lambda source: digest(source.name.encode("utf-8", "surrogatepass")))[:sample]
        return cls(tuple(sorted(sources, key=lambda source: (source.name, source.path))), common, sections, unread)

    def __len__(self) -> int:
        return len(self.sources)

    def options_of(self, source: Source) -> PageOptions:
        return options_for(source.path, self.common, self.sections)

    def each(self, do: Callable[[Source, Document], Made]) -> Iterator[Made]:
        """What is made of each page; one of which nothing can be, by an InputError or for its size, is left out."""
        for source in self.sources:
            try:
                made = do(source, self._document(source))
            except (InputError, MemoryError) as error:
                if (problem := problem_of(source.path, error)) not in self.unread:
                    self.unread.append(problem)
                continue
            yield made

    def _document(self, source: Source) -> Document:
        own = self.options_of(source)
        document = decode(source.read(), source.path, own.encoding)
        form = named_form(own.form, source.path)
        return replace(document, form=form, site=own.site or site_of(source.path, source.group))

    def statistics(self) -> dict[str, Statistics]:
        """The counts of the lines that the pages of each group share; none of groups too small for any rule."""
        rules = self.common.rules
        least = least_of(rules)
        if least is None:
            return {}

        def count(source: Source, document: Document) -> tuple[str | None, Statistics]:
            page = Statistics()
            if source.group is not None:
                page.add(document_keys(document, rules.orthography))
            return source.group, page

        tallies: dict[str, LineCounter] = {}
        for group, page in self.each(count):
            if group is not None:
                tallies.setdefault(group, LineCounter()).merge(page)
        return {name: tally.frozen(name, least) for name, tally in tallies.items()}

    def judged(self, together: bool = True) -> Iterator[Judged]:
        """What is decided of each page; each by itself unless `together` with those that it shares lines with."""
        known = self.statistics() if together else {}
        return self.each(lambda source, document: self.judge(source, document, known.get(source.group or "")))

    def judge(self, source: Source, document: Document, statistics: Statistics | None) -> Judged:
        rules = self.options_of(source).rules
        return Judged(source, clean(document, rules, statistics), rules, statistics)


def _group(grouping: Grouping, given: Path, target: str, inputs: int) -> str | None:
    """The group of a page, with the name of the folder that was given before those of folders in it."""
    group = grouping.of(target)
    top = (given if given.is_dir() else given.parent).resolve().name
    if grouping.by == "folder":
        return f"{top}/{group}".removesuffix("./")
    return f"{top}/" if grouping.by == "run" and inputs == 1 else group
