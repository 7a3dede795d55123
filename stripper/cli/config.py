"""Settings of a project, in `stripper.toml` or under `[tool.stripper]` in `pyproject.toml`: what stands there need not
be said on each call, and what is said on a call wins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from ..errors import InputError, OptionError, RuleError
from ..model import CATEGORIES
from ..reading.decoding import check_encoding
from ..rules.names import nearest_name
from ..rules.toml import read_toml
from .settings_files import MOST_BYTES, NAMES, may_hold_settings, settings_files

if TYPE_CHECKING:
    from ..rules.parsing import PackProblems
    from ..runs.discovery import Under


@dataclass(frozen=True, slots=True)
class PageSettings:
    """What can be said for all pages, and for those under some paths. None is what is not said."""

    rules: Annotated[tuple[str, ...] | None, "Packs to use too, from the folder of this file on."] = None
    disable: Annotated[tuple[str, ...] | None, "Rules, or categories, to switch off."] = None
    keep: Annotated[tuple[str, ...] | None, "Categories whose lines stay."] = None
    drop: Annotated[tuple[str, ...] | None, "Categories whose lines go."] = None
    languages: Annotated[tuple[str, ...] | None, "What the pages are written in."] = None
    encoding: Annotated[str | None, "The encoding of the pages, where it is not to be guessed."] = None
    form: Annotated[Literal["auto", "plain", "wrapped", "markdown"] | None, "What form the text is in."] = None
    site: Annotated[str | None, "The site of the pages, for rules of one site."] = None

    def said(self) -> dict[str, Any]:
        """The settings that are not None, by name."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Section(PageSettings):
    """A table `[[pages]]`: the settings for pages under some paths. Of several for a page the last one counts."""

    path: Annotated[tuple[str, ...], "Paths from the folder of this file on; * is any characters."] = ()


@dataclass(frozen=True, slots=True)
class Columns:
    text: str | None = None
    url: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Settings(PageSettings):
    default_rules: Annotated[bool | None, "Whether the shipped rules are used."] = None
    jobs: Annotated[int | None, "How many processes batch uses, one for each core at most."] = None
    glob: Annotated[tuple[str, ...] | None, "Which files of a folder are looked at."] = None
    group_by: Annotated[str | None, "Which pages are one group, as for batch."] = None
    columns: Annotated[Columns | None, "The columns of files of records: text, url, id."] = None


@dataclass(frozen=True, slots=True)
class Config:
    """A file of settings as it was read; `file` is None where there is none."""

    file: Path | None = None
    settings: Settings = field(default_factory=Settings)
    sections: tuple[Section, ...] = ()

    @property
    def folder(self) -> Path:
        return self.file.parent if self.file is not None else Path()

    def options(self) -> dict[str, Any]:
        """The settings for all pages as options of the command line, by the names of their parameters."""
        found = self.settings.said()
        if (default := found.pop("default_rules", None)) is not None:
            found["no_default_rules"] = not default
        if "jobs" in found:  # who wrote the file may not know this machine
            from ..runs.pool import cores

            found["jobs"] = min(found["jobs"], cores())
        if (columns := found.pop("columns", None)) is not None:
            names = {item.name: getattr(columns, item.name) for item in fields(columns)}
            found |= {name: value for name, value in names.items() if value is not None}
        return found

    def under(self, section: Section) -> Under:
        from ..runs.discovery import Under

        return Under(str(self.folder), section.path)


def find_config(start: Path) -> Config:
    """The settings that hold in a folder: those of the nearest file there or above it. Raises as `read_config`."""
    for file in settings_files(start):
        if (table := _read(file)) is not None:
            return _config(file, table)
    return Config()


def read_config(file: Path) -> Config:
    """The settings of a file. Raises OptionError if it has none, RuleError for what is wrong with them."""
    if not file.is_file():
        raise OptionError(f"{file}: {'is no regular file' if file.exists() else 'no such file'}")
    table = _read(file) if may_hold_settings(file) else None
    if table is None:
        raise OptionError(f"{file}: has no [tool.stripper]")
    return _config(file.resolve(), table)


def _read(file: Path) -> dict[str, Any] | None:
    """The table of settings in a file; None if it has none."""
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise OptionError(f"{file}: cannot be read: {error.strerror}") from None
    own = file.name != NAMES[1]
    try:
        if len(data) > MOST_BYTES:
            raise ValueError(f"is larger than {MOST_BYTES // 1_000_000} MB")
        table = read_toml(data)
    except ValueError as error:
        raise OptionError(f"{file}: is no valid TOML: {error}") from None
    tool = table.get("tool")
    found = table if own else tool.get("stripper") if isinstance(tool, dict) else None
    return found if isinstance(found, dict) else None


def _config(file: Path, table: Mapping[str, Any]) -> Config:
    from ..rules.parsing import Enough, PackProblems, read_table

    problems = PackProblems(str(file))
    settings, sections = Settings(), list[Any]()
    with suppress(Enough):
        pages = table.get("pages", [])
        if not isinstance(pages, list) or not all(isinstance(each, dict) for each in pages):
            problems.add("pages", "must be tables, each headed [[pages]]")
            pages = []
        top = {name: value for name, value in table.items() if name != "pages"}
        settings = read_table(Settings, top, "", problems)
        sections = [read_table(Section, each, f"pages {number}", problems) for number, each in enumerate(pages, 1)]
        for number, section in enumerate(sections, 1):
            if section is not None and not section.path:
                problems.add(f"pages {number}.path", "missing; say which pages these settings are for")
        if not problems.found:
            _check_values(settings, "", problems)
            for number, section in enumerate(sections, 1):
                _check_values(section, f"pages {number}.", problems)
    if problems.found:
        raise RuleError(tuple(problems.found))
    return Config(file, _placed(settings, file.parent), tuple(_placed(each, file.parent) for each in sections))


def _check_values(settings: Any, key: str, problems: PackProblems) -> None:
    """Report what options of a call would refuse, since that would be said of the options."""
    if settings.encoding is not None:
        try:
            check_encoding(settings.encoding)
        except InputError as error:
            problems.add(f"{key}encoding", str(error))
    for name in ("keep", "drop"):
        for category in getattr(settings, name) or ():
            if category not in CATEGORIES:
                message = f"no category is called {category!r:.60}; {nearest_name(category, CATEGORIES)}"
                problems.add(f"{key}{name}", message)
    if "" in (settings.rules or ()):
        problems.add(f"{key}rules", "an empty name")
    if isinstance(settings, Settings) and settings.jobs == 0:
        problems.add("jobs", "cannot be less than 1, is 0")


def _placed(settings: Any, folder: Path) -> Any:
    """Settings with their packs as seen from anywhere."""
    from dataclasses import replace

    if settings.rules is None:
        return settings
    packs = [folder / each for each in settings.rules]
    for path in packs:
        if path.exists() and not (path.is_file() or path.is_dir()):  # such as a pipe, which would hold the program up
            raise OptionError(f"{path}: is no pack and no folder of packs")
    return replace(settings, rules=tuple(map(str, packs)))


def shown(config: Config, page: str | None) -> Iterator[str]:
    """The settings as TOML, each with the place where it is from; those of one `page` if that is given."""
    origin = str(config.file)
    found: dict[str, tuple[Any, str]] = {item.name: (None, "not set") for item in fields(Settings)}
    found |= {name: (value, origin) for name, value in config.settings.said().items()}
    sections = list(enumerate(config.sections, 1))
    if page is not None:
        mine = [(number, each) for number, each in sections if config.under(each).holds(page)][-1:]
        for number, section in mine:
            said = section.said()
            del said["path"]
            found |= {name: (value, f"{origin}, [[pages]] {number}") for name, value in said.items()}
        sections = []
    for name, (value, place) in found.items():
        key = name.replace("_", "-")
        yield f"# {key} is not set" if value is None else f"{key} = {_toml(value)}  # {place}"
    for number, section in sections:
        yield from ("", f"[[pages]]  # {origin}, {number}")
        yield from (f"{name.replace('_', '-')} = {_toml(value)}" for name, value in section.said().items())


def _toml(value: Any) -> str:
    if isinstance(value, Columns):
        said = {item.name: getattr(value, item.name) for item in fields(value)}
        return "{ " + ", ".join(f"{name} = {_toml(each)}" for name, each in said.items() if each is not None) + " }"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    import json

    return json.dumps(value, ensure_ascii=False)
