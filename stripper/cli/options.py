"""Options that several commands have, and the rules that they ask for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import fields, replace
from functools import lru_cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from ..api import default_rules, select
from ..dataclass import dataclass
from ..engine.plan import plan
from ..errors import InputError
from ..model import CATEGORIES
from ..reading.decoding import check_encoding
from ..reading.forms import AUTO, FORMS
from ..rules.loading import load_rules
from ..rules.ruleset import ALL_LANGUAGES, RuleSet

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from ..runs.discovery import Under
    from .config import Config

Command = TypeVar("Command", bound=Callable[..., Any])


OPPOSITE = {"keep": "drop", "drop": "keep"}


@dataclass(frozen=True)
class Shared:
    """The options that all cleaning commands have."""

    rules: tuple[str, ...]
    no_default_rules: bool
    disable: tuple[str, ...]
    keep: tuple[str, ...]
    drop: tuple[str, ...]
    languages: tuple[str, ...]
    encoding: str | None
    form: str
    site: str
    sections: tuple[tuple[Under, tuple[tuple[str, Any], ...]], ...] = ()

    def of(self, page: str) -> Shared:
        """The options for a page, by its path: the last section that it is under counts."""
        return next((own for under, own in reversed(self.by_path()) if under.holds(page)), self)

    def by_path(self) -> list[tuple[Under, Shared]]:
        """The options for pages under some paths."""
        return [(under, self.with_said(dict(said))) for under, said in self.sections]

    def with_said(self, said: dict[str, Any]) -> Shared:
        """With options that win over these."""
        return replace(self, **_won(self._asdict(), said) | said)

    def for_all(self, said: dict[str, Any]) -> Shared:
        """With options that win over these, and over those for pages under some paths."""
        sections = tuple((under, tuple(_won(dict(own), said).items())) for under, own in self.sections)
        return replace(self.with_said(said), sections=sections)

    def _asdict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in OPTIONS}

    @lru_cache(maxsize=8)  # noqa: B019  # few are ever made
    def load(self, phrases: bool = False) -> RuleSet:
        """The rules asked for, with their phrases and examples if these are to be shown.

        Raises RuleError or UnknownNameError.
        """
        if self.no_default_rules and not self.rules:
            raise click.UsageError("--no-default-rules leaves no rules; name packs of your own with --rules")
        own = bool(self.rules) or self.no_default_rules or phrases
        rules = load_rules(self.rules, not self.no_default_rules, examples=phrases) if own else None
        return self.chosen(rules)

    def chosen(self, rules: RuleSet | None) -> RuleSet:
        """A rule set, or the shipped one, as the other options have it."""
        chosen = select(rules, self.keep, self.drop, self.disable, self.languages)
        plan(chosen)  # a pattern that does not compile is said before any page is read
        return chosen


OPTIONS = tuple(item.name for item in fields(Shared) if item.name != "sections")


def _won(own: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """What is left of options where others are said: a category that these keep is not dropped any more."""
    return {
        name: _but(value, said.get(OPPOSITE[name])) if name in OPPOSITE else value
        for name, value in own.items()
        if name not in said
    }


def _but(names: tuple[str, ...], others: Collection[str] | None) -> tuple[str, ...]:
    return tuple(name for name in names if name not in (others or ()))


def _encoding(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        try:
            check_encoding(value)
        except InputError as error:
            raise click.BadParameter(str(error)) from None
    return value


class Named(click.ParamType):  # type: ignore[type-arg]  # generic in newer versions of click alone
    """A path that is there: an empty one would be taken for the folder one is in (`--in-place "$UNSET"`)."""

    name = "path"

    def __init__(self, make: Callable[[str], str | Path]) -> None:
        self.make = make

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str | Path:
        if value == "":
            self.fail("an empty name; is a variable not set?", param, ctx)
        return self.make(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        return [CompletionItem(incomplete, type="file")]


class Names(click.ParamType):  # type: ignore[type-arg]
    """Names with commas between them; `known` are those that the shell offers."""

    name = "names"

    def __init__(self, known: Callable[[], Iterable[str]]) -> None:
        self.known = known

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        return tuple(name.strip() for name in value.split(","))

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        before, comma, begun = incomplete.rpartition(",")
        return [CompletionItem(before + comma + name) for name in self.known() if name.startswith(begun)]


def _categories() -> Iterable[str]:
    return CATEGORIES


def _categories_and_rules() -> Iterable[str]:
    return (*CATEGORIES, *(name for name, *_ in default_rules().heads()))


def _languages() -> Iterable[str]:
    return (ALL_LANGUAGES, *(each.code for each in default_rules().languages))


def _names_option(
    name: str, metavar: str, known: Callable[[], Iterable[str]], help: str
) -> Callable[[Command], Command]:
    def together(_: click.Context, __: click.Parameter, lists: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
        return tuple(each for some in lists for each in some)

    return click.option(name, multiple=True, metavar=f"{metavar},...", type=Names(known), callback=together, help=help)


NAME, PATH = Named(str), Named(Path)


def glob_option(help: str, default: tuple[str, ...]) -> Callable[[Command], Command]:
    return click.option(
        "--glob", multiple=True, default=default, show_default=bool(default), help=f"{help}; may be given again."
    )


RULES = click.option(
    "--rules",
    multiple=True,
    metavar="PATH",
    type=NAME,
    help="A pack, or a folder of packs, to use too; may be given again.",
)


CROSS_DOCUMENT = click.option(
    "--cross-document/--no-cross-document",
    default=True,
    show_default=True,
    help="Take lines that stand on many pages of the same group.",
)


GROUP_BY = click.option(
    "--group-by",
    metavar="folder|run|REGEX",
    default="folder",
    show_default=True,
    help="Which pages are one group; REGEX captures its name from the path below INPUT.",
)


def shared_options(command: Command) -> Command:
    """Add the options of `Shared`; the command gets them as its argument `shared`."""
    options = [
        RULES,
        click.option("--no-default-rules", is_flag=True, help="Use only the packs given by --rules."),
        _names_option("--disable", "NAME", _categories_and_rules, "Switch off a rule, or all of a category."),
        _names_option("--keep", "CATEGORY", _categories, "Let the lines of a category stay."),
        _names_option("--drop", "CATEGORY", _categories, "Take the lines of a category, as title."),
        _names_option("--languages", "CODE", _languages, "What the pages are written in, as en, or all; else found."),
        click.option("--encoding", metavar="NAME", callback=_encoding, help="Do not guess the encoding of the input."),
        click.option("--site", metavar="NAME", default="", help="The site or URL of the pages, for rules of one site."),
        click.option("--form", type=click.Choice((AUTO, *FORMS)), default=AUTO, help="What form the text is in."),
    ]

    @wraps(command)
    def with_shared(**given: Any) -> Any:
        return command(shared=_configured({name: given.pop(name) for name in OPTIONS}), **given)

    for option in reversed(options):
        option(with_shared)
    return with_shared  # type: ignore[return-value]


def _configured(options: dict[str, Any]) -> Shared:
    """The options of a call: what was said there wins over what a file of settings says."""
    context = click.get_current_context()
    config: Config | None = context.find_root().obj
    said = {
        name: value
        for name, value in options.items()
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
    sections = []
    if config is not None:
        sections = [
            (config.under(each), tuple((name, value) for name, value in each.said().items() if name != "path"))
            for each in config.sections
        ]
    return Shared(**options, sections=tuple(sections)).for_all(said)


FILES = click.argument("files", nargs=-1, metavar="[FILE]...", type=NAME)
