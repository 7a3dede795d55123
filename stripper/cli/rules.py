"""`stripper rules`: look at rules, and check packs of one's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click

from ..errors import StripperError, UnknownNameError
from ..rules.format import Rule
from ..rules.loading import load_rules
from .learn import learn_rules
from .messages import count_of, printable, tell
from .options import NAME, RULES, Shared, shared_options
from .streams import check_page, page_in, read_inputs


@click.group()
def rules() -> None:
    """Look at rules, and check packs of your own."""


rules.add_command(learn_rules)


@rules.command("list")
@shared_options
@click.option("--for", "page", metavar="PAGE", type=NAME, help="Only those that apply to a page.")
def list_rules(shared: Shared, page: str | None) -> None:
    """A table of all rules.

    With --for, of those that apply to a page: by its language, and by the site and path that its folders or --site
    tell. Labels that are a whole line apply in any language, and are not meant.
    """
    from .drawing import draw_rules

    draw_rules(shared.load(phrases=True).rules if page is None else _rules_for(page, shared.of(page)))


def _rules_for(name: str, shared: Shared) -> list[Rule]:
    from ..engine.evidence import find_evidence
    from ..engine.matching.scope import speaks_of
    from ..reading.decoding import decode
    from ..reading.forms import named_form
    from ..reading.page import Page
    from ..runs.sites import site_of

    check_page(name)
    [(_, data)] = read_inputs((name,))
    if isinstance(data, StripperError):
        raise data
    rules = shared.load(phrases=True)
    document = decode(page_in(data, name), name, shared.encoding)
    document = replace(document, form=named_form(shared.form, name), site=shared.site or site_of(name))
    page = Page(document, rules.orthography)
    find_evidence(page, rules)
    told = [rule for rule in rules.rules if not rule.written_in or not page.languages.isdisjoint(rule.written_in)]
    found = [rule for rule in told if speaks_of(rule, page)]
    tell(f"{name}: {page.language or 'language not known'}; {len(found):,} of {len(rules.rules):,} rules apply")
    return found


@rules.command("show")
@click.argument("name", metavar="ID")
@RULES
def show_rule(name: str, rules: tuple[str, ...]) -> None:
    """One rule as its pack has it."""
    from ..rules.loading import source_of
    from ..rules.ruleset import find_rule

    try:
        rule = find_rule(load_rules(rules, examples=False), name)
    except UnknownNameError as error:
        hint = "" if rules else " (for a rule of your own, name its pack with --rules)"
        raise UnknownNameError(f"{error}{hint}") from None
    for line in (f"# {rule.file}", *source_of(rule).removesuffix("\n").split("\n")):
        click.echo(printable(line))


@rules.command("schema")
def print_schema() -> None:
    """The format of a pack as a JSON schema, for editors."""
    from ..rules.finding import shipped_folder

    click.echo((shipped_folder() / "schema.json").read_text("utf-8"), nl=False)


@rules.command("check")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--unused",
    metavar="FOLDER",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Name each rule that never fires on any text file of a folder too; without PATH, nothing but that.",
)
def check(paths: tuple[str, ...], unused: Path | None) -> int:
    """What is wrong with packs: those at PATH, or the shipped ones."""
    from ..authoring.checks import check_rules

    return print_problems(check_rules(paths, unused), "no problems")


@rules.command("test")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
def run_examples(paths: tuple[str, ...]) -> int:
    """Run the examples of packs: those at PATH, or the shipped ones."""
    from ..authoring.examples import test_rules
    from ..rules.loading import rules_at

    loaded = load_rules(paths)  # the shipped ones too: a pack may change them, and ask what they find
    asked = rules_at(paths, loaded)
    examples = sum(len(rule.remove) + len(rule.keep) for rule in asked)
    held = count_of(examples, "example")
    return print_problems(test_rules(loaded, asked), f"{held} of {count_of(len(asked), 'rule')} hold")


def print_problems(problems: Iterable[object], fine: str) -> int:
    found = list(problems)
    for problem in found:
        click.echo(printable(str(problem)))
    if not found:
        tell(fine)
    return int(bool(found))
